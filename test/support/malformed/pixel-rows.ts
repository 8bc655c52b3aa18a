/** Rows about the pixel data of a SEG: too few, too many, packed wrong; label maps and fractional ones. */
import { deflateRawSync } from 'node:zlib'
import type { NaturalDataset } from '../../../src/dicom/write-part10.ts'
import { segFile } from '../../dicom/read-samples.ts'
import { elementBytes, encapsulated, remove, replace, setValue, us, valueOf } from './bytes.ts'
import { deflateBomb, packedRun, rleFrame } from './packed.ts'
import {
  DAMAGED,
  OVER_LIMIT,
  twoSegments,
  UNSUPPORTED,
  type SegmentationRow,
  segmentationRows,
} from './row.ts'
import { SEG, SEG_PIXEL_BYTES } from './samples.ts'

const row = segmentationRows('SEG', 'pixels')

const RLE = '1.2.840.10008.1.2.5'
const DEFLATED_FRAME = '1.2.840.10008.1.2.8.1'
const SEGMENTS: readonly NaturalDataset[] = [
  { SegmentNumber: 1, SegmentLabel: 'A' },
  { SegmentNumber: 2, SegmentLabel: 'B' },
]
const HEIGHTS = [30, 32, 34, 36]
const PLANE_PIXELS = 30
/** Segment 1 on four pixels, segment 2 on four others. */
const LABELS = Array.from({ length: PLANE_PIXELS }, (_, n) => (n < 4 ? 1 : n < 8 ? 2 : 0))

function labelMap(more: NaturalDataset = {}): Uint8Array {
  return segFile({
    type: 'LABELMAP',
    rows: 5,
    columns: 6,
    segments: SEGMENTS,
    frames: HEIGHTS.map((z) => ({ segment: 1, z, pixels: LABELS })),
    more,
  })
}

function fractional(full: NaturalDataset, value = 200): Uint8Array {
  const pixels = LABELS.map((label) => (label === 1 ? value : 0))
  const frames = [1, 2].flatMap((segment) => HEIGHTS.map((z) => ({ segment, z, pixels })))
  const more = { SegmentationFractionalType: 'PROBABILITY', ...full }
  return segFile({ type: 'FRACTIONAL', rows: 5, columns: 6, segments: SEGMENTS, frames, more })
}

const PLANE = Uint8Array.from(LABELS)
/** The label map's plane, packed: 4 times 1, 4 times 2, 22 times 0. */
const PACKED = Uint8Array.from([253, 1, 253, 2, 235, 0])
const RLE_FRAME = rleFrame([PACKED])

/** The label map with other pixel data in another transfer syntax. */
function packedLabelMap(syntax: string, pixels: Uint8Array, file = labelMap()): Uint8Array {
  return replace(setValue(file, 'TransferSyntaxUID', syntax), 'PixelData', pixels)
}

function rle(...fragments: readonly Uint8Array[]): Uint8Array {
  return packedLabelMap(RLE, encapsulated(fragments))
}

/** One good frame after another, the first one as given. */
function rleFirst(first: Uint8Array): Uint8Array {
  return rle(first, RLE_FRAME, RLE_FRAME, RLE_FRAME)
}

/** One frame of the given size. */
function oneFrame(rows: number, columns: number, bits: number): Uint8Array {
  const plain = segFile({
    type: 'LABELMAP',
    rows: 5,
    columns: 6,
    segments: SEGMENTS,
    frames: [{ segment: 1, z: 30, pixels: LABELS }],
    more: { BitsAllocated: bits, BitsStored: bits, HighBit: bits - 1 },
  })
  return setValue(setValue(plain, 'Rows', us(rows)), 'Columns', us(columns))
}

function withPixels(bytes: Uint8Array): Uint8Array {
  return setValue(SEG, 'PixelData', bytes)
}

const PIXELS = valueOf(SEG, 'PixelData')

const AMOUNT: readonly SegmentationRow[] = [
  row('missing', 'no pixel data', () => remove(SEG, 'PixelData'), DAMAGED),
  row('none', 'pixel data of no length', () => withPixels(new Uint8Array()), DAMAGED),
  row('half', 'half of the pixel data', () => withPixels(PIXELS.subarray(0, SEG_PIXEL_BYTES / 2)), DAMAGED),
  row('two-less', 'two bytes too few', () => withPixels(PIXELS.subarray(0, -2)), DAMAGED),
  row(
    'padding',
    'eight bytes of padding',
    () => withPixels(joined(PIXELS, new Uint8Array(8))),
    twoSegments(),
  ),
  row(
    'one-frame-more',
    'one frame more than it says, and not an empty one',
    () => withPixels(joined(PIXELS, new Uint8Array(4).fill(255))),
    DAMAGED,
  ),
  row('twice-as-many', 'the pixel data twice', () => withPixels(joined(PIXELS, PIXELS)), DAMAGED),
  row(
    'float',
    'pixels in floating point',
    () => replace(SEG, 'PixelData', elementBytes('7FE00008', 'OF', new Uint8Array(720))),
    DAMAGED,
  ),
]

const VALUES: readonly SegmentationRow[] = [
  row('label-map', 'a label map as it should be', () => labelMap(), twoSegments()),
  row(
    'label-undeclared',
    'a label map with a value that no segment has',
    () =>
      setValue(
        labelMap(),
        'PixelData',
        Uint8Array.from([
          ...Array.from({ length: 3 }, () => LABELS).flat(),
          ...LABELS.map((label) => (label === 2 ? 77 : label)),
        ]),
      ),
    DAMAGED,
  ),
  row(
    'label-two-bits',
    'a label map of one bit',
    () => setValue(labelMap(), 'BitsAllocated', us(1)),
    DAMAGED,
  ),
  row(
    'fractional',
    'a fractional one, its second segment above half as well',
    () => fractional({ MaximumFractionalValue: 255 }),
    twoSegments(),
  ),
  row('fractional-no-maximum', 'a fractional one without maximum', () => fractional({}), DAMAGED),
  row('fractional-0', 'maximum 0', () => fractional({ MaximumFractionalValue: 0 }), DAMAGED),
  row(
    'fractional-above',
    'values above the maximum',
    () => fractional({ MaximumFractionalValue: 100 }),
    DAMAGED,
  ),
]

const FRAGMENTS: readonly SegmentationRow[] = [
  row('rle', 'RLE as it should be', () => rleFirst(RLE_FRAME), twoSegments()),
  row(
    'fragments-no-table',
    'five fragments for four frames, no offset table',
    () => rle(RLE_FRAME, RLE_FRAME, RLE_FRAME, RLE_FRAME.subarray(0, 66), RLE_FRAME.subarray(66)),
    DAMAGED,
  ),
  ...[
    [0, 78, 156, 235],
    [0, 0, 0, 0],
    [234, 156, 78, 0],
    [0, 78, 156, 0xfffffff0],
  ].map((offsets, n) =>
    row(
      `table-wrong-${n + 1}`,
      `an offset table that is wrong: ${offsets.join(', ')}`,
      () =>
        packedLabelMap(
          RLE,
          encapsulated([RLE_FRAME, RLE_FRAME, RLE_FRAME, RLE_FRAME.subarray(0, 66), RLE_FRAME.subarray(66)], {
            offsets,
          }),
        ),
      DAMAGED,
    ),
  ),
  row(
    'table-right',
    'the same with the right table',
    () =>
      packedLabelMap(
        RLE,
        encapsulated([RLE_FRAME, RLE_FRAME, RLE_FRAME, RLE_FRAME.subarray(0, 66), RLE_FRAME.subarray(66)], {
          offsets: [0, 78, 156, 234],
        }),
      ),
    twoSegments(),
  ),
  row(
    'fragments-few',
    'three fragments for four frames',
    () => rle(RLE_FRAME, RLE_FRAME, RLE_FRAME),
    DAMAGED,
  ),
  row('fragments-none', 'no fragment', () => rle(), DAMAGED),
  row(
    'fragments-open',
    'no end of the fragments',
    () => packedLabelMap(RLE, encapsulated([RLE_FRAME, RLE_FRAME, RLE_FRAME, RLE_FRAME], { closed: false })),
    DAMAGED,
  ),
  row('fragment-empty', 'an empty fragment', () => rleFirst(new Uint8Array()), DAMAGED),
]

const RLE_FRAMES: readonly SegmentationRow[] = [
  row(
    'rle-no-segments',
    'an RLE frame of no segments',
    () => rleFirst(rleFrame([PACKED], { count: 0 })),
    DAMAGED,
  ),
  row('rle-15-segments', 'of 15 segments', () => rleFirst(rleFrame([PACKED], { count: 15 })), DAMAGED),
  row('rle-many', 'of 2^32-1 segments', () => rleFirst(rleFrame([PACKED], { count: 0xffffffff })), DAMAGED),
  row(
    'rle-offset-in-header',
    'a segment within the header',
    () => rleFirst(rleFrame([PACKED], { offsets: [4] })),
    DAMAGED,
  ),
  row(
    'rle-offset-beyond',
    'a segment past the end',
    () => rleFirst(rleFrame([PACKED], { offsets: [0xfffffff0] })),
    DAMAGED,
  ),
  row('rle-cut', 'a frame that is cut off', () => rleFirst(RLE_FRAME.subarray(0, -1)), DAMAGED),
  row(
    'rle-short',
    'a frame that is short of pixels',
    () => rleFirst(rleFrame([PACKED.subarray(0, 4)])),
    DAMAGED,
  ),
  row('rle-header-only', 'a header and no more', () => rleFirst(RLE_FRAME.subarray(0, 64)), DAMAGED),
  row(
    'rle-more',
    'runs that go on after the last pixel',
    () => rleFirst(rleFrame([joined(PACKED, packedRun(1, 128 * 1000))])),
    DAMAGED,
  ),
  row(
    'rle-padding',
    'padding after the last run',
    () => rleFirst(rleFrame([joined(PACKED, Uint8Array.of(128, 0))])),
    twoSegments(),
  ),
  row(
    'rle-one-more',
    'a last run of one pixel more, as writers that make planes even have it',
    () => rleFirst(rleFrame([Uint8Array.from([253, 1, 253, 2, 234, 0])])),
    twoSegments(),
  ),
  row(
    'rle-two-more',
    'a last run of two pixels more',
    () => rleFirst(rleFrame([Uint8Array.from([253, 1, 253, 2, 233, 0])])),
    DAMAGED,
  ),
  row(
    'rle-expands',
    'a few bytes for 8192 x 8192 pixels',
    () => packedLabelMap(RLE, encapsulated([RLE_FRAME]), oneFrame(8192, 8192, 8)),
    DAMAGED,
  ),
  row(
    'rle-huge',
    'a few bytes for 65535 x 65535 pixels',
    () => packedLabelMap(RLE, encapsulated([RLE_FRAME]), oneFrame(65535, 65535, 8)),
    OVER_LIMIT,
  ),
  row(
    'rle-huge-16',
    'the same with 16 bits',
    () => packedLabelMap(RLE, encapsulated([rleFrame([PACKED, PACKED])]), oneFrame(65535, 65535, 16)),
    OVER_LIMIT,
  ),
]

const DEFLATED_FRAMES: readonly SegmentationRow[] = [
  row(
    'deflated-frames',
    'deflated frames as they should be',
    () => packedLabelMap(DEFLATED_FRAME, encapsulated(HEIGHTS.map(() => deflateRawSync(PLANE)))),
    twoSegments(),
  ),
  row(
    'deflated-frame-cut',
    'a deflated frame that is cut off',
    () =>
      packedLabelMap(DEFLATED_FRAME, encapsulated(HEIGHTS.map(() => deflateRawSync(PLANE).subarray(0, -3)))),
    DAMAGED,
  ),
  row(
    'deflated-frame-bomb',
    'frames of 30 pixels that inflate to 4 GiB',
    () => {
      const bomb = deflateBomb(2 ** 32)
      return packedLabelMap(DEFLATED_FRAME, encapsulated(HEIGHTS.map(() => bomb)))
    },
    DAMAGED,
  ),
  row(
    'deflated-frame-large',
    'a megabyte that inflates to a frame of 30000 x 30000 pixels, no more than all voxels may be',
    () => packedLabelMap(DEFLATED_FRAME, encapsulated([deflateBomb(9e8)]), oneFrame(30000, 30000, 8)),
    OVER_LIMIT,
  ),
  row(
    'jpeg-2000-large',
    'noise for a JPEG 2000 frame of 30000 x 30000 pixels',
    () => packedLabelMap('1.2.840.10008.1.2.4.90', encapsulated([PLANE]), oneFrame(30000, 30000, 8)),
    OVER_LIMIT,
  ),
  row(
    'deflated-frame-huge',
    'a megabyte that inflates to a frame of 32768 x 32768 pixels',
    () => packedLabelMap(DEFLATED_FRAME, encapsulated([deflateBomb(2 ** 30)]), oneFrame(32768, 32768, 8)),
    OVER_LIMIT,
  ),
]

const OTHER: readonly SegmentationRow[] = [
  row('mpeg', 'a video', () => packedLabelMap('1.2.840.10008.1.2.4.100', encapsulated([PLANE])), UNSUPPORTED),
  row(
    'jpeg-of-nothing',
    'noise for a JPEG 2000 frame',
    () => packedLabelMap('1.2.840.10008.1.2.4.90', encapsulated(HEIGHTS.map(() => PLANE))),
    DAMAGED,
  ),
]

export const PIXEL_ROWS: readonly SegmentationRow[] = [
  ...AMOUNT,
  ...VALUES,
  ...FRAGMENTS,
  ...RLE_FRAMES,
  ...DEFLATED_FRAMES,
  ...OTHER,
]

function joined(...all: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(all)
}
