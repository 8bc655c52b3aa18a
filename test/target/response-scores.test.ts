import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoreResponse, type ResponseMap, type ResponseScores } from '../../src/target/response-scores.ts'

type Ball = readonly [x: number, y: number, z: number, radius: number]
type Size = readonly [number, number, number]

function inBalls(size: Size, balls: readonly Ball[], spacing: Size = [1, 1, 1]): Uint8Array {
  const inside = new Uint8Array(size[0] * size[1] * size[2])
  for (let k = 0, n = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, n++)
        if (
          balls.some(
            ([x, y, z, r]) =>
              Math.hypot((i - x) * spacing[0], (j - y) * spacing[1], (k - z) * spacing[2]) <= r,
          )
        )
          inside[n] = 1
  return inside
}

/** Response 10 in the balls over a background that varies by +-1. */
function responseOf(size: Size, balls: readonly Ball[], spacing: Size = [1, 1, 1]): ResponseMap {
  const inside = inBalls(size, balls, spacing)
  return { size, spacingMm: spacing, values: Float32Array.from(inside, (one, n) => 10 * one + (n % 3) - 1) }
}

function scores(map: ResponseMap, mask: Uint8Array, pieces: number | null = 1): ResponseScores {
  const found = scoreResponse(map, mask, { pieces, toleranceCells: 1 })
  if (found === null) throw new Error('There is something inside and outside.')
  return found
}

const PLANE: Size = [64, 64, 1]
const CUBE: Size = [32, 32, 32]

describe('scores of a response against a mask', () => {
  it.each([
    { what: 'a small disc', size: PLANE, balls: [[30, 30, 0, 4]] },
    { what: 'a large disc', size: PLANE, balls: [[30, 30, 0, 20]] },
    { what: 'a ball', size: CUBE, balls: [[15, 15, 15, 9]] },
  ] as const)('are near 1 for $what under its own mask', ({ size, balls }) => {
    const found = scores(responseOf(size, balls), inBalls(size, balls))
    expect(found.strength).toBe(1)
    expect(found.compactness).toBeGreaterThan(0.95)
    expect(found.purity).toBe(1)
    expect(found.coverage).toBe(1)
  })

  it('know two pieces where two are expected, and not where one is', () => {
    const two: Ball[] = [
      [15, 30, 0, 8],
      [48, 30, 0, 8],
    ]
    const map = responseOf(PLANE, two)
    const mask = inBalls(PLANE, two)
    expect(scores(map, mask, 2).compactness).toBeGreaterThan(0.95)
    expect(scores(map, mask, 1).compactness).toBeCloseTo(0.5, 1)
    expect(scores(map, mask, null).compactness).toBeGreaterThan(0.95)
  })

  it('see a mask in the wrong place', () => {
    const map = responseOf(PLANE, [[15, 15, 0, 8]])
    const found = scores(map, inBalls(PLANE, [[45, 45, 0, 8]]))
    expect(found).toMatchObject({ purity: 0, coverage: 0 })
    expect(found.strength).toBeLessThan(0.1)
  })

  it('see what responds beyond the mask, and what of the mask does not', () => {
    const map = responseOf(PLANE, [[20, 20, 0, 6]])
    const half = inBalls(PLANE, [[20, 20, 0, 6]]).map((one, n) => (n % 64 < 20 ? one : 0))
    const twice = inBalls(PLANE, [[20, 20, 0, 12]])
    expect(scores(map, half).purity).toBeLessThan(0.75)
    expect(scores(map, half).coverage).toBe(1)
    expect(scores(map, twice).coverage).toBeLessThan(0.35)
    expect(scores(map, twice).purity).toBe(1)
  })

  it('take a ball for a ball on cells that are no cubes', () => {
    const spacing: Size = [1, 1, 3]
    const balls: Ball[] = [[20, 20, 6, 9]]
    const size: Size = [40, 40, 13]
    const { compactness } = scores(responseOf(size, balls, spacing), inBalls(size, balls, spacing))
    expect(compactness).toBeGreaterThan(0.9)
  })

  it('take a rod for none', () => {
    const rod = Uint8Array.from({ length: 64 * 64 }, (_, n) =>
      Math.floor(n / 64) === 30 && n % 64 > 9 && n % 64 < 50 ? 1 : 0,
    )
    const map = {
      size: PLANE,
      spacingMm: [1, 1, 1] as const,
      values: Float32Array.from(rod, (one, n) => 10 * one + (n % 3)),
    }
    expect(scores(map, rod).compactness).toBeLessThan(0.1)
  })

  it('do not change with the scale of the response', () => {
    const mask = inBalls([16, 16, 1], [[7, 7, 0, 3]])
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 256, maxLength: 256 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: -1000, max: 1000 }),
        (list, factor, offset) => {
          const of = (values: Float32Array) =>
            scores({ size: [16, 16, 1], spacingMm: [1, 1, 1], values }, mask)
          const one = of(Float32Array.from(list))
          const other = of(Float32Array.from(list, (value) => factor * value + offset))
          for (const name of ['strength', 'contrast', 'compactness', 'purity', 'coverage'] as const)
            expect(other[name]).toBeCloseTo(one[name], 4)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('leave out cells of which nothing is known, and are nothing without an inside or an outside', () => {
    const map = responseOf(PLANE, [[30, 30, 0, 8]])
    const mask = inBalls(PLANE, [[30, 30, 0, 8]])
    const unknown = { ...map, values: map.values.map((value, n) => (n % 64 === 0 ? NaN : value)) }
    expect(scores(unknown, mask).purity).toBe(1)
    const options = { pieces: 1, toleranceCells: 1 }
    expect(scoreResponse(map, new Uint8Array(mask.length), options)).toBeNull()
    expect(scoreResponse(map, new Uint8Array(mask.length).fill(1), options)).toBeNull()
    const flat = { ...map, values: new Float32Array(mask.length).fill(3) }
    expect(scoreResponse(flat, mask, options)).toMatchObject({
      strength: 0,
      contrast: 0,
      compactness: 0,
      purity: 0,
      coverage: 0,
    })
  })
})
