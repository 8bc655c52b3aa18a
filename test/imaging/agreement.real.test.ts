import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Mask, Vector3 } from '../../src/domain/geometry.ts'
import { surfaceAgreement, volumeAgreement } from '../../src/imaging/agreement.ts'
import { transformToSquaredDistances } from '../../src/imaging/distance.ts'
import { surfaceAreasMm2 } from '../../src/imaging/marching-cubes.ts'
import { anyOf, ellipsoid, gridOf, paintMask } from '../support/draw.ts'

const PYTHON = '/usr/bin/python3'
const TOLERANCE_MM = 2
const SPACING_MM: Vector3 = [0.7, 0.9, 2.5]

/** The same quantities by numpy and scipy.ndimage over the whole grid; arrays are (k, j, i), so x is the last axis. */
const REFERENCE = `
import json, sys
import numpy as np
from scipy import ndimage
given = json.load(sys.stdin)
a, b = (np.array(m, np.uint8).reshape(given['shape']) for m in given['masks'])
spacing, areas = given['spacing'], np.array(given['areas'])
kernel = np.arange(8).reshape(2, 2, 2)
codes = [ndimage.correlate(np.pad(m, 1), 2 ** kernel, mode='constant') for m in (a, b)]
borders = [(c != 0) & (c != 255) for c in codes]
maps = [ndimage.distance_transform_edt(~s, sampling=spacing) for s in borders]
directed = []
for n in (0, 1):
    distance, area = maps[1 - n][borders[n]], areas[codes[n][borders[n]]]
    order = np.argsort(distance)
    directed.append((distance[order], area[order]))
distance, area = (np.concatenate(part) for part in zip(*directed))
p95 = [d[np.searchsorted(np.cumsum(w) / w.sum(), 0.95)] for d, w in directed]
print(json.dumps({
    'dice': 2 * int((a & b).sum()) / int(a.sum() + b.sum()),
    'edt': ndimage.distance_transform_edt(a == 0, sampling=spacing).ravel().tolist(),
    'surfaceDice': area[distance <= given['tolerance'] + 1e-9].sum() / area.sum(),
    'hausdorff95Mm': max(p95),
    'averageSurfaceDistanceMm': (distance * area).sum() / area.sum(),
    'areas': [w.sum() for _, w in directed],
}))
`

interface Reference {
  readonly dice: number
  readonly edt: readonly number[]
  readonly surfaceDice: number
  readonly hausdorff95Mm: number
  readonly averageSurfaceDistanceMm: number
  readonly areas: readonly number[]
}

describe('agreement of two masks against scipy', () => {
  const geometry = gridOf([48, 40, 20], { spacingMm: SPACING_MM })
  const round = ellipsoid([16, 17, 25], [9, 11, 14])
  const first = paintMask(geometry, anyOf(round, ellipsoid([27, 10, 30], [4, 5, 9])))
  const second = paintMask(geometry, (x, y, z) => round(x - 1.5, y + 0.8, z - 3) && (x > 14 || y > 12))
  const reference = askScipy(first, second)

  it('has the distance transform of scipy at every voxel', () => {
    const field = Float64Array.from(first.voxels, (voxel) => (voxel === 1 ? 0 : Infinity))
    transformToSquaredDistances(field, geometry.size, SPACING_MM)
    const worst = field.reduce(
      (most, squared, n) => Math.max(most, Math.abs(Math.sqrt(squared) - (reference.edt[n] ?? NaN))),
      0,
    )
    expect(worst).toBeLessThan(1e-6)
    expect(Math.max(...reference.edt)).toBeGreaterThan(10)
  })

  it('has the Dice of numpy', () => {
    const { dice } = volumeAgreement(first, second)
    expect(dice).toBeCloseTo(reference.dice, 12)
    expect(dice).toBeGreaterThan(0.5)
    expect(dice).toBeLessThan(0.95)
  })

  it('has the surface Dice, HD95 and ASSD that the published definition gives', () => {
    const agreement = surfaceAgreement(first, second, { toleranceMm: TOLERANCE_MM, pointsMax: 1e6 })
    expect(agreement.surfaceDice).toBeCloseTo(reference.surfaceDice, 9)
    expect(agreement.hausdorff95Mm).toBeCloseTo(reference.hausdorff95Mm, 9)
    expect(agreement.averageSurfaceDistanceMm).toBeCloseTo(reference.averageSurfaceDistanceMm, 9)
    expect([agreement.firstMm2, agreement.secondMm2]).toEqual(
      reference.areas.map((area) => expect.closeTo(area, 6)),
    )
    expect(agreement.surfaceDice).toBeGreaterThan(0.2)
    expect(agreement.surfaceDice).toBeLessThan(0.98)
  })
})

function askScipy(first: Mask, second: Mask): Reference {
  const input = JSON.stringify({
    shape: first.geometry.size.toReversed(),
    spacing: SPACING_MM.toReversed(),
    masks: [[...first.voxels], [...second.voxels]],
    areas: [...surfaceAreasMm2(SPACING_MM)],
    tolerance: TOLERANCE_MM,
  })
  return JSON.parse(execFileSync(PYTHON, ['-c', REFERENCE], { input, encoding: 'utf8' })) as Reference
}
