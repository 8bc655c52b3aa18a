/** Bytes given as a file gives them: no more than was asked for, and views that hold only until the next one. */
import { isDeepStrictEqual } from 'node:util'
import type { ByteSource } from '../../dicom/byte-source.ts'
import type { ReadLimits } from '../../dicom/limits.ts'
import { readSegmentation } from '../../dicom/read-segmentation.ts'
import { PlumblineError } from '../../errors.ts'

/** Reads a SEG in memory and in pieces; throws unless both end alike, in the same segmentation or the same refusal. */
export async function requireSameInPieces(bytes: Uint8Array, limits: ReadLimits): Promise<void> {
  const [whole, pieces] = [
    await outcomeOf(readSegmentation(bytes, limits)),
    await outcomeOf(readSegmentation(inPieces(bytes), limits)),
  ]
  if (!isDeepStrictEqual(whole, pieces)) throw new Error('read in pieces it is another segmentation')
  if (whole instanceof PlumblineError) throw whole
}

async function outcomeOf<Result>(work: Promise<Result>): Promise<Result | PlumblineError> {
  return work.catch((error: unknown) => {
    if (error instanceof PlumblineError) return error
    throw error
  })
}

function inPieces(bytes: Uint8Array): ByteSource {
  let last = new Uint8Array()
  return {
    length: bytes.length,
    viewsLast: false,
    first: (length) => bytes.slice(0, length),
    view(start, end) {
      last.fill(0xff) // what is still looked at of the view before would be noticed
      last = bytes.slice(start, end)
      return last
    },
  }
}
