/**
 * Response maps from the features of a trained encoder, in the manner of prototypes (PerSAM, arXiv 2305.03048): how much more a
 * place looks like what the segment holds than like what lies around it. Prototypes of the structure, from accepted segments
 * of other patients, know what it is; those of the segment itself say only whether it agrees with itself.
 */
import type { Mask } from '../domain/geometry.ts'
import { dilate, erode } from '../imaging/morphology.ts'
import { foldsOf } from './folds.ts'
import type { ResponseMap } from './response-scores.ts'

/** Features at places of a square over one slice: place by place, each of length 1. */
export interface Tokens {
  readonly side: number
  readonly dimensions: number
  readonly spacingMm: number
  readonly values: Float32Array
}

/** What a structure looks like, and what it does not: directions of length 1. */
export interface PrototypeBank {
  readonly structure: readonly Float32Array[]
  readonly others: readonly Float32Array[]
}

/** What lies around a segment, from beyond partial volume. */
const RING_FROM_MM = 3
const RING_TO_MM = 15
/** Places of a class in one half; fewer make no prototype. */
const PLACES_MIN = 2
const ROUNDS = 10

/** `features`: one plane of places after the other, as encoders give them. A place without any feature stays 0. */
export function tokensOf(features: Float32Array, side: number, spacingMm: number): Tokens {
  const places = side * side
  const dimensions = features.length / places
  const values = new Float32Array(features.length)
  for (let place = 0; place < places; place++) {
    let squares = 0
    for (let d = 0; d < dimensions; d++) squares += (features[d * places + place] ?? 0) ** 2
    const length = Math.sqrt(squares) || 1
    for (let d = 0; d < dimensions; d++)
      values[place * dimensions + d] = (features[d * places + place] ?? 0) / length
  }
  return { side, dimensions, spacingMm, values }
}

/** Each half of the mask is looked at with the prototypes of the other one. Null where a half has too few places of a kind. */
export function selfResponse(tokens: Tokens, mask: Uint8Array): ResponseMap | null {
  const { side } = tokens
  const { inside, ring } = classesOf(tokens, mask)
  const folds = foldsOf(mask, [side, side, 1])
  const response = new Float32Array(side * side)
  for (const fold of [0, 1]) {
    const ofFold = (where: Uint8Array) => meanDirection(tokens, where, (n) => folds[n] === fold)
    const [own, around] = [ofFold(inside), ofFold(ring)]
    if (own === null || around === null) return null
    for (let n = 0; n < response.length; n++)
      if (folds[n] !== fold) response[n] = likeness(tokens, n, own) - likeness(tokens, n, around)
  }
  return mapOf(tokens, response)
}

/** Nearest prototype of the structure against nearest of anything else, -2..2. */
export function referenceResponse(tokens: Tokens, { structure, others }: PrototypeBank): ResponseMap {
  const nearest = (n: number, all: readonly Float32Array[]): number =>
    all.reduce((best, one) => Math.max(best, likeness(tokens, n, one)), -1)
  const response = new Float32Array(tokens.side * tokens.side)
  for (let n = 0; n < response.length; n++) response[n] = nearest(n, structure) - nearest(n, others)
  return mapOf(tokens, response)
}

/** Directions of all places inside a segment, and of those around it: what banks are made of. */
export function examplesOf(
  tokens: Tokens,
  mask: Uint8Array,
): { readonly inside: Float32Array[]; readonly ring: Float32Array[] } {
  const { inside, ring } = classesOf(tokens, mask)
  const taken = (where: Uint8Array): Float32Array[] =>
    Array.from(where.keys()).flatMap((n) => (where[n] === 1 ? [directionAt(tokens, n)] : []))
  return { inside: taken(inside), ring: taken(ring) }
}

/** At most `count` mean directions (spherical k-means), begun at examples far apart. Same examples, same result. */
export function prototypesOf(examples: readonly Float32Array[], count: number): Float32Array[] {
  const [first] = examples
  if (first === undefined) return []
  let centres = [first]
  while (centres.length < Math.min(count, examples.length)) centres.push(farthest(examples, centres))
  for (let round = 0; round < ROUNDS; round++) {
    const sums = centres.map((centre) => new Float32Array(centre.length))
    for (const example of examples) addTo(sums[nearestOf(example, centres)], example)
    centres = sums.map((sum, n) => unit(sum) ?? centres[n] ?? first)
  }
  return centres
}

function classesOf(
  { side, spacingMm }: Tokens,
  voxels: Uint8Array,
): { inside: Uint8Array; ring: Uint8Array } {
  const size = [side, side, 1] as const
  const geometry = { frameOfReferenceUid: null, size, affine: [] }
  const mask: Mask = { geometry, box: { origin: [0, 0, 0], size }, voxels }
  const inner = planeErode(voxels, side)
  const gap = dilate(mask, Math.max(1, Math.round(RING_FROM_MM / spacingMm)))
  const ring = dilate(mask, Math.max(2, Math.round(RING_TO_MM / spacingMm))).voxels
  for (let n = 0; n < ring.length; n++) if (gap.voxels[n] === 1) ring[n] = 0
  // Of what is too thin to lose its rim all is kept.
  return { inside: inner.includes(1) ? inner : voxels, ring }
}

/** `erode` takes what lies beyond a box for outside, slices too: the plane is put between two copies of itself. */
function planeErode(voxels: Uint8Array, side: number): Uint8Array {
  const size = [side, side, 3] as const
  const stack = new Uint8Array(3 * voxels.length)
  for (let k = 0; k < 3; k++) stack.set(voxels, k * voxels.length)
  const geometry = { frameOfReferenceUid: null, size, affine: [] }
  const eroded = erode({ geometry, box: { origin: [0, 0, 0], size }, voxels: stack })
  return eroded.voxels.slice(voxels.length, 2 * voxels.length)
}

function meanDirection(
  tokens: Tokens,
  where: Uint8Array,
  isTaken: (n: number) => boolean,
): Float32Array | null {
  const sum = new Float32Array(tokens.dimensions)
  let count = 0
  for (let n = 0; n < where.length; n++) {
    if (where[n] !== 1 || !isTaken(n)) continue
    addTo(sum, directionAt(tokens, n))
    count++
  }
  return count < PLACES_MIN ? null : unit(sum)
}

function directionAt({ values, dimensions }: Tokens, n: number): Float32Array {
  return values.subarray(n * dimensions, (n + 1) * dimensions)
}

function likeness(tokens: Tokens, n: number, direction: Float32Array): number {
  return dot(directionAt(tokens, n), direction)
}

function farthest(examples: readonly Float32Array[], centres: readonly Float32Array[]): Float32Array {
  let [best, least] = [examples[0] ?? new Float32Array(), Infinity]
  for (const example of examples) {
    const nearest = Math.max(...centres.map((centre) => dot(example, centre)))
    if (nearest < least) [best, least] = [example, nearest]
  }
  return best
}

function nearestOf(example: Float32Array, centres: readonly Float32Array[]): number {
  const found = centres.map((centre) => dot(example, centre))
  return found.indexOf(Math.max(...found))
}

function addTo(sum: Float32Array | undefined, values: Float32Array): void {
  if (sum === undefined) return
  for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] ?? 0) + (values[d] ?? 0)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += (a[d] ?? 0) * (b[d] ?? 0)
  return sum
}

/** Null of nothing, which has no direction. */
function unit(values: Float32Array): Float32Array | null {
  const length = Math.sqrt(dot(values, values))
  return length === 0 ? null : values.map((value) => value / length)
}

function mapOf({ side, spacingMm }: Tokens, values: Float32Array): ResponseMap {
  return { size: [side, side, 1], spacingMm: [spacingMm, spacingMm, 1], values }
}
