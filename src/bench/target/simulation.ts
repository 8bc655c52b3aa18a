/**
 * Response maps with known targets, over noise that neighbouring cells share: what the published scores and ours can and
 * cannot see, before any real encoder is asked. A mask on a target is not exact; one on nothing lies where the response
 * happens to be highest, as a hallucinated one would.
 */
import { between, type Random } from '../../phantom/random.ts'
import { scoreAsPublished } from '../../target/medveriseg/scores.ts'
import { scoreResponse } from '../../target/response-scores.ts'
import type { TargetRow } from './scores.ts'

export const SIDE = 32

/** Why the target is not under the mask. */
export const FAILURES = ['no target', 'mask elsewhere', 'weak distractors'] as const
export type Failure = (typeof FAILURES)[number]

interface Disc {
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** `failure` null: the target is there and the mask is on it. */
export function simulate(random: Random, failure: Failure | null, n: number): TargetRow {
  const area = Math.exp(between(random, Math.log(0.005), Math.log(0.25)))
  const isPair = random() < 0.25
  const target = isPair ? pairOf(random, area) : [discOf(random, area)]
  const values = noise(random)
  const height = between(random, 1, 4)
  if (failure === null || failure === 'mask elsewhere') addResponse(values, target, height)
  if (failure === 'weak distractors')
    for (let count = 0; count < 4; count++)
      addResponse(values, [discOf(random, 0.01)], between(random, 1, 2.5))
  return rowOf(random, { values, place: placeOf(random, values, target, failure), isPair, area, failure, n })
}

interface Drawn {
  readonly values: Float64Array
  readonly place: readonly Disc[]
  readonly isPair: boolean
  readonly area: number
  readonly failure: Failure | null
  readonly n: number
}

/** Any scale and offset: no score may depend on them. */
function rowOf(random: Random, { values, place, isPair, area, failure, n }: Drawn): TargetRow {
  const [scale, offset] = [Math.exp(between(random, -3, 3)), between(random, -50, 50)]
  const jittered = values.map((value) => scale * value + offset)
  const mask = maskOf(place)
  const ours = scoreResponse(
    { size: [SIDE, SIDE, 1], spacingMm: [1, 1, 1], values: Float32Array.from(jittered) },
    mask,
    { pieces: isPair ? 2 : 1, toleranceCells: 1 },
  )
  if (ours === null) throw new Error('A simulated mask has an inside and an outside.')
  return {
    kind: failure ?? 'present',
    label: failure === null ? 1 : 0,
    patient: String(n),
    modality: 'simulated',
    group: isPair
      ? 'two pieces'
      : area < 0.02
        ? 'below 2 % of the map'
        : area > 0.15
          ? 'above 15 % of the map'
          : 'other',
    published: scoreAsPublished({ side: SIDE, values: jittered }),
    ours,
  }
}

function placeOf(
  random: Random,
  values: Float64Array,
  target: readonly Disc[],
  failure: Failure | null,
): Disc[] {
  if (failure === 'mask elsewhere') return apartFrom(random, target)
  if (failure === null)
    return target.map(({ x, y, radius }) => ({
      x: x + radius * between(random, -0.2, 0.2),
      y: y + radius * between(random, -0.2, 0.2),
      radius: radius * between(random, 0.8, 1.2),
    }))
  const highest = values.indexOf(Math.max(...values))
  return [{ x: highest % SIDE, y: Math.floor(highest / SIDE), radius: target[0]?.radius ?? 1.2 }]
}

/** Standard normal at every cell, mean of 3 x 3 of independent ones. */
function noise(random: Random): Float64Array {
  const independent = normals(random)
  return independent.map((_, n) => {
    let sum = 0
    for (const dy of [-SIDE, 0, SIDE])
      for (const dx of [-1, 0, 1]) sum += independent[(n + dy + dx + SIDE * SIDE) % (SIDE * SIDE)] ?? 0
    return sum / 3
  })
}

function normals(random: Random): Float64Array {
  return Float64Array.from(
    { length: SIDE * SIDE },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  )
}

function discOf(random: Random, area: number): Disc {
  const radius = Math.max(1.2, Math.sqrt((area * SIDE * SIDE) / Math.PI))
  return {
    x: between(random, radius, SIDE - 1 - radius),
    y: between(random, radius, SIDE - 1 - radius),
    radius,
  }
}

/** Side by side, both in the map. */
function pairOf(random: Random, area: number): Disc[] {
  const radius = Math.min(7, Math.max(1.2, Math.sqrt((area * SIDE * SIDE) / (2 * Math.PI))))
  const y = between(random, radius, SIDE - 1 - radius)
  return [
    { x: SIDE / 4, y, radius },
    { x: (3 * SIDE) / 4, y, radius },
  ]
}

/** As large, where the target is not; smaller where there is no room. */
function apartFrom(random: Random, target: readonly Disc[]): Disc[] {
  let radius = target[0]?.radius ?? 1.2
  for (let round = 0; round < 10_000; round++) {
    if (round % 100 === 99) radius = Math.max(1.2, 0.9 * radius)
    const disc = discOf(random, (Math.PI * radius * radius) / (SIDE * SIDE))
    if (target.every(({ x, y, radius: own }) => Math.hypot(disc.x - x, disc.y - y) > disc.radius + own + 2))
      return [disc]
  }
  throw new Error('There is no room beside the target.')
}

/** A plateau with an edge of about a cell. */
function addResponse(values: Float64Array, discs: readonly Disc[], height: number): void {
  for (let n = 0; n < values.length; n++) {
    const deepest = Math.max(
      ...discs.map(({ x, y, radius }) => radius - Math.hypot((n % SIDE) - x, Math.floor(n / SIDE) - y)),
    )
    values[n] = (values[n] ?? 0) + height / (1 + Math.exp(-2 * deepest))
  }
}

function maskOf(discs: readonly Disc[]): Uint8Array {
  return Uint8Array.from({ length: SIDE * SIDE }, (_, n) =>
    discs.some(({ x, y, radius }) => Math.hypot((n % SIDE) - x, Math.floor(n / SIDE) - y) <= radius) ? 1 : 0,
  )
}
