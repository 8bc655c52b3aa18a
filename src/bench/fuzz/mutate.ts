/**
 * Changes to bytes, as hardware, networks, buggy writers and people with bad intent make them. fast-check does the tests'
 * properties; here its arbitraries and its shrinking cost more than the parsers under test (a million executions have to fit
 * into minutes), and a mutated file is small and nearly valid already. So: own mutations over a seeded generator, every
 * execution repeatable from (seed, index).
 */
import type { Random } from '../../phantom/random.ts'

/** Changes a copy in place, or gives new bytes. `other` is another file of the corpus. */
type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array

const CHANGES_MAX = 6
const CHUNK_BYTES_MAX = 256
/** No mutation makes a file longer than this. */
const MUTATED_BYTES_MAX = 65_536

/** Numbers at the edge of what 8, 16 and 32 bits hold, and lengths that mean something in DICOM. */
const INTERESTING = [
  0, 1, 2, 7, 8, 16, 32, 64, 100, 127, 128, 255, 256, 1023, 1024, 4095, 4096, 32_767, 32_768, 65_534, 65_535,
  65_536, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
]
/** What a number or a name in a text value may be, without changing its length. */
const INTERESTING_TEXT = [
  'NaN',
  '1e30',
  '-1',
  '0',
  '1e-9',
  '\\\\',
  'inf',
  '\x1b$B',
  '\0',
  '9999999999',
  '1e308',
]

/** What leaves most of a file as it is. */
const SMALL_MUTATIONS: readonly Mutation[] = [
  flipBit,
  (bytes, random) => setAt(bytes, [below(random, 256)], random),
  interestingNumber,
  (bytes, random) => setAt(bytes, Buffer.from(pick(random, INTERESTING_TEXT)), random),
  nudgeLength,
]
/** What moves bytes about. */
const LARGE_MUTATIONS: readonly Mutation[] = [
  (bytes, random) => bytes.slice(0, below(random, bytes.length + 1)),
  deleteChunk,
  repeatChunk,
  swapChunks,
  overwriteChunk,
  splice,
]
/** Most executions change little: what is changed a lot is refused at its first byte. */
const LARGE_FRACTION = 0.15

/** One to six mutations on a copy. */
export function mutate(original: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = original.slice()
  const changes = 1 + Math.floor(random() ** 3 * CHANGES_MAX)
  for (let n = 0; n < changes; n++) {
    const mutations = random() < LARGE_FRACTION ? LARGE_MUTATIONS : SMALL_MUTATIONS
    bytes = pick(random, mutations)(bytes, random, other)
  }
  return bytes.length > MUTATED_BYTES_MAX ? bytes.slice(0, MUTATED_BYTES_MAX) : bytes
}

/** A whole number from 0 to `end` - 1; 0 where that is nothing. */
export function below(random: Random, end: number): number {
  return Math.floor(random() * end)
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[below(random, items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  const at = below(random, bytes.length)
  return at < bytes.length ? setAtOffset(bytes, at, [(bytes[at] ?? 0) ^ (1 << below(random, 8))]) : bytes
}

function interestingNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const value = pick(random, INTERESTING)
  const size = pick(random, [1, 2, 4])
  const little = Array.from({ length: size }, (_, n) => (value >>> (8 * n)) & 0xff)
  return setAt(bytes, random() < 0.8 ? little : little.toReversed(), random)
}

/** Adds a little to a 16 bit little endian number: most of those in a header are lengths. */
function nudgeLength(bytes: Uint8Array, random: Random): Uint8Array {
  const at = below(random, bytes.length - 1)
  const value = (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0) + pick(random, [-8, -4, -2, -1, 1, 2, 4, 8])
  return setAtOffset(bytes, at, [value & 0xff, (value >> 8) & 0xff])
}

function deleteChunk(bytes: Uint8Array, random: Random): Uint8Array {
  const [from, to] = chunk(bytes, random)
  return joined(bytes.subarray(0, from), bytes.subarray(to))
}

function repeatChunk(bytes: Uint8Array, random: Random): Uint8Array {
  const [from, to] = chunk(bytes, random)
  const times = 1 + below(random, random() < 0.05 ? 64 : 2)
  const copies = Array.from({ length: times }, () => bytes.subarray(from, to))
  return joined(bytes.subarray(0, to), ...copies, bytes.subarray(to))
}

function swapChunks(bytes: Uint8Array, random: Random): Uint8Array {
  const [a, b] = [chunk(bytes, random), chunk(bytes, random)].toSorted((left, right) => left[0] - right[0])
  if (a === undefined || b === undefined || a[1] > b[0]) return bytes
  return joined(
    bytes.subarray(0, a[0]),
    bytes.subarray(b[0], b[1]),
    bytes.subarray(a[1], b[0]),
    bytes.subarray(a[0], a[1]),
    bytes.subarray(b[1]),
  )
}

function overwriteChunk(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const [from, to] = chunk(other, random)
  return setAt(bytes, other.subarray(from, to), random)
}

function splice(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  return joined(
    bytes.subarray(0, below(random, bytes.length + 1)),
    other.subarray(below(random, other.length + 1)),
  )
}

function chunk(bytes: Uint8Array, random: Random): readonly [from: number, to: number] {
  const from = below(random, bytes.length)
  return [from, Math.min(bytes.length, from + 1 + below(random, CHUNK_BYTES_MAX))]
}

function setAt(bytes: Uint8Array, values: ArrayLike<number>, random: Random): Uint8Array {
  return setAtOffset(bytes, below(random, bytes.length), values)
}

/** In place, as far as the bytes go. */
function setAtOffset(bytes: Uint8Array, at: number, values: ArrayLike<number>): Uint8Array {
  for (let n = 0; n < values.length && at + n < bytes.length; n++) bytes[at + n] = values[n] ?? 0
  return bytes
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
