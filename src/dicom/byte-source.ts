/** Where the bytes of an object lie: in memory, or in a file that is read as far as it is needed. */

export interface ByteSource {
  readonly length: number
  /** The first bytes, or more of them; the same memory with every call, or a longer copy. */
  first(length: number): Uint8Array
  /** Bytes `start` to before `end`. */
  view(start: number, end: number): Uint8Array
  /** False: a view holds only until the next one is asked for. */
  readonly viewsLast: boolean
}

/** A part of a source. */
export class ByteRange {
  readonly length: number
  readonly #source: ByteSource
  readonly #from: number

  constructor(source: ByteSource, from: number, to: number) {
    this.#source = source
    this.#from = from
    this.length = to - from
  }

  get viewsLast(): boolean {
    return this.#source.viewsLast
  }

  view(start: number, end: number): Uint8Array {
    return this.#source.view(this.#from + start, this.#from + end)
  }
}

/** Bytes of a binary value as parse.ts gives it; null of any other. */
export function binaryBytes(value: unknown): Uint8Array | null {
  if (value instanceof ByteRange) return value.view(0, value.length)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  return value instanceof Uint8Array ? value : null
}

/** Its length, without reading it; 0 of any other value. */
export function binaryLength(value: unknown): number {
  if (value instanceof ByteRange) return value.length
  return value instanceof ArrayBuffer || value instanceof Uint8Array ? value.byteLength : 0
}

export function memorySource(bytes: Uint8Array): ByteSource {
  const view = (start: number, end: number) =>
    new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start)
  return { length: bytes.length, first: () => bytes, view, viewsLast: true }
}
