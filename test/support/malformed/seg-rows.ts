/** Rows about the header and the functional groups of a SEG. The first segment has frames 0 and 1, the second 2 to 5. */
import {
  bytesOf,
  duplicate,
  elementBytes,
  remove,
  replace,
  setElement,
  setInEvery,
  setValue,
  setVr,
  ul,
  us,
} from './bytes.ts'
import {
  DAMAGED,
  OVER_LIMIT,
  twoSegments,
  UNREADABLE,
  UNSUPPORTED,
  type SegmentationRow,
  segmentationRows,
  type SegmentationOutcome,
} from './row.ts'
import { SEG } from './samples.ts'

const row = segmentationRows('SEG', 'seg')

const FRAME = 'PerFrameFunctionalGroupsSequence/0'
const EVERY_SEGMENT_NUMBER =
  'PerFrameFunctionalGroupsSequence/#/SegmentIdentificationSequence/0/ReferencedSegmentNumber'

/** A set of rows that differ in one value only. */
function values(
  id: string,
  about: string,
  path: string,
  list: readonly (string | Uint8Array)[],
  outcome: SegmentationOutcome,
) {
  return list.map((value, n) =>
    row(
      `${id}-${typeof value === 'string' ? value.replaceAll('\\', '_') : `binary-${n}`}`,
      typeof value === 'string' ? `${about}: ${value}` : `${about} (${n + 1})`,
      () => setValue(SEG, path, value),
      outcome,
    ),
  )
}

const IMAGE_PIXEL: readonly SegmentationRow[] = [
  ...values(
    'frames',
    'Number of Frames',
    'NumberOfFrames',
    ['2147483647', '0', '-1', '-6', 'many', '1e9', '6.5', '99999999999', ''],
    DAMAGED,
  ),
  row('frames-missing', 'no Number of Frames', () => remove(SEG, 'NumberOfFrames'), DAMAGED),
  row(
    'rows-columns-65535',
    'frames of 65535 x 65535 pixels',
    () => setValue(setValue(SEG, 'Rows', us(65535)), 'Columns', us(65535)),
    OVER_LIMIT,
  ),
  row('rows-0', 'no rows', () => setValue(SEG, 'Rows', us(0)), DAMAGED),
  row('columns-0', 'no columns', () => setValue(SEG, 'Columns', us(0)), DAMAGED),
  row('rows-as-text', 'Rows as decimal string', () => setElement(SEG, 'Rows', 'DS', '5'), twoSegments()),
  row('rows-as-words', 'Rows in words', () => setElement(SEG, 'Rows', 'LO', 'five'), DAMAGED),
  row('bits-0', 'no bits', () => setValue(SEG, 'BitsAllocated', us(0)), DAMAGED),
  row('bits-7', '7 bits allocated', () => setValue(SEG, 'BitsAllocated', us(7)), DAMAGED),
  row('bits-16', 'BINARY with 16 bits', () => setValue(SEG, 'BitsAllocated', us(16)), DAMAGED),
  row('bits-65535', '65535 bits', () => setValue(SEG, 'BitsAllocated', us(65535)), DAMAGED),
  row(
    'bits-binary',
    'bits as bytes of no type',
    () => setElement(SEG, 'BitsAllocated', 'OB', us(1)),
    DAMAGED,
  ),
  row('bits-stored', 'more bits stored than allocated', () => setValue(SEG, 'BitsStored', us(12)), DAMAGED),
  row('samples-3', 'in colour', () => setValue(SEG, 'SamplesPerPixel', us(3)), DAMAGED),
  row('type-missing', 'no Segmentation Type', () => remove(SEG, 'SegmentationType'), DAMAGED),
  row('type-unknown', 'an unknown type', () => setValue(SEG, 'SegmentationType', 'MAYBE'), DAMAGED),
]

const GROUPS: readonly SegmentationRow[] = [
  row('groups-one-less', 'a frame without its groups', () => remove(SEG, FRAME), DAMAGED),
  row('groups-one-more', 'groups without their frame', () => duplicate(SEG, FRAME), DAMAGED),
  row(
    'groups-missing',
    'no per-frame groups',
    () => remove(SEG, 'PerFrameFunctionalGroupsSequence'),
    DAMAGED,
  ),
  row('groups-text', 'a text where the groups should be', () => setVr(SEG, 'SegmentSequence', 'OB'), DAMAGED),
  row(
    'tiled',
    'tiles of a slide',
    () =>
      replace(
        SEG,
        'NumberOfFrames',
        joined(elementBytes('00209311', 'CS', 'TILED_FULL'), bytesOf(SEG, 'NumberOfFrames')),
      ),
    UNSUPPORTED,
  ),
]

const SEGMENTS: readonly SegmentationRow[] = [
  row(
    'undeclared',
    'frames of a segment that nobody describes',
    () => setValue(SEG, EVERY_SEGMENT_NUMBER.replace('#', '0'), us(99)),
    DAMAGED,
  ),
  row(
    'frame-of-none',
    'a frame that names no segment',
    () => remove(SEG, EVERY_SEGMENT_NUMBER.replace('#', '0')),
    DAMAGED,
  ),
  row(
    'number-twice',
    'two segments with one number',
    () => setValue(SEG, 'SegmentSequence/1/SegmentNumber', us(1)),
    DAMAGED,
  ),
  row('number-missing', 'no number', () => remove(SEG, 'SegmentSequence/1/SegmentNumber'), DAMAGED),
  row(
    'number-0',
    'segment number 0 for the first segment',
    () => setValue(firstFramesOf(us(0)), 'SegmentSequence/0/SegmentNumber', us(0)),
    twoSegments({ number: 0 }),
  ),
  row(
    'number-65536',
    'a segment number that no reference can hold',
    () => secondNumbered('UL', ul(65536)),
    DAMAGED,
  ),
  row('number-half', 'segment number 1.5', () => secondNumbered('DS', '1.5'), DAMAGED),
  row('number-negative', 'segment number -1', () => secondNumbered('IS', '-1'), DAMAGED),
  row(
    'described-only',
    'a segment without any frame',
    () => {
      const third = setNumber(bytesOf(SEG, 'SegmentSequence/1'))
      return replace(SEG, 'SegmentSequence/1', joined(bytesOf(SEG, 'SegmentSequence/1'), third))
    },
    {
      segments: [
        { number: 1, voxels: 16 },
        { number: 2, voxels: 16 },
        { number: 3, voxels: 0, finding: 'empty' },
      ],
    },
  ),
  {
    ...row('too-many', 'more segments than allowed', () => SEG, OVER_LIMIT),
    limits: { segmentsMax: 1 },
  },
  {
    ...row(
      'too-many-voxels',
      'grids of more voxels than allowed',
      () => SEG,
      twoSegments(UNREADABLE, UNREADABLE),
    ),
    limits: { voxelsMax: 33 },
  },
  { ...row('too-large', 'more bytes than allowed', () => SEG, OVER_LIMIT), limits: { objectBytesMax: 3000 } },
]

const IDENTITY: readonly SegmentationRow[] = [
  ...['SOPInstanceUID', 'SeriesInstanceUID', 'StudyInstanceUID'].flatMap((keyword) => [
    row(`${keyword}-missing`, `no ${keyword}`, () => remove(SEG, keyword), DAMAGED),
    row(
      `${keyword}-long`,
      `${keyword} of 70 characters`,
      () => setValue(SEG, keyword, `1.${'2'.repeat(68)}`),
      DAMAGED,
    ),
    row(
      `${keyword}-path`,
      `a path for ${keyword}`,
      () => setValue(SEG, keyword, '../../../etc/passwd'),
      DAMAGED,
    ),
  ]),
  row('class-missing', 'no SOP Class UID', () => remove(SEG, 'SOPClassUID'), UNSUPPORTED),
  row(
    'class-other',
    'the class of a CT image',
    () => setValue(SEG, 'SOPClassUID', '1.2.840.10008.5.1.4.1.1.2'),
    UNSUPPORTED,
  ),
  row(
    'frame-of-reference-missing',
    'no frame of reference',
    () => remove(SEG, 'FrameOfReferenceUID'),
    twoSegments({ finding: 'geometry-unverified' }, { finding: 'geometry-unverified' }),
  ),
  row(
    'frame-of-reference-other',
    'another frame of reference than the images',
    () => setValue(SEG, 'FrameOfReferenceUID', '1.2.3'),
    twoSegments({ finding: 'frame-of-reference-mismatch' }, { finding: 'frame-of-reference-mismatch' }),
  ),
  row(
    'patient-other',
    'another patient than the images',
    () => setValue(SEG, 'PatientID', 'SOMEBODY'),
    twoSegments({ finding: 'wrong-patient' }, { finding: 'wrong-patient' }),
  ),
  row(
    'elsewhere',
    'all frames a metre away from the images',
    () =>
      setInEvery(
        SEG,
        'PerFrameFunctionalGroupsSequence/#/PlanePositionSequence/0/ImagePositionPatient',
        [32, 34, 30, 32, 34, 36].map((z) => `1000\\-20\\${z}`),
      ),
    twoSegments({ finding: 'out-of-image' }, { finding: 'out-of-image' }),
  ),
]

export const SEG_ROWS: readonly SegmentationRow[] = [...IMAGE_PIXEL, ...GROUPS, ...SEGMENTS, ...IDENTITY]

/** Frames 0 and 1 name this segment. */
function firstFramesOf(number: Uint8Array): Uint8Array {
  const first = setValue(SEG, EVERY_SEGMENT_NUMBER.replace('#', '0'), number)
  return setValue(first, EVERY_SEGMENT_NUMBER.replace('#', '1'), number)
}

/** The second segment and its frames with another number. */
function secondNumbered(vr: string, value: string | Uint8Array): Uint8Array {
  const described = setElement(SEG, 'SegmentSequence/1/SegmentNumber', vr, value)
  return [2, 3, 4, 5].reduce(
    (file, frame) => setElement(file, EVERY_SEGMENT_NUMBER.replace('#', String(frame)), vr, value),
    described,
  )
}

/** The bytes of a segment item with its number changed from 2 to 3. */
function setNumber(item: Uint8Array): Uint8Array {
  const changed = Buffer.from(item)
  changed[changed.indexOf(bytesOf(SEG, 'SegmentSequence/1/SegmentNumber')) + 8] = 3
  return changed
}

function joined(...all: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(all)
}
