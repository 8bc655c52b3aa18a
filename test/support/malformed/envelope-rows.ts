/** Rows about the file around an object: preamble, meta information, transfer syntax, element lengths, nesting. Made from SEG. */
import { deflateRawSync } from 'node:zlib'
import {
  bytesOf,
  cutAt,
  duplicate,
  elementBytes,
  encapsulated,
  insertBefore,
  markBytes,
  remove,
  replace,
  setElement,
  setLength,
  setValue,
  setVr,
  ul,
} from './bytes.ts'
import { deflateBomb, noise, rleFrame } from './packed.ts'
import {
  DAMAGED,
  OVER_LIMIT,
  twoSegments,
  UNSUPPORTED,
  type SegmentationRow,
  segmentationRows,
} from './row.ts'
import { SEG, SEG_FRAMES } from './samples.ts'

const UNDEFINED = 0xffffffff
const SYNTAX = {
  implicit: '1.2.840.10008.1.2',
  deflated: '1.2.840.10008.1.2.1.99',
  bigEndian: '1.2.840.10008.1.2.2',
  rle: '1.2.840.10008.1.2.5',
} as const
/** A private tag, and a standard one that stands between Series Number and Pixel Data. */
const PRIVATE = '00291010'

const row = segmentationRows('SEG', 'file')

function withSyntax(uid: string): Uint8Array {
  return setValue(SEG, 'TransferSyntaxUID', uid)
}

/** File meta information and the data set after it. */
function parts(file: Uint8Array): { meta: Uint8Array; dataset: Uint8Array } {
  const { length } = cutAt(file, 'SOPClassUID')
  const start = cutAt(file, 'SpecificCharacterSet').length
  return { meta: file.slice(0, Math.min(start, length)), dataset: file.slice(Math.min(start, length)) }
}

function deflated(dataset: Uint8Array): Uint8Array {
  return Buffer.concat([parts(withSyntax(SYNTAX.deflated)).meta, dataset])
}

/** Puts an element where a private one may stand, before the functional groups. */
function withElement(bytes: Uint8Array): Uint8Array {
  return insertBefore(SEG, 'NumberOfFrames', bytes)
}

/** So many sequences, each in an item of the one before, closed or not. */
function nested(depth: number, closed: boolean): Uint8Array {
  const open = [elementBytes(PRIVATE, 'SQ', new Uint8Array(), UNDEFINED), markBytes('FFFEE000', UNDEFINED)]
  const close = closed ? [markBytes('FFFEE00D', 0), markBytes('FFFEE0DD', 0)] : []
  const times = (bytes: readonly Uint8Array[]) => Array.from({ length: depth }, () => bytes).flat()
  return Buffer.concat([...times(open), ...times(close)])
}

/** A file of another kind under a DICOM name: its first bytes, then noise. */
function other(head: string): () => Uint8Array {
  return () => new Uint8Array(Buffer.concat([Buffer.from(head, 'latin1'), noise(4000)]))
}

const NO_DICOM: readonly SegmentationRow[] = [
  row('empty', 'an empty file', () => new Uint8Array(), DAMAGED),
  row('one-byte', 'a file of one byte', () => Uint8Array.of(0x44), DAMAGED),
  row('noise', 'random bytes', () => noise(5000), DAMAGED),
  row('jpeg', 'a JPEG image', other('\xff\xd8\xff\xe0\x00\x10JFIF'), DAMAGED),
  row('zip', 'a ZIP archive', other('PK\x03\x04\x14\x00'), DAMAGED),
  row('pdf', 'a PDF document', other('%PDF-1.7\n'), DAMAGED),
  row('html', 'the error page of a web server', other('<!DOCTYPE html><title>502</title>'), DAMAGED),
]

const META: readonly SegmentationRow[] = [
  row('no-preamble', 'the mark without the preamble before it', () => SEG.slice(128), DAMAGED),
  row('bare-data-set', 'a data set with neither preamble nor mark', () => parts(SEG).dataset, DAMAGED),
  row(
    'no-meta',
    'preamble and mark, then the data set at once',
    () => Buffer.concat([SEG.subarray(0, 132), parts(SEG).dataset]),
    DAMAGED,
  ),
  row('meta-only', 'nothing after the file meta information', () => parts(SEG).meta, UNSUPPORTED),
  row('no-syntax', 'no Transfer Syntax UID', () => remove(SEG, 'TransferSyntaxUID'), DAMAGED),
  row(
    'meta-length',
    'a group length that points far past the file',
    () => setValue(SEG, 'FileMetaInformationGroupLength', ul(0x7fffffff)),
    twoSegments(),
  ),
  row(
    'syntax-unknown',
    'a transfer syntax that nobody defined',
    () => withSyntax('1.2.3.4.5.6'),
    UNSUPPORTED,
  ),
  row('syntax-text', 'words for a transfer syntax', () => withSyntax('explicit, please'), UNSUPPORTED),
  row('syntax-implicit', 'says implicit VR, is explicit', () => withSyntax(SYNTAX.implicit), DAMAGED),
  row('syntax-big-endian', 'says Big Endian, is not', () => withSyntax(SYNTAX.bigEndian), DAMAGED),
  row('syntax-deflated', 'says deflated, is not', () => withSyntax(SYNTAX.deflated), DAMAGED),
  row('syntax-rle', 'says RLE, its pixels are native', () => withSyntax(SYNTAX.rle), DAMAGED),
  row(
    'syntax-native',
    'says native, its pixels are RLE frames',
    () => {
      const frames = Array.from({ length: SEG_FRAMES }, () => rleFrame([Uint8Array.of(3, 255, 255, 255, 63)]))
      return replace(SEG, 'PixelData', encapsulated(frames))
    },
    DAMAGED,
  ),
  row(
    'explicit-as-implicit',
    'says explicit VR, one element is written implicit',
    () =>
      replace(SEG, 'Rows', Buffer.concat([bytesOf(SEG, 'Rows').subarray(0, 4), ul(2), Uint8Array.of(5, 0)])),
    DAMAGED,
  ),
]

const LENGTHS: readonly SegmentationRow[] = [
  row(
    'length-beyond-file',
    'a value longer than the file',
    () => setLength(SEG, 'PatientName', 0xfff0),
    DAMAGED,
  ),
  row(
    'length-into-next',
    'a value that swallows half the next element',
    () => setLength(SEG, 'Rows', 6),
    DAMAGED,
  ),
  row(
    'length-odd',
    'a text of odd length',
    () => replace(SEG, 'SeriesDescription', elementBytes('0008103E', 'LO', Buffer.from('odd'))),
    twoSegments(),
  ),
  row(
    'length-number-odd',
    'a 16 bit number of three bytes',
    () => setElement(SEG, 'Rows', 'US', Uint8Array.of(5, 0, 0)),
    DAMAGED,
  ),
  row(
    'length-undefined-pixels',
    'native pixel data of undefined length',
    () => setLength(SEG, 'PixelData', UNDEFINED),
    DAMAGED,
  ),
  row(
    'length-undefined-text',
    'a text of undefined length',
    () => withElement(elementBytes(PRIVATE, 'UT', 'text', UNDEFINED)),
    DAMAGED,
  ),
  row(
    'length-undefined-unknown',
    'an unknown value of undefined length that is no sequence',
    () => withElement(elementBytes(PRIVATE, 'UN', noise(64), UNDEFINED)),
    DAMAGED,
  ),
  row(
    'length-sequence',
    'a sequence longer than the file',
    () => setLength(SEG, 'SegmentSequence', 0x7ffffffe),
    DAMAGED,
  ),
  row(
    'length-item',
    'an item longer than its sequence',
    () => setLength(SEG, 'SegmentSequence/1', 0x00ffffff),
    DAMAGED,
  ),
  row('vr-none', 'a value representation that is none', () => setVr(SEG, 'Rows', '??'), DAMAGED),
  row('twice', 'an element that occurs twice', () => duplicate(SEG, 'Columns'), DAMAGED),
]

const NESTING: readonly SegmentationRow[] = [
  row('nested-20000', '20,000 nested sequences', () => withElement(nested(20_000, true)), DAMAGED),
  row(
    'nested-open',
    '20,000 nested sequences that nobody closes',
    () => withElement(nested(20_000, false)),
    DAMAGED,
  ),
  row(
    'sequence-open',
    'a sequence of undefined length without its end',
    () => cutAt(SEG, 'SharedFunctionalGroupsSequence'),
    DAMAGED,
  ),
  row(
    'empty-items',
    'a private sequence of 100,000 empty items',
    () => {
      const items = Buffer.alloc(8 * 100_000, markBytes('FFFEE000', 0))
      return withElement(elementBytes(PRIVATE, 'SQ', items))
    },
    twoSegments(),
  ),
  row(
    'item-outside',
    'an item where an element must stand',
    () => withElement(markBytes('FFFEE000', 0)),
    DAMAGED,
  ),
]

const CUT: readonly SegmentationRow[] = [
  ...[10, 25, 50, 75, 90].map((percent) =>
    row(
      `cut-${percent}`,
      `the first ${percent} % of a file`,
      () => SEG.slice(0, Math.floor((SEG.length * percent) / 100)),
      DAMAGED,
    ),
  ),
  row('cut-before-pixels', 'ends where its pixel data begin', () => cutAt(SEG, 'PixelData'), DAMAGED),
  row('cut-in-pixel-header', 'ends within that header', () => cutAt(SEG, 'PixelData', 6), DAMAGED),
  row('cut-in-pixels', 'ends within its pixel data', () => cutAt(SEG, 'PixelData', 20), DAMAGED),
  row('cut-last-byte', 'lacks its last byte', () => SEG.slice(0, -1), DAMAGED),
]

const DEFLATED: readonly SegmentationRow[] = [
  row(
    'deflated',
    'a deflated data set with noise after its end',
    () => deflated(Buffer.concat([deflateRawSync(parts(SEG).dataset), noise(50)])),
    twoSegments(),
  ),
  row(
    'deflated-cut',
    'a deflated data set that is cut off',
    () => deflated(deflateRawSync(parts(SEG).dataset).subarray(0, -40)),
    DAMAGED,
  ),
  row('deflated-noise', 'noise for a deflated data set', () => deflated(noise(2000)), DAMAGED),
  row(
    'deflated-bomb',
    'a megabyte that inflates to 1.25 GiB',
    () => deflated(deflateBomb(1.25 * 2 ** 30)),
    OVER_LIMIT,
  ),
]

export const ENVELOPE_ROWS: readonly SegmentationRow[] = [
  ...NO_DICOM,
  ...META,
  ...LENGTHS,
  ...NESTING,
  ...CUT,
  ...DEFLATED,
]
