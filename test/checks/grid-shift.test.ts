import { describe, expect, it } from 'vitest'
import { runChecks } from '../../src/checks/run.ts'
import type { Geometry, Vector3 } from '../../src/domain/geometry.ts'
import { alignMask } from '../../src/imaging/align.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { segmentInput } from '../support/segment-input.ts'

const SPACING: Vector3 = [2, 2, 3]
const IMAGE = gridOf([60, 60, 40], { spacingMm: SPACING, origin: [-60, -60, -60] })
const VOLUME = paintVolume(IMAGE, (x, y) => (Math.hypot(x, y) < 58 ? 40 : -1000))

function check(own: Geometry, changes: { contours?: [] } = {}) {
  const ownMask = paintMask(own, ellipsoid([0, 0, 0], [30, 25, 40]))
  const { mask } = alignMask(ownMask, IMAGE)
  const { evidence, findings } = runChecks(segmentInput(mask, { ownMask, volume: VOLUME, ...changes }))
  return {
    offsets: evidence.filter(({ name }) => name === 'offset from the image grid'),
    found: findings.filter(({ mode }) => mode === 'grid-shift'),
  }
}
const shifted = (i: number, j: number, k: number): Geometry =>
  gridOf([50, 50, 30], { spacingMm: SPACING, origin: [-50 + 2 * i, -50 + 2 * j, -45 + 3 * k] })

describe('grid shift', () => {
  it.each([
    ['on the voxels', [0, 0, 0], []],
    ['rounded by decimal strings', [0.02, 0.02, -0.02], []],
    ['a fifth of a voxel off', [0.2, 0, 0], []],
    ['half a pixel off in the plane', [0.5, 0.5, 0], ['0.50 columns (1.00 mm) and 0.50 rows (1.00 mm)']],
    ['half a slice off', [0, 0, 0.5], ['0.50 slices (1.50 mm)']],
    ['half a slice off the other way', [0, 0, -0.5], ['0.50 slices (1.50 mm)']],
    ['some voxels and 0.6 of one off', [7.6, 0, 0], ['0.40 columns (0.80 mm)']],
  ] as const)('a grid %s', (_, [i, j, k], where) => {
    const { offsets, found } = check(shifted(i, j, k))
    expect(offsets).toHaveLength(3)
    expect(offsets[0]?.value).toBeCloseTo(Math.abs(i - Math.round(i)), 9)
    expect(found.map(({ severity }) => severity)).toEqual(where.map(() => 'minor'))
    for (const text of where) expect(found[0]?.text).toContain(`off by ${text}: `)
  })

  it('says nothing along axes with steps of their own', () => {
    const thick = gridOf([50, 50, 10], { spacingMm: [2, 2, 9], origin: [-50, -50, -42] })
    expect(check(thick).offsets.map(({ where }) => where)).toEqual([
      'between columns, in voxels',
      'between rows, in voxels',
    ])
    const finer = gridOf([100, 100, 30], { spacingMm: [1, 1, 3], origin: [-50.5, -50.5, -45] })
    expect(check(finer).found).toEqual([])
    const drifting = gridOf([50, 50, 30], { spacingMm: [2.02, 2, 3], origin: [-50, -50, -45] })
    expect(check(drifting).offsets).toHaveLength(2)
  })

  it('knows the grid in other directions', () => {
    const own = shifted(0.5, 0, 0)
    const flipped = { ...own, affine: [-2, 0, 0, 49, 0, -2, 0, 48, 0, 0, 3, -45, 0, 0, 0, 1] }
    expect(check(flipped).found[0]?.text).toContain('off by 0.50 columns (1.00 mm): ')
  })

  it('says nothing of contours: they have no grid', () => {
    expect(check(shifted(0.5, 0, 0), { contours: [] })).toEqual({ offsets: [], found: [] })
  })
})
