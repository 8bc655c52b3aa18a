import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  NUMBERS_PER_OUTLINE,
  outlines,
  type PlacedErrors,
  type View,
} from '../../ohif-extension/src/viewer/error-outlines.ts'

const COLUMNS = 10
/** Axial planes of 2 mm by 3 mm pixels, 5 mm apart, first pixel at the origin. */
const planeAt = (zMm: number, runs: readonly number[]): PlacedErrors => ({
  geometry: {
    origin: [0, 0, zMm],
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    columnSpacingMm: 2,
    rowSpacingMm: 3,
  },
  thicknessMm: 5,
  columns: COLUMNS,
  runs,
})
/** One canvas pixel per millimetre. */
const axialAt = (zMm: number): View => ({
  focalPoint: [0, 0, zMm],
  normal: [0, 0, -1],
  offset: [0, 0],
  x: [1, 0],
  y: [0, 1],
  z: [0, 0],
})
const coronalAt = (yMm: number): View => ({
  focalPoint: [0, yMm, 0],
  normal: [0, 1, 0],
  offset: [0, 0],
  x: [1, 0],
  y: [0, 0],
  z: [0, -1],
})
const sagittalAt = (xMm: number): View => ({
  focalPoint: [xMm, 0, 0],
  normal: [1, 0, 0],
  offset: [0, 0],
  x: [0, 0],
  y: [1, 0],
  z: [0, -1],
})

/** Left, top, right, bottom of each outline: all of these are rectangles. */
function boxes(found: readonly number[]): number[][] {
  const list: number[][] = []
  for (let i = 0; i < found.length; i += NUMBERS_PER_OUTLINE) {
    const [x = 0, y = 0, ux = 0, uy = 0, vx = 0, vy = 0] = found.slice(i, i + NUMBERS_PER_OUTLINE)
    const xs = [x, x + ux, x + vx, x + ux + vx]
    const ys = [y, y + uy, y + vy, y + uy + vy]
    list.push([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)])
  }
  return list
}

describe('errors in a view', () => {
  it.each([
    { name: 'its own plane', view: axialAt(0), expected: [[3, 1.5, 9, 4.5]] },
    { name: 'just within half of the distance of planes', view: axialAt(2.49), expected: [[3, 1.5, 9, 4.5]] },
    { name: 'the neighbour plane', view: axialAt(5), expected: [] },
    { name: 'coronal through the row', view: coronalAt(3), expected: [[3, -2.5, 9, 2.5]] },
    { name: 'coronal beside it', view: coronalAt(6), expected: [] },
    { name: 'sagittal through one of its pixels', view: sagittalAt(6), expected: [[1.5, -2.5, 4.5, 2.5]] },
    { name: 'sagittal beside it', view: sagittalAt(12), expected: [] },
  ])('$name', ({ view, expected }) => {
    // Row 1, columns 2 to 4.
    expect(boxes(outlines([planeAt(0, [12, 3])], view))).toEqual(expected)
  })

  it('splits a run that goes on in the next row', () => {
    expect(boxes(outlines([planeAt(0, [8, 4])], axialAt(0)))).toEqual([
      [15, -1.5, 19, 1.5],
      [-1, 1.5, 3, 4.5],
    ])
  })

  it('covers as much as there are pixels, whatever the runs', () => {
    const runs = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 25 })), { maxLength: 8 })
      .map((gaps) => {
        let at = 0
        return gaps.flatMap(([gap, length]) => {
          const start = at + gap
          at = start + length
          return [start, length]
        })
      })
    fc.assert(
      fc.property(runs, (list) => {
        const pixels = list.reduce((sum, value, i) => (i % 2 === 1 ? sum + value : sum), 0)
        const found = boxes(outlines([planeAt(0, list)], axialAt(0)))
        const area = found.reduce((sum, [l = 0, t = 0, r = 0, b = 0]) => sum + (r - l) * (b - t), 0)
        expect(area).toBeCloseTo(pixels * 6, 6)
      }),
    )
  })

  it('shows each plane of a stack in exactly one of the views through their centres', () => {
    const planes = [0, 5, 10].map((zMm) => planeAt(zMm, [0, 1]))
    for (const zMm of [0, 5, 10]) expect(boxes(outlines(planes, axialAt(zMm)))).toHaveLength(1)
  })
})
