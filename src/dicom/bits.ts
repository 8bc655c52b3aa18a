/** Pixels of one bit (PS3.5 8.1.1): one after the other, the lowest bit of a byte first. Bits are numbered in that order. */

/** The set bits of a frame in one rectangle; all four are included. */
export interface BitBounds {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The bytes, and the same memory as words, so that empty stretches are passed over four bytes at a time. */
interface BitField {
  readonly bytes: Uint8Array
  readonly words: Int32Array
  /** Bytes before the first word. */
  readonly lead: number
}

/** Smallest rectangle around the set bits of a frame that begins at bit `first`; null when none is set. */
export function boundsOfBits(
  bytes: Uint8Array,
  first: number,
  columns: number,
  rows: number,
): BitBounds | null {
  const field = fieldOf(bytes)
  const end = first + columns * rows
  const lowest = nextSetBit(field, first, end)
  if (lowest < 0) return null
  const highest = previousSetBit(field, lowest, end)
  const top = Math.floor((lowest - first) / columns)
  const bottom = Math.floor((highest - first) / columns)
  let left = (lowest - first) % columns
  let right = left
  for (let row = top; row <= bottom; row++) {
    const start = first + row * columns
    const further = nextSetBit(field, start, start + left)
    if (further >= 0) left = further - start
    const beyond = previousSetBit(field, start + right + 1, start + columns)
    if (beyond >= 0) right = beyond - start
  }
  return { left, right, top, bottom }
}

function fieldOf(bytes: Uint8Array): BitField {
  const lead = Math.min(bytes.length, (4 - (bytes.byteOffset % 4)) % 4)
  const count = Math.floor((bytes.length - lead) / 4)
  // An empty view need not be aligned, but Int32Array insists.
  const words = count === 0 ? new Int32Array() : new Int32Array(bytes.buffer, bytes.byteOffset + lead, count)
  return { bytes, words, lead }
}

/** Four at a time: most of a frame is empty. */
function areZero(words: Int32Array, at: number): boolean {
  return ((words[at] ?? 0) | (words[at + 1] ?? 0) | (words[at + 2] ?? 0) | (words[at + 3] ?? 0)) === 0
}

/** First set bit of `from` to before `to`; -1 without one. */
function nextSetBit({ bytes, words, lead }: BitField, from: number, to: number): number {
  if (from >= to) return -1
  const last = (to - 1) >>> 3
  let n = from >>> 3
  let byte = (bytes[n] ?? 0) & (0xff << (from & 7))
  while (byte === 0) {
    n++
    if (n >= lead && ((n - lead) & 3) === 0) {
      const wordsEnd = (last + 1 - lead) >> 2
      let word = (n - lead) >> 2
      while (word + 4 <= wordsEnd && areZero(words, word)) word += 4
      while (word < wordsEnd && words[word] === 0) word++
      n = lead + word * 4
    }
    if (n > last) return -1
    byte = bytes[n] ?? 0
  }
  const bit = n * 8 + 31 - Math.clz32(byte & -byte)
  return bit < to ? bit : -1
}

/** Last set bit of `from` to before `to`; -1 without one. */
function previousSetBit({ bytes, words, lead }: BitField, from: number, to: number): number {
  if (from >= to) return -1
  const first = from >>> 3
  let n = (to - 1) >>> 3
  let byte = (bytes[n] ?? 0) & (0xff >> (7 - ((to - 1) & 7)))
  while (byte === 0) {
    n--
    if (n > lead && ((n + 1 - lead) & 3) === 0) {
      const wordsStart = Math.max(0, (first + 3 - lead) >> 2)
      let word = (n + 1 - lead) >> 2
      while (word - 4 >= wordsStart && areZero(words, word - 4)) word -= 4
      while (word > wordsStart && words[word - 1] === 0) word--
      n = lead + word * 4 - 1
    }
    if (n < first) return -1
    byte = bytes[n] ?? 0
  }
  const bit = n * 8 + 31 - Math.clz32(byte)
  return bit >= from ? bit : -1
}

/** Sets `target[at + n]` to 1 where bit `from + n` is set, for `count` bits. What is not set stays as it is. */
export function spreadBits(
  bytes: Uint8Array,
  from: number,
  count: number,
  target: Uint8Array,
  at: number,
): void {
  const to = from + count
  for (let n = from >>> 3; n * 8 < to; n++) {
    let byte = bytes[n] ?? 0
    if (byte === 0) continue
    const start = n * 8
    if (start < from) byte &= 0xff << (from - start)
    if (start + 8 > to) byte &= 0xff >> (start + 8 - to)
    const shift = at + start - from
    if (byte === 0xff) {
      // Most set bytes of a segment are whole ones.
      target[shift] = 1
      target[shift + 1] = 1
      target[shift + 2] = 1
      target[shift + 3] = 1
      target[shift + 4] = 1
      target[shift + 5] = 1
      target[shift + 6] = 1
      target[shift + 7] = 1
      continue
    }
    while (byte !== 0) {
      const low = byte & -byte
      target[shift + 31 - Math.clz32(low)] = 1
      byte ^= low
    }
  }
}

/** The same bits beginning with a byte. */
export function alignBits(bytes: Uint8Array, first: number, count: number): Uint8Array {
  const [from, shift] = [first >>> 3, first & 7]
  const length = Math.ceil(count / 8)
  if (shift === 0) return bytes.subarray(from, from + length)
  const aligned = new Uint8Array(length)
  for (let n = 0; n < length; n++)
    aligned[n] = ((bytes[from + n] ?? 0) >> shift) | ((bytes[from + n + 1] ?? 0) << (8 - shift))
  return aligned
}

/** Sets `count` bits from bit `from` on. */
export function setBits(bytes: Uint8Array, from: number, count: number): void {
  for (let bit = from; bit < from + count;) {
    const n = bit >>> 3
    if ((bit & 7) === 0 && from + count - bit >= 8) {
      bytes[n] = 0xff
      bit += 8
      continue
    }
    bytes[n] = (bytes[n] ?? 0) | (1 << (bit & 7))
    bit++
  }
}
