/** The header of a DICOM file on disk, reading no more of it than needed. */
import { open, type FileHandle } from 'node:fs/promises'
import { readPart10, type Dataset } from '../dicom/part10.ts'
import { PlumblineError } from '../errors.ts'

const FIRST_BYTES = 2 ** 15
const GROWTH = 8
const PREAMBLE_BYTES = 132

/** Null: the file has no DICM mark, so it is not for us. Throws what readPart10 throws, or the file system's error. */
export async function readHeaderOfFile(path: string, options: { bytesMax: number }): Promise<Dataset | null> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    let length = Math.min(size, FIRST_BYTES)
    let bytes = await readFirst(file, length)
    if (bytes.toString('latin1', 128, PREAMBLE_BYTES) !== 'DICM') return null
    while (length < size) {
      const header = headerOfPrefix(bytes)
      if (header !== null) return header
      if (length > options.bytesMax) throw tooLarge(options.bytesMax)
      length = Math.min(size, length * GROWTH)
      bytes = await readFirst(file, length)
    }
    return readPart10(bytes, { untilPixelData: true, maxBytes: options.bytesMax }).dataset
  } finally {
    await file.close()
  }
}

/**
 * The header if the prefix holds it whole; null when more is needed. The byte put after it makes a prefix that ends
 * between two elements an error, which would otherwise be taken for a file without pixel data.
 */
function headerOfPrefix(prefix: Uint8Array): Dataset | null {
  try {
    return readPart10(Buffer.concat([prefix, Buffer.from([0xff])]), { untilPixelData: true }).dataset
  } catch (error) {
    if (error instanceof PlumblineError && error.code === 'bad-dicom') return null
    throw error
  }
}

async function readFirst(file: FileHandle, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

function tooLarge(bytesMax: number): PlumblineError {
  return new PlumblineError(
    'limit-exceeded',
    `The header of the file is larger than the limit of ${bytesMax} bytes.`,
  )
}
