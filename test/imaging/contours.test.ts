import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Geometry, Mask, Vector3 } from '../../src/domain/geometry.ts'
import type { Contour } from '../../src/domain/segmentation.ts'
import { transform } from '../../src/imaging/geometry.ts'
import { rasterise } from '../../src/imaging/contours.ts'

const GRID: Geometry = {
  frameOfReferenceUid: '1.2.4',
  size: [20, 16, 8],
  affine: [2, 0, 0, 100, 0, 2, 0, -50, 0, 0, 3, 10, 0, 0, 0, 1],
}

/** A contour given in voxel indices of slice k. */
function contour(
  points: readonly (readonly [number, number])[],
  k = 2,
  geometricType: Contour['geometricType'] = 'CLOSED_PLANAR',
): Contour {
  return {
    points: Float64Array.from(points.flatMap(([i, j]) => [100 + 2 * i, -50 + 2 * j, 10 + 3 * k])),
    geometricType,
    sopInstanceUids: [],
  }
}

function rectangle(left: number, top: number, right: number, bottom: number): (readonly [number, number])[] {
  return [
    [left - 0.5, top - 0.5],
    [right + 0.5, top - 0.5],
    [right + 0.5, bottom + 0.5],
    [left - 0.5, bottom + 0.5],
  ]
}

function count(mask: Mask): number {
  return mask.voxels.reduce((sum, voxel) => sum + voxel, 0)
}

function at(mask: Mask, [i, j, k]: Vector3): number {
  const { origin, size } = mask.box
  const isInBox = [i, j, k].every(
    (value, axis) => value >= (origin[axis] ?? 0) && value < (origin[axis] ?? 0) + (size[axis] ?? 0),
  )
  return isInBox
    ? (mask.voxels[((k - origin[2]) * size[1] + j - origin[1]) * size[0] + i - origin[0]] ?? 0)
    : 0
}

describe('rasterise', () => {
  it('sets the voxels whose centres are inside', () => {
    const { mask, problems } = rasterise([contour(rectangle(3, 4, 6, 8))], GRID)
    expect(mask.box).toEqual({ origin: [3, 4, 2], size: [4, 5, 1] })
    expect(count(mask)).toBe(20)
    expect(problems).toEqual([])
  })

  it('shares edges between neighbours without overlap or gap', () => {
    const left = rasterise(
      [
        contour([
          [1, 1],
          [5, 1],
          [5, 5],
          [1, 5],
        ]),
      ],
      GRID,
    ).mask
    const right = rasterise(
      [
        contour([
          [5, 1],
          [9, 1],
          [9, 5],
          [5, 5],
        ]),
      ],
      GRID,
    ).mask
    const both = rasterise(
      [
        contour([
          [1, 1],
          [9, 1],
          [9, 5],
          [1, 5],
        ]),
      ],
      GRID,
    ).mask
    expect(count(left) + count(right)).toBe(count(both))
  })

  it('leaves the hole of a keyhole open', () => {
    const keyhole = [
      ...rectangle(2, 2, 10, 10),
      rectangle(2, 2, 10, 10)[0] ?? [0, 0],
      ...rectangle(5, 5, 6, 6).toReversed(),
      rectangle(5, 5, 6, 6)[3] ?? [0, 0],
    ] as const
    const { mask, problems } = rasterise([contour(keyhole)], GRID)
    expect(count(mask)).toBe(81 - 4)
    expect(at(mask, [5, 5, 2])).toBe(0)
    expect(problems).toEqual([])
  })

  it('combines CLOSEDPLANAR_XOR by exclusive-or without a word', () => {
    const both = [rectangle(2, 2, 10, 10), rectangle(5, 5, 6, 6)].map((points) =>
      contour(points, 2, 'CLOSEDPLANAR_XOR'),
    )
    const { mask, problems } = rasterise(both, GRID)
    expect(count(mask)).toBe(77)
    expect(problems).toEqual([])
  })

  it('reads a CLOSED_PLANAR contour inside another as a hole, an island in it as island, and reports both counts', () => {
    const nested = [rectangle(5, 5, 8, 8), rectangle(2, 2, 11, 11), rectangle(6, 6, 6, 6)].map((points) =>
      contour(points),
    )
    const { mask, problems } = rasterise(nested, GRID)
    expect(count(mask)).toBe(100 - 16 + 1)
    expect(problems).toEqual([expect.objectContaining({ kind: 'ambiguous', slices: [2] })])
    expect(problems[0]?.text).toMatch(/100 voxels.*85/)
  })

  it('joins partly overlapping contours, counts a repeated one once, reports both', () => {
    const overlapping = rasterise([contour(rectangle(2, 2, 5, 5)), contour(rectangle(4, 4, 7, 7))], GRID)
    expect(count(overlapping.mask)).toBe(28)
    expect(overlapping.problems[0]?.contourCount).toBe(1)
    expect(overlapping.problems[0]?.text).toMatch(/28 voxels.*24/)
    const twice = rasterise([contour(rectangle(2, 2, 5, 5)), contour(rectangle(2, 2, 5, 5))], GRID)
    expect(count(twice.mask)).toBe(16)
    expect(twice.problems).toEqual([expect.objectContaining({ kind: 'ambiguous', contourCount: 0 })])
  })

  it('counts a contour once that is repeated from another point on', () => {
    const [first, ...rest] = rectangle(2, 2, 5, 5)
    const { mask, problems } = rasterise(
      [contour(rectangle(2, 2, 5, 5)), contour([...rest, first ?? [0, 0]])],
      GRID,
    )
    expect(count(mask)).toBe(16)
    expect(problems).toEqual([expect.objectContaining({ kind: 'ambiguous' })])
    expect(problems[0]?.text).toMatch(/^On 1 slice contours overlap/)
  })

  it('keeps both lobes of a slice whose decimals differ', () => {
    const { mask, problems } = rasterise(
      [contour(rectangle(2, 2, 3, 3)), contour(rectangle(8, 8, 9, 9), 2.02)],
      GRID,
    )
    expect(count(mask)).toBe(8)
    expect(problems).toEqual([])
  })

  it('says nothing about separate lobes', () => {
    expect(
      rasterise([contour(rectangle(2, 2, 3, 3)), contour(rectangle(8, 8, 9, 9))], GRID).problems,
    ).toEqual([])
  })

  it('does not interpolate skipped slices', () => {
    const { mask, problems } = rasterise(
      [1, 2, 5].map((k) => contour(rectangle(2, 2, 3, 3), k)),
      GRID,
    )
    expect(mask.box.size).toEqual([2, 2, 5])
    expect(count(mask)).toBe(12)
    expect(problems).toEqual([expect.objectContaining({ kind: 'skipped-slices', slices: [3, 4] })])
  })

  it('reports what lies outside the volume or leaves the image', () => {
    const { mask, problems } = rasterise(
      [
        contour(rectangle(-3, 2, 1, 3)),
        contour(rectangle(2, 2, 3, 3), 9),
        contour(rectangle(2, 2, 3, 3), -1),
      ],
      GRID,
    )
    expect(count(mask)).toBe(4)
    expect(problems).toEqual([expect.objectContaining({ kind: 'outside', contourCount: 3, slices: [2] })])
  })

  it('uses the nearest plane of several within a slice and reports the others', () => {
    const { mask, problems } = rasterise(
      [contour(rectangle(2, 2, 3, 3), 3.1), contour(rectangle(2, 2, 9, 9), 3.4)],
      GRID,
    )
    expect([count(mask), mask.box.origin[2]]).toEqual([4, 3])
    expect(problems).toEqual([expect.objectContaining({ kind: 'off-plane', contourCount: 1, slices: [3] })])
  })

  it('does not use contours across slices', () => {
    const across: Contour = {
      points: Float64Array.of(104, -46, 10, 110, -46, 10, 110, -46, 25),
      geometricType: 'CLOSED_PLANAR',
      sopInstanceUids: [],
    }
    const { mask, problems, ofOtherImages } = rasterise([across], GRID)
    expect(mask.box.size).toEqual([0, 0, 0])
    expect(ofOtherImages).toBe(true)
    expect(rasterise([across, contour(rectangle(2, 2, 3, 3))], GRID).ofOtherImages).toBe(false)
    expect(problems).toEqual([expect.objectContaining({ kind: 'off-plane', contourCount: 1 })])
    expect(problems[0]?.text).toMatch(
      /^1 contour drawn across the slices, .* 90 degrees .* another orientation/,
    )
  })

  it('tells of more contours across slices than a call has arguments', () => {
    const across: Contour = {
      points: Float64Array.of(104, -46, 10, 110, -46, 10, 110, -46, 25),
      geometricType: 'CLOSED_PLANAR',
      sopInstanceUids: [],
    }
    const contourCount = 150_000
    const { problems } = rasterise(
      Array.from({ length: contourCount }, () => across),
      GRID,
    )
    expect(problems).toEqual([expect.objectContaining({ kind: 'off-plane', contourCount })])
  })

  it('tells contours of another orientation from uneven ones', () => {
    const uneven = contour([...rectangle(2, 2, 17, 13), [1.5, 2], [1.5, 1.8]])
    uneven.points[2] = 13.5
    const { problems, ofOtherImages } = rasterise([uneven], GRID)
    expect(ofOtherImages).toBe(false)
    expect(problems.map(({ text }) => text)).toEqual([
      '1 contour that does not keep to one slice was not used.',
    ])
  })

  it('reports contours that hold no voxel centre', () => {
    const { mask, problems } = rasterise(
      [
        contour(rectangle(2, 2, 3, 3)),
        contour([
          [5.1, 5.1],
          [5.9, 5.1],
          [5.9, 5.9],
        ]),
        contour(
          [
            [1, 1],
            [9, 1],
            [5, 1],
          ],
          3,
        ),
      ],
      GRID,
    )
    expect(count(mask)).toBe(4)
    expect(problems).toEqual([
      expect.objectContaining({ kind: 'too-small', contourCount: 2, slices: [2, 3] }),
    ])
  })

  it.each([
    ['oblique', [1.5, -0.6, 0.9, 100, 0.8, 1.7, -0.3, -50, 0.1, 0.4, 2.8, 10, 0, 0, 0, 1]],
    ['gantry tilted', [1, 0, 0, 100, 0, 1, 0.9, -50, 0, 0, 2.5, 10, 0, 0, 0, 1]],
  ])('fills the same voxels on %s slices', (_, affine) => {
    const geometry = { ...GRID, affine }
    const inIndices: (readonly [number, number])[] = [...rectangle(2, 3, 11, 12), [0.2, 7.3]]
    const drawn = [1, 2, 3].map((k): Contour => {
      const points = inIndices.flatMap(([i, j]) => [...transform(affine, [i, j, k])])
      return { ...contour([]), points: Float64Array.from(points) }
    })
    const straight = rasterise(
      [1, 2, 3].map((k) => contour(inIndices, k)),
      GRID,
    )
    const { mask, problems } = rasterise(drawn, geometry)
    expect(problems).toEqual([])
    expect([mask.box, mask.voxels]).toEqual([straight.mask.box, straight.mask.voxels])
  })

  it('gives an empty mask for nothing', () => {
    expect(rasterise([], GRID)).toEqual({
      mask: { geometry: GRID, box: { origin: [0, 0, 0], size: [0, 0, 0] }, voxels: new Uint8Array() },
      problems: [],
      ofOtherImages: false,
    })
  })

  it('agrees with a test of every voxel centre for any polygon', () => {
    const coordinate = fc.integer({ min: -30, max: 150 }).map((n) => (n + 0.5) / 7.03)
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 12 }), (points) => {
        const { mask } = rasterise([contour(points)], GRID)
        // On an edge itself the last bit of a float decides, here and there.
        const centres = Array.from(
          { length: 16 * 20 },
          (_, n) => [n % 20, Math.floor(n / 20)] as const,
        ).filter(([i, j]) => crossings(points, j).every((x) => Math.abs(x - i) > 1e-9))
        expect(centres.map(([i, j]) => at(mask, [i, j, 2]))).toEqual(
          centres.map(([i, j]) => crossings(points, j).filter((x) => x <= i).length % 2),
        )
      }),
      {
        numRuns: 60,
        examples: [
          [
            [
              [14.864864864864865, 0.4978662873399715],
              [6.756756756756756, 14.580369843527738],
              [0.07112375533428164, 0.07112375533428164],
            ],
          ],
        ],
      },
    )
  })
})

/** Where the polygon's edges cross a row. Even-odd rule the slow way: a point is inside with an odd number to its left. */
function crossings(points: readonly (readonly [number, number])[], y: number): number[] {
  return points.flatMap(([x1, y1], n) => {
    const [x0, y0] = points.at(n - 1) ?? [0, 0]
    return y0 < y === y1 < y ? [] : [x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)]
  })
}
