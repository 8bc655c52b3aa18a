import { describe, expect, it } from 'vitest'
import {
  examplesOf,
  prototypesOf,
  referenceResponse,
  selfResponse,
  tokensOf,
} from '../../src/target/prototypes.ts'
import { scoreResponse } from '../../src/target/response-scores.ts'

const SIDE = 24
const places = (isIn: (x: number, y: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, n) => (isIn(n % SIDE, Math.floor(n / SIDE)) ? 1 : 0))
const disc = (cx: number, cy: number, radius: number) =>
  places((x, y) => Math.hypot(x - cx, y - cy) <= radius)

/** Three kinds of tissue as three directions, of any length and with a little of each other. */
function scene(kindAt: (n: number) => 0 | 1 | 2, spacingMm = 3) {
  const features = new Float32Array(3 * SIDE * SIDE)
  for (let n = 0; n < SIDE * SIDE; n++)
    for (let d = 0; d < 3; d++)
      features[d * SIDE * SIDE + n] =
        (d === kindAt(n) ? 1 : 0.1 + 0.05 * ((n * 7 + d * 3) % 5)) * (1 + (n % 3))
  return tokensOf(features, SIDE, spacingMm)
}

const organ = disc(8, 12, 4)
const other = disc(18, 12, 3)
const tokens = scene((n) => (organ[n] === 1 ? 1 : other[n] === 1 ? 2 : 0))
const strengthOf = (map: ReturnType<typeof selfResponse>, mask: Uint8Array) =>
  map === null ? null : (scoreResponse(map, mask, { pieces: 1, toleranceCells: 1 })?.strength ?? null)

describe('features of an encoder', () => {
  it('have length 1, place by place; nothing stays nothing', () => {
    const { values, dimensions } = tokensOf(Float32Array.of(3, 0, 4, 0), 1, 2)
    expect(dimensions).toBe(4)
    expect([...values].map((value) => Number(value.toFixed(4)))).toEqual([0.6, 0, 0.8, 0])
    expect([...tokensOf(new Float32Array(2), 1, 1).values]).toEqual([0, 0])
  })
})

describe('prototypes of the segment itself', () => {
  it('respond where it lies', () => {
    expect(strengthOf(selfResponse(tokens, organ), organ)).toBeGreaterThan(0.95)
  })
  it('see a mask that holds half of something else', () => {
    const half = disc(13, 12, 4)
    expect(strengthOf(selfResponse(tokens, half), half)).toBeLessThan(0.8)
  })
  it('take a homogeneous wrong organ for right: they never know what it is', () => {
    expect(strengthOf(selfResponse(tokens, other), other)).toBeGreaterThan(0.9)
  })
  it('are none of a mask with too few places', () => {
    expect(selfResponse(tokens, disc(8, 12, 0))).toBeNull()
    expect(selfResponse(tokens, new Uint8Array(SIDE * SIDE))).toBeNull()
  })
})

describe('prototypes of the structure', () => {
  const { inside, ring } = examplesOf(tokens, organ)
  const bank = { structure: prototypesOf(inside, 3), others: prototypesOf(ring, 3) }
  it('know it, and know that another organ is not it', () => {
    // The same tissues elsewhere: another patient.
    const [there, wrong] = [disc(15, 8, 4), disc(6, 16, 3)]
    const patient = scene((n) => (there[n] === 1 ? 1 : wrong[n] === 1 ? 2 : 0))
    const map = referenceResponse(patient, bank)
    expect(strengthOf(map, there)).toBeGreaterThan(0.95)
    expect(strengthOf(map, wrong)).toBeLessThan(0.9)
    expect([...map.values].every((value) => value >= -2 && value <= 2)).toBe(true)
  })
  it('are as many as asked for, or as there are examples; the same each time', () => {
    const examples = [Float32Array.of(1, 0), Float32Array.of(0.6, 0.8), Float32Array.of(0, 1)]
    expect(prototypesOf(examples, 2)).toHaveLength(2)
    expect(prototypesOf(examples, 9)).toHaveLength(3)
    expect(prototypesOf([], 3)).toEqual([])
    expect(prototypesOf(examples, 2)).toEqual(prototypesOf(examples, 2))
  })
  it('leave out the rim of a segment, unless it is all there is', () => {
    expect(examplesOf(tokens, organ).inside.length).toBeLessThan(organ.filter((one) => one === 1).length)
    expect(examplesOf(tokens, disc(8, 12, 1)).inside.length).toBeGreaterThan(0)
  })
})
