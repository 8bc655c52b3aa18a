/** One frame in the transfer syntaxes that need no codec: RLE, and deflated. */
import { deflateRawSync } from 'node:zlib'
import type { Part10 } from '../../dicom/part10.ts'
import { frameHeader } from './code-streams.ts'

const RLE_LOSSLESS = '1.2.840.10008.1.2.5'
const DEFLATED_IMAGE_FRAME = '1.2.840.10008.1.2.8.1'
const PIXELS = 30

export function packedFrames(): { name: string; part10: Part10 }[] {
  return [
    { name: 'rle', part10: frame(RLE_LOSSLESS, 16, rleFrame()) },
    {
      name: 'deflated',
      part10: frame(DEFLATED_IMAGE_FRAME, 8, deflateRawSync(new Uint8Array(PIXELS).fill(7))),
    },
  ]
}

function frame(transferSyntaxUid: string, bits: 8 | 16, bytes: Uint8Array): Part10 {
  return {
    transferSyntaxUid,
    dataset: frameHeader(bits),
    pixelData: { kind: 'encapsulated', offsets: [], fragments: [bytes] },
  }
}

/** Two byte planes (PS3.5 G.2): a run of 30, and ten literals before a run of 20. */
function rleFrame(): Uint8Array {
  const high = [257 - PIXELS, 1]
  const low = [9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 257 - 20, 3]
  const header = new Uint32Array(16)
  header.set([2, 64, 64 + high.length])
  return Uint8Array.from([...new Uint8Array(header.buffer), ...high, ...low])
}
