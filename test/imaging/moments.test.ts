import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Mask, Vector3 } from '../../src/domain/geometry.ts'
import { cross, dot, indexToLps } from '../../src/imaging/geometry.ts'
import { momentsOf } from '../../src/imaging/moments.ts'
import { drawMask, ellipsoid, gridOf, paintMask } from '../support/draw.ts'
import { maskPairs } from './mask-pairs.ts'

const entry = fc.double({ min: -3, max: 3, noNaN: true })
/** Random masks on random grids, sheared and mirrored ones too. */
const masks = fc
  .tuple(maskPairs(), fc.array(entry, { minLength: 12, maxLength: 12 }))
  .map(([{ first }, rows]): Mask => ({
    ...first,
    geometry: { ...first.geometry, affine: [...rows, 0, 0, 0, 1] },
  }))

describe('momentsOf', () => {
  it('has the centre and the covariance of the voxel centres, taken one by one', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const points = centresMm(mask)
        const moments = momentsOf(mask)
        expect(moments === null).toBe(points.length === 0)
        if (moments === null) return
        const mean = (pick: (point: Vector3) => number): number =>
          points.reduce((sum, point) => sum + pick(point), 0) / points.length
        const centre: Vector3 = [mean((p) => p[0]), mean((p) => p[1]), mean((p) => p[2])]
        expect(moments.centroidMm).toEqual(centre.map((value) => expect.closeTo(value, 9)))
        for (const a of [0, 1, 2] as const) {
          for (const b of [0, 1, 2] as const) {
            const expected = mean((p) => (p[a] - centre[a]) * (p[b] - centre[b]))
            const composed = moments.axes.reduce(
              (sum, axis, n) => sum + (moments.variancesMm2[n] ?? NaN) * axis[a] * axis[b],
              0,
            )
            expect(composed).toBeCloseTo(expected, 9)
          }
        }
      }),
    )
  })

  it('has perpendicular unit axes, the largest variance first, each pointing to its positive side', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const moments = momentsOf(mask)
        if (moments === null) return
        const { axes, variancesMm2 } = moments
        for (const [m, a] of axes.entries()) {
          for (const [n, b] of axes.entries()) expect(dot(a, b)).toBeCloseTo(m === n ? 1 : 0, 12)
          expect(Math.max(...a)).toBe(Math.max(...a.map(Math.abs)))
        }
        expect(variancesMm2).toEqual(variancesMm2.toSorted((a, b) => b - a))
        expect(variancesMm2[2]).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('knows a row of voxels along a tilted axis', () => {
    const row = { ...drawMask('#####'), box: { origin: [2, 0, 0], size: [5, 1, 1] } } as const
    const affine = [1.2, -0.8, 0, 10, 1.6, 0.6, 0, 20, 0, 0, 3, 30, 0, 0, 0, 1]
    const moments = momentsOf({ ...row, geometry: { ...row.geometry, size: [9, 1, 1], affine } })
    expect(moments?.centroidMm).toEqual([14.8, 26.4, 30].map((value) => expect.closeTo(value, 12)))
    // Five steps of 2 mm: variance 2 steps², along (0.6, 0.8, 0).
    expect(moments?.variancesMm2).toEqual([8, 0, 0].map((value) => expect.closeTo(value, 12)))
    expect(moments?.axes[0]).toEqual([0.6, 0.8, 0].map((value) => expect.closeTo(value, 12)))
  })

  it('finds a fifth of the squared radii of an ellipsoid, along its axes', () => {
    const geometry = gridOf([60, 60, 24], { spacingMm: [0.7, 0.8, 2] })
    const moments = momentsOf(paintMask(geometry, ellipsoid([21, 24, 23], [10, 20, 14])))
    const [long, middle, short] = moments?.variancesMm2 ?? []
    expect((long ?? NaN) / (400 / 5)).toBeCloseTo(1, 2)
    expect((middle ?? NaN) / (196 / 5)).toBeCloseTo(1, 1)
    expect((short ?? NaN) / (100 / 5)).toBeCloseTo(1, 2)
    expect(moments?.axes.map((axis) => axis.map(Math.round))).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ])
  })

  it('is the same wherever the grid lies in the patient', () => {
    const drawn = drawMask('##.. .##. ..##', '.##. ..## ....')
    const far = momentsOf({ ...drawn, geometry: gridOf(drawn.box.size, { origin: [1e4, -1e4, 1e4] }) })
    expect(far?.variancesMm2).toEqual(momentsOf(drawn)?.variancesMm2)
  })

  it('gives a single voxel no extent', () => {
    const moments = momentsOf(drawMask('... .#. ...'))
    expect(moments).toMatchObject({ centroidMm: [1, 1, 0], variancesMm2: [0, 0, 0] })
    const [a, b, c] = moments?.axes ?? []
    if (!a || !b || !c) throw new Error('no axes')
    expect(Math.abs(dot(cross(a, b), c))).toBe(1)
  })
})

function centresMm({ geometry, box, voxels }: Mask): Vector3[] {
  return [...voxels.keys()].flatMap((n) => {
    if (voxels[n] === 0) return []
    const row = Math.floor(n / box.size[0])
    const [i, j, k] = [n % box.size[0], row % box.size[1], Math.floor(row / box.size[1])]
    return [indexToLps(geometry, [box.origin[0] + i, box.origin[1] + j, box.origin[2] + k])]
  })
}
