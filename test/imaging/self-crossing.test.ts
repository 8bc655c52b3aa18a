import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countCrossings, filledAreas } from '../../src/imaging/self-crossing.ts'

const SQUARE = [0, 0, 10, 0, 10, 10, 0, 10]
const BOW_TIE = [0, 0, 10, 10, 10, 0, 0, 10]
/** The bridge is walked both ways, once a hundredth of a millimetre beside itself. */
const KEYHOLE = [...SQUARE, 0, 0, 3, 3, 3, 7, 7, 7, 7, 3, 3.01, 3, 0.01, 0]
/** Walks round a small square a second time. */
const LOOP = [0, 0, 6, 0, 6, 4, 4, 4, 4, -2, 10, -2, 10, 10, 0, 10]

describe('countCrossings', () => {
  it.each<[string, number[], number]>([
    ['a square', SQUARE, 0],
    ['a bow tie', BOW_TIE, 1],
    ['a keyhole', KEYHOLE, 0],
    ['a loop', LOOP, 1],
    ['a repeated point', [0, 0, 10, 0, 10, 0, 10, 10, 0, 10, 0, 0], 0],
    ['two squares that touch at a corner', [0, 0, 5, 0, 5, 5, 10, 5, 10, 10, 5, 10, 5, 5, 0, 5], 0],
    ['a line', [0, 0, 10, 0], 0],
    ['nothing', [], 0],
  ])('of %s', (_, points, crossings) => {
    expect(countCrossings(Float64Array.from(points))).toBe(crossings)
  })

  it('agrees with looking at every pair', () => {
    const coordinate = fc.integer({ min: 0, max: 400 }).map((n) => n * 1.37)
    fc.assert(
      fc.property(fc.array(coordinate, { minLength: 6, maxLength: 60 }), (values) => {
        const points = values.slice(0, values.length - (values.length % 2))
        fc.pre(separated(points))
        expect(countCrossings(Float64Array.from(points))).toBe(pairsThatCross(points))
      }),
      { numRuns: 60 },
    )
  })

  it('gives up on a tangle of thousands of long edges instead of hanging', () => {
    const tangle = Float64Array.from({ length: 20_000 }, (_, n) => (n % 4 === 1 ? 500 : (n * 7919) % 499))
    expect(countCrossings(tangle)).toBeNull()
  })
})

describe('filledAreas', () => {
  it.each<[string, number[], [evenOdd: number, nonZero: number, signed: number]]>([
    ['a square', SQUARE, [100, 100, 100]],
    ['a bow tie', BOW_TIE, [50, 50, 0]],
    ['a keyhole', KEYHOLE, [84, 84, 84]],
  ])('of %s', (_, points, [evenOdd, nonZero, signed]) => {
    const areas = filledAreas(Float64Array.from(points))
    expect(areas.evenOddMm2).toBeCloseTo(evenOdd, 0)
    expect(areas.nonZeroMm2).toBeCloseTo(nonZero, 0)
    expect(areas.signedMm2).toBeCloseTo(signed, 0)
  })

  it('tells an area walked round twice', () => {
    const { evenOddMm2, nonZeroMm2 } = filledAreas(Float64Array.from(LOOP))
    expect(nonZeroMm2 - evenOddMm2).toBeCloseTo(8, 0)
  })
})

function edges(points: readonly number[]): [number, number, number, number][] {
  return Array.from({ length: points.length / 2 }, (_, n) => {
    const next = (2 * n + 2) % points.length
    return [points[2 * n] ?? 0, points[2 * n + 1] ?? 0, points[next] ?? 0, points[next + 1] ?? 0]
  })
}

/** Side of r as seen along p to q, in mm. */
function sideOf([px, py, qx, qy]: readonly number[], x: number, y: number): number {
  const [ux, uy] = [(qx ?? 0) - (px ?? 0), (qy ?? 0) - (py ?? 0)]
  return (ux * (y - (py ?? 0)) - uy * (x - (px ?? 0))) / (Math.hypot(ux, uy) || 1)
}

/** No point lies on another edge, where touching and crossing are one. */
function separated(points: readonly number[]): boolean {
  const all = edges(points)
  return all.every((edge, n) =>
    all.every((other, m) => {
      const isNext = (m + 1) % all.length === n || (n + 1) % all.length === m || n === m
      return (
        isNext ||
        (Math.abs(sideOf(edge, other[0], other[1])) > 0.1 && Math.abs(sideOf(edge, other[2], other[3])) > 0.1)
      )
    }),
  )
}

function pairsThatCross(points: readonly number[]): number {
  const all = edges(points)
  const splits = (edge: readonly number[], [ax, ay, bx, by]: readonly number[]) =>
    sideOf(edge, ax ?? 0, ay ?? 0) > 0 !== sideOf(edge, bx ?? 0, by ?? 0) > 0
  return all.reduce((sum, edge, n) => {
    const later = all.filter((_, m) => m > n + 1 && (m + 1) % all.length !== n)
    return sum + later.filter((other) => splits(edge, other) && splits(other, edge)).length
  }, 0)
}
