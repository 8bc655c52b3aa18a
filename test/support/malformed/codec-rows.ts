/** Rows about compressed images: one CT slice of four, its pixels in every code stream, whole and broken. */
import { CODE_STREAMS, type CodeStream } from '../../../src/bench/fuzz/code-streams.ts'
import { encapsulated, replace, setValue, us } from './bytes.ts'
import { noise } from './packed.ts'
import { DAMAGED, type SeriesRow } from './row.ts'
import { IMAGES } from './samples.ts'

/** The second slice with this code stream for its pixels. */
function seriesWith(stream: CodeStream, fragments: readonly Uint8Array[]): readonly Uint8Array[] {
  return IMAGES.map((file, n) => {
    if (n !== 1) return file
    const bits = ['BitsAllocated', 'BitsStored'].reduce(
      (changed, keyword) => setValue(changed, keyword, us(stream.bits)),
      setValue(file, 'HighBit', us(stream.bits - 1)),
    )
    return replace(
      setValue(bits, 'TransferSyntaxUID', stream.transferSyntaxUid),
      'PixelData',
      encapsulated(fragments),
    )
  })
}

/** What is done to a code stream, and in words. */
const DAMAGES: readonly (readonly [id: string, about: string, damage: (bytes: Uint8Array) => Uint8Array])[] =
  [
    ['cut-half', 'cut in the middle', (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ['cut-header', 'cut within its header', (bytes) => bytes.subarray(0, 16)],
    ['noise', 'noise', (bytes) => noise(bytes.length)],
    ['empty', 'of no length', () => new Uint8Array()],
    ['other-size', 'of another size than its image', (bytes) => withSize(bytes, 5, 4)],
    ['huge', 'that claims 65535 rows', (bytes) => withSize(bytes, 5, 65535)],
  ]

/** Of codecs whose decoders read on past a missing end; the others have all pixels without it. */
const WITHOUT_END: (typeof DAMAGES)[number] = [
  'no-end',
  'without its end marker',
  (bytes) => bytes.subarray(0, bytes.findLastIndex((byte) => byte === 0xd9) - 1),
]
const NEED_THEIR_END = ['jpeg-ls', 'jpeg-lossless']

export const CODEC_ROWS: readonly SeriesRow[] = CODE_STREAMS.flatMap((stream): SeriesRow[] => [
  {
    id: `codec-${stream.name}`,
    kind: 'images',
    about: `an image in ${stream.name} as it should be`,
    make: () => seriesWith(stream, [stream.bytes]),
    outcome: { slices: 4, images: 4, problems: [] },
  },
  ...[...DAMAGES, ...(NEED_THEIR_END.includes(stream.name) ? [WITHOUT_END] : [])].map(
    ([id, about, damage]): SeriesRow => ({
      id: `codec-${stream.name}-${id}`,
      kind: 'images',
      about: `an image in ${stream.name} ${about}`,
      make: () => seriesWith(stream, [damage(stream.bytes)]),
      outcome: DAMAGED,
    }),
  ),
  {
    id: `codec-${stream.name}-again`,
    kind: 'images',
    about: `a whole image in ${stream.name} after the broken ones`,
    make: () => seriesWith(stream, [stream.bytes]),
    outcome: { slices: 4, images: 4, problems: [] },
  },
])

/** Every 16 bit word that holds the number of rows says another one: enough for the size markers of all codecs. */
function withSize(bytes: Uint8Array, rows: number, said: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  for (let n = 0; n + 3 < changed.length; n++) {
    const isSize = changed[n] === 0 && changed[n + 1] === rows && changed[n + 2] === 0
    if (isSize) changed.set([said >> 8, said & 0xff], n)
  }
  return changed
}
