import { expect, it } from 'vitest'
import { polygonFiller } from '../../src/imaging/scanline.ts'

/** A comb: teeth one pixel wide with one pixel between them, hanging from row 0 down to row 4. */
function comb(teeth: number): Float64Array {
  const points = [-0.5, -0.5]
  for (let tooth = teeth - 1; tooth >= 0; tooth--)
    points.push(2 * tooth + 0.5, -0.5, 2 * tooth + 0.5, 3.5, 2 * tooth - 0.5, 3.5, 2 * tooth - 0.5, -0.5)
  return Float64Array.from(points)
}

it.each([2, 12, 13, 300])('fills every tooth of a comb of %i in every row', (teeth) => {
  const runs = polygonFiller(1000, 10)(comb(teeth))
  const expected = [0, 1, 2, 3].flatMap((row) =>
    Array.from({ length: teeth }, (_, n) => [row, 2 * n, 2 * n + 1]).flat(),
  )
  expect([...runs]).toEqual(expected)
})

it('fills one polygon after the other without a trace of the one before', () => {
  const fill = polygonFiller(50, 8)
  const first = fill(comb(20))
  fill(Float64Array.of(-9, -9, 90, -9, 90, 90, -9, 90))
  fill(Float64Array.of(2, -30, 4, -30, 3, -20))
  expect(fill(comb(20))).toEqual(first)
})

it('clips to the image and survives what is no number', () => {
  const fill = polygonFiller(4, 2)
  expect([...fill(Float64Array.of(-1e5, -1e5, 1e5, -1e5, 1e5, 1e5, -1e5, 1e5))]).toEqual([0, 0, 4, 1, 0, 4])
  expect([...fill(Float64Array.of(NaN, NaN, NaN, NaN, NaN, NaN))]).toEqual([])
  expect([...fill(new Float64Array())]).toEqual([])
})
