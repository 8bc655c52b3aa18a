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

/**
 * The definition of Nikolov et al. (arXiv:1809.04430) by numpy and scipy.ndimage over the whole grid; arrays are
 * (k, j, i), so x is the last axis. Surface areas come from the triangles' normals of one neighbourhood of each kind (as
 * |x|, |y|, |z| in eighths of the cube's faces), turned and mirrored to all others.
 */
const REFERENCE = `
import itertools, json, sys
import numpy as np
from scipy import ndimage
given = json.load(sys.stdin)
a, b = (np.array(m, np.uint8).reshape(given['shape']) for m in given['masks'])
spacing = given['spacing']

corner, edge = [1, 1, 1], [[0, 2, 2], [0, 2, 2]]
bend = [[0, 0, 4], [2, 2, 2], [1, 1, 1]]
chain = [[1, 1, 1], [3, 3, 3], [2, 0, 2], [2, 2, 0]]
kinds = {
    0b00000001: [corner], 0b00000011: edge, 0b00001001: [corner] * 2, 0b10000001: [corner] * 2,
    0b00000111: bend, 0b10000011: edge + [corner], 0b00010110: [corner] * 3, 0b00001111: [[0, 0, 4]] * 2,
    0b00010111: [[1, 1, 1], [1, 1, 1], [2, 2, 2], [2, 2, 2]], 0b01101001: [corner] * 4,
    0b11000011: edge * 2, 0b10000111: bend + [corner], 0b00100111: chain,
}
faces = np.array([spacing[1] * spacing[0], spacing[2] * spacing[0], spacing[2] * spacing[1]]) / 8
areas = np.full(256, np.nan)
areas[[0, 255]] = 0
for code, normals in kinds.items():
    for order in itertools.permutations(range(3)):
        for flips in itertools.product((0, 1), repeat=3):
            turned = 0
            for bit in range(8):
                if code >> bit & 1:
                    xyz = [bit & 1, bit >> 1 & 1, bit >> 2]
                    turned |= 1 << sum((xyz[order[n]] ^ flips[n]) << n for n in range(3))
            area = sum(np.linalg.norm(np.array(normal)[list(order)] * faces) for normal in normals)
            areas[[turned, 255 - turned]] = area

kernel = 2 ** np.arange(8).reshape(2, 2, 2)
codes = [ndimage.correlate(np.pad(m, 1), kernel, mode='constant') for m in (a, b)]
borders = [(c != 0) & (c != 255) for c in codes]
answer = {
    'table': areas.tolist(),
    'edt': ndimage.distance_transform_edt(a == 0, sampling=spacing).ravel().tolist(),
    'dice': 2 * int((a & b).sum()) / int(a.sum() + b.sum()) if a.any() or b.any() else 1,
    'areas': [float(areas[c[s]].sum()) for c, s in zip(codes, borders)],
}
if a.any() and b.any():
    directed = []
    for n in (0, 1):
        distance = ndimage.distance_transform_edt(~borders[1 - n], sampling=spacing)[borders[n]]
        order = np.argsort(distance)
        directed.append((distance[order], areas[codes[n][borders[n]]][order]))
    distance, area = (np.concatenate(part) for part in zip(*directed))
    # Rounding of shares and distances: what lies exactly at the limit is within it.
    p95 = [d[np.searchsorted(np.cumsum(w) / w.sum(), 0.95 - 1e-12)] for d, w in directed]
    answer |= {
        'surfaceDice': area[distance <= given['tolerance'] + 1e-9].sum() / area.sum(),
        'hausdorffMm': distance.max(),
        'hausdorff95Mm': max(p95),
        'averageSurfaceDistanceMm': (distance * area).sum() / area.sum(),
    }
print(json.dumps(answer))
`

const METRICS = ['surfaceDice', 'hausdorffMm', 'hausdorff95Mm', 'averageSurfaceDistanceMm'] as const

interface Reference extends Partial<Record<(typeof METRICS)[number], number>> {
  readonly table: readonly number[]
  readonly edt: readonly number[]
  readonly dice: number
  readonly areas: readonly number[]
}

const upright = gridOf([48, 40, 20], { spacingMm: SPACING_MM })
/** The same spacings along tilted, mirrored axes. */
const oblique = {
  ...upright,
  affine: [
    [0.6 * 0.7, 0.8 * 0.9, 0, -40],
    [0.8 * 0.7, -0.6 * 0.9, 0, 12],
    [0, 0, 2.5, 300],
    [0, 0, 0, 1],
  ].flat(),
}
const round = ellipsoid([16, 17, 25], [9, 11, 14])
const lobed = paintMask(upright, anyOf(round, ellipsoid([27, 10, 30], [4, 5, 9])))
const cut = paintMask(upright, (x, y, z) => round(x - 1.5, y + 0.8, z - 3) && (x > 14 || y > 12))
const speckled = paintMask(upright, (x, y, z) => round(x, y, z) && Math.sin(x * 91 + y * 57 + z * 31) > -0.6)
const far = paintMask(upright, ellipsoid([31, 33, 46], [2, 2, 3]))
const corner = paintMask(upright, (x, y, z) => x === 0 && y === 0 && z === 0)
const voxel = paintMask(upright, ellipsoid([14, 18, 25], [0.3, 0.3, 1]))
const whole = paintMask(upright, () => true)
const empty = paintMask(upright, () => false)

describe('agreement of two masks against numpy and scipy', () => {
  const reference = askScipy(lobed, cut)

  it('has the distance transform of scipy at every voxel', () => {
    const field = Float64Array.from(lobed.voxels, (value) => (value === 1 ? 0 : Infinity))
    transformToSquaredDistances(field, upright.size, SPACING_MM)
    const worst = field.reduce(
      (most, squared, n) => Math.max(most, Math.abs(Math.sqrt(squared) - (reference.edt[n] ?? NaN))),
      0,
    )
    expect(worst).toBeLessThan(1e-6)
    expect(Math.max(...reference.edt)).toBeGreaterThan(10)
  })

  it('has the area of every neighbourhood', () => {
    const areas = surfaceAreasMm2(SPACING_MM)
    expect(reference.table).toEqual(Array.from(areas, (area) => expect.closeTo(area, 12)))
  })

  it.each([
    ['two overlapping shapes', lobed, cut],
    ['a shape full of holes', lobed, speckled],
    ['shapes that are far apart', cut, far],
    ['a corner of the grid and the grid', corner, whole],
    ['a single voxel and what surrounds it', voxel, lobed],
    ['two single voxels', voxel, corner],
    ['a shape and itself', speckled, speckled],
    ['an empty mask', empty, cut],
    ['two empty masks', empty, empty],
  ])('has every metric that the published definition gives for %s', (_, first, second) => {
    const expected = askScipy(first, second)
    for (const geometry of [upright, oblique]) {
      const [a, b] = [
        { ...first, geometry },
        { ...second, geometry },
      ]
      const agreement = surfaceAgreement(a, b, { toleranceMm: TOLERANCE_MM, pointsMax: 1e6 })
      expect(volumeAgreement(a, b).dice).toBeCloseTo(expected.dice, 12)
      expect([agreement.firstMm2, agreement.secondMm2]).toEqual(
        expected.areas.map((area) => expect.closeTo(area, 6)),
      )
      if (agreement.empty === 'none')
        for (const metric of METRICS) expect(agreement[metric]).toBeCloseTo(expected[metric] ?? NaN, 9)
      else expect(expected.hausdorffMm).toBeUndefined()
    }
  })
})

function askScipy(first: Mask, second: Mask): Reference {
  const input = JSON.stringify({
    shape: first.geometry.size.toReversed(),
    spacing: SPACING_MM.toReversed(),
    masks: [[...first.voxels], [...second.voxels]],
    tolerance: TOLERANCE_MM,
  })
  return JSON.parse(execFileSync(PYTHON, ['-c', REFERENCE], { input, encoding: 'utf8' })) as Reference
}
