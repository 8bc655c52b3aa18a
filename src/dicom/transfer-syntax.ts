/** Transfer syntaxes (PS3.6 table A-1): how the data set is written, and what decodes the pixels. */

export type PixelEncoding =
  | 'native'
  | 'rle'
  | 'jpeg'
  | 'jpeg-lossless'
  | 'jpeg-ls'
  | 'jpeg-2000'
  | 'deflated-frame'
  | 'unsupported'

export interface TransferSyntax {
  readonly name: string
  readonly dataset: 'explicit' | 'implicit' | 'deflated' | 'big-endian'
  readonly pixels: PixelEncoding
}

export const IMPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2'
export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'

const SYNTAXES: Readonly<Record<string, TransferSyntax | undefined>> = {
  [IMPLICIT_VR_LITTLE_ENDIAN]: { name: 'Implicit VR Little Endian', dataset: 'implicit', pixels: 'native' },
  [EXPLICIT_VR_LITTLE_ENDIAN]: { name: 'Explicit VR Little Endian', dataset: 'explicit', pixels: 'native' },
  '1.2.840.10008.1.2.1.99': {
    name: 'Deflated Explicit VR Little Endian',
    dataset: 'deflated',
    pixels: 'native',
  },
  '1.2.840.10008.1.2.2': {
    name: 'Explicit VR Big Endian (retired)',
    dataset: 'big-endian',
    pixels: 'native',
  },
  '1.2.840.10008.1.2.5': { name: 'RLE Lossless', dataset: 'explicit', pixels: 'rle' },
  '1.2.840.10008.1.2.8.1': {
    name: 'Deflated Image Frame Compression',
    dataset: 'explicit',
    pixels: 'deflated-frame',
  },
  '1.2.840.10008.1.2.4.50': { name: 'JPEG Baseline (8 bit)', dataset: 'explicit', pixels: 'jpeg' },
  '1.2.840.10008.1.2.4.51': { name: 'JPEG Extended (12 bit)', dataset: 'explicit', pixels: 'unsupported' },
  '1.2.840.10008.1.2.4.57': { name: 'JPEG Lossless', dataset: 'explicit', pixels: 'jpeg-lossless' },
  '1.2.840.10008.1.2.4.70': {
    name: 'JPEG Lossless, first-order prediction',
    dataset: 'explicit',
    pixels: 'jpeg-lossless',
  },
  '1.2.840.10008.1.2.4.80': { name: 'JPEG-LS Lossless', dataset: 'explicit', pixels: 'jpeg-ls' },
  '1.2.840.10008.1.2.4.81': { name: 'JPEG-LS Near-Lossless', dataset: 'explicit', pixels: 'jpeg-ls' },
  '1.2.840.10008.1.2.4.90': { name: 'JPEG 2000 (lossless only)', dataset: 'explicit', pixels: 'jpeg-2000' },
  '1.2.840.10008.1.2.4.91': { name: 'JPEG 2000', dataset: 'explicit', pixels: 'jpeg-2000' },
  '1.2.840.10008.1.2.4.201': {
    name: 'High-Throughput JPEG 2000 (lossless only)',
    dataset: 'explicit',
    pixels: 'unsupported',
  },
  '1.2.840.10008.1.2.4.202': {
    name: 'High-Throughput JPEG 2000 RPCL (lossless only)',
    dataset: 'explicit',
    pixels: 'unsupported',
  },
  '1.2.840.10008.1.2.4.203': {
    name: 'High-Throughput JPEG 2000',
    dataset: 'explicit',
    pixels: 'unsupported',
  },
}

/** What is known of a transfer syntax. All others, video for one, write their data set as Explicit VR Little Endian (PS3.5 A.4). */
export function transferSyntax(uid: string): TransferSyntax {
  // Only what looks like a UID is repeated: a damaged file may hold anything there.
  const name = /^[\d.]{1,64}$/.test(uid) ? `the transfer syntax ${uid}` : 'an unknown transfer syntax'
  return SYNTAXES[uid] ?? { name, dataset: 'explicit', pixels: 'unsupported' }
}
