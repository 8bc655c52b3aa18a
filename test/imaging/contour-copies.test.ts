import { describe, expect, it } from 'vitest'
import type { Geometry } from '../../src/domain/geometry.ts'
import { findCopies } from '../../src/imaging/contour-copies.ts'
import { toOutlines } from '../../src/imaging/outline.ts'

const GRID: Geometry = {
  frameOfReferenceUid: null,
  size: [40, 40, 8],
  affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
}
const PLANES_MIN = 3

/** Triangles that begin at these places of a slice. */
function slice(k: number, starts: readonly (readonly [number, number])[]) {
  return starts.map(([x, y]) => ({
    points: Float64Array.of(x, y, k, x + 3, y, k, x, y + 3, k),
    geometricType: 'CLOSED_PLANAR' as const,
    sopInstanceUids: [],
  }))
}

type Starts = readonly (readonly [number, number])[]

describe('findCopies', () => {
  it.each<[string, readonly Starts[], { contourCount: number; slices: number[]; longestRun: number }]>([
    [
      'finds each outline again, in whatever order the plane has them',
      [
        [
          [1, 1],
          [5, 5],
          [9, 9],
        ],
        [
          [9, 9],
          [1, 1],
          [5, 5],
        ],
        [
          [5, 5],
          [9, 9],
          [2, 2],
        ],
      ],
      { contourCount: 6, slices: [0, 1, 2], longestRun: 3 },
    ],
    [
      'knows a point again whose decimals put it beside a whole pixel',
      [[[4, 4]], [[3.995, 4.004]], [[4.003, 3.996]]],
      { contourCount: 3, slices: [0, 1, 2], longestRun: 3 },
    ],
    [
      'takes no neighbour for a copy',
      [[[4, 4]], [[4.02, 4]], [[4, 4]]],
      { contourCount: 0, slices: [], longestRun: 1 },
    ],
    [
      'lets one of two equal outlines go on with a run',
      [
        [[1, 1]],
        [
          [1, 1],
          [1, 1],
        ],
        [[1, 1]],
        [[1, 1]],
      ],
      { contourCount: 4, slices: [0, 1, 2, 3], longestRun: 4 },
    ],
  ])('%s', (_, planes, expected) => {
    const outlines = toOutlines(
      planes.flatMap((starts, k) => slice(k, starts)),
      GRID,
    )
    expect(findCopies(outlines, 1, PLANES_MIN)).toEqual(expected)
  })

  it('compares a crowd of outlines with the like of them only', () => {
    const places = Array.from({ length: 100 * 100 }, (_, n) => [n % 100, Math.floor(n / 100)] as const)
    const outlines = toOutlines(
      [0, 1, 2].flatMap((k) => slice(k, k === 1 ? places.toReversed() : places)),
      GRID,
    )
    expect(findCopies(outlines, 1, PLANES_MIN)).toMatchObject({ contourCount: 30_000, longestRun: 3 })
  })
})
