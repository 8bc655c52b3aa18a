/** The header of a DICOM file on disk, reading no more of it than needed. */
import { readPart10, type Dataset } from '../dicom/part10.ts'
import { fileSource } from '../file-source.ts'

const PREAMBLE_BYTES = 132

/** Blocks while it reads: for the command line. Null: the file has no DICM mark, so it is not for us. Throws what readPart10 throws, or the file system's error. */
export function readHeaderOfFile(path: string, options: { bytesMax: number }): Dataset | null {
  const source = fileSource(path, { firstBytesMax: options.bytesMax })
  const preamble = source.first(Math.min(source.length, PREAMBLE_BYTES))
  if (String.fromCharCode(...preamble.subarray(128, PREAMBLE_BYTES)) !== 'DICM') return null
  return readPart10(source, { untilPixelData: true, maxBytes: Infinity }).dataset
}
