/** A file as a source of bytes: read in pieces as they are asked for, so that no more of it is held than is looked at. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { ByteSource } from './dicom/byte-source.ts'
import { PlumblineError } from './errors.ts'
import type { InstanceFile } from './ports.ts'

/** Of the beginning this much is read first, and so many times as much when that was not enough. */
const [FIRST_BYTES, GROWTH] = [2 ** 15, 4]
/** Pieces of views: large enough that opening the file costs nothing beside reading. */
const WINDOW_BYTES = 2 ** 20

/** Instances to be read one after the other. Those that are files share the memory of their views. */
export function sourcesOf(files: readonly InstanceFile[]): (Uint8Array | ByteSource)[] {
  const window = createWindow()
  return files.map((file) => (file instanceof Uint8Array ? file : fileSource(file.path, { window })))
}

/**
 * Blocks while it reads: for threads, and for a few bytes. Throws PlumblineError: 'not-found' when the file cannot be
 * opened, 'bad-dicom' when it became shorter, 'limit-exceeded' when more than `firstBytesMax` of its beginning are asked for.
 */
export function fileSource(
  path: string,
  { window = createWindow(), firstBytesMax = Infinity }: { window?: Window; firstBytesMax?: number } = {},
): ByteSource {
  const length = withFile(path, (file) => fstatSync(file).size)
  let beginning = Buffer.alloc(0)
  return {
    length,
    viewsLast: false,
    first(wanted) {
      if (wanted <= beginning.length) return beginning
      if (wanted > firstBytesMax) throw tooLarge(firstBytesMax)
      const size = Math.max(
        wanted,
        Math.min(length, firstBytesMax, Math.max(FIRST_BYTES, beginning.length * GROWTH)),
      )
      const longer = Buffer.allocUnsafeSlow(size)
      beginning.copy(longer)
      readInto(path, longer.subarray(beginning.length), beginning.length)
      beginning = longer
      return beginning
    },
    view: (start, end) => window(path, start, end, length),
  }
}

/** A piece of one file at a time. */
type Window = (path: string, start: number, end: number, length: number) => Uint8Array

function createWindow(): Window {
  let memory = Buffer.alloc(0)
  let held = { path: '', start: 0, end: 0 }
  return (path, start, end, length) => {
    if (path !== held.path || start < held.start || end > held.end) {
      const size = Math.min(Math.max(WINDOW_BYTES, end - start), length - start)
      if (memory.length < size) memory = Buffer.allocUnsafeSlow(Math.max(WINDOW_BYTES, size))
      held = { path: '', start: 0, end: 0 }
      readInto(path, memory.subarray(0, size), start)
      held = { path, start, end: start + size }
    }
    return memory.subarray(start - held.start, end - held.start)
  }
}

function readInto(path: string, target: Buffer, position: number): void {
  withFile(path, (file) => {
    for (let at = 0; at < target.length;) {
      const count = readSync(file, target, at, target.length - at, position + at)
      if (count === 0) throw shortened()
      at += count
    }
  })
}

function withFile<Result>(path: string, work: (file: number) => Result): Result {
  const file = opened(path)
  try {
    return work(file)
  } finally {
    closeSync(file)
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw new PlumblineError('not-found', 'The file is no longer there, or may not be read.', {
      nextStep: 'Was it moved while it was checked? Check it again.',
      retryable: true,
      cause,
    })
  }
}

function shortened(): PlumblineError {
  return new PlumblineError('bad-dicom', 'The file became shorter while it was read.', {
    nextStep: 'Check it again once it is written whole.',
    retryable: true,
  })
}

function tooLarge(bytesMax: number): PlumblineError {
  return new PlumblineError(
    'limit-exceeded',
    `The header of the file is larger than the limit of ${bytesMax} bytes.`,
  )
}
