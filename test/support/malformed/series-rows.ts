/** Rows about an image series: four CT slices, one of them (the second) or all of them changed. */
import { duplicate, elementBytes, remove, replace, setElement, setValue, us, valueOf } from './bytes.ts'
import { noise } from './packed.ts'
import { DAMAGED, OVER_LIMIT, UNSUPPORTED, type SeriesOutcome, type SeriesRow } from './row.ts'
import { IMAGES, SEG } from './samples.ts'

type Rest = Pick<SeriesRow, 'outcome' | 'make'>

function row(id: string, about: string, make: Rest['make'], outcome: Rest['outcome']): SeriesRow {
  return { id: `images-${id}`, kind: 'images', about, make, outcome }
}

const WHOLE: SeriesOutcome = { slices: 4, images: 4, problems: [] }

function changeOne(change: (file: Uint8Array) => Uint8Array): readonly Uint8Array[] {
  return IMAGES.map((file, n) => (n === 1 ? change(file) : file))
}

function changeAll(change: (file: Uint8Array) => Uint8Array): readonly Uint8Array[] {
  return IMAGES.map(change)
}

function atHeights(heights: readonly number[]): readonly Uint8Array[] {
  return heights.map((z, n) => setValue(IMAGES[n] ?? SEG, 'ImagePositionPatient', `-10\\-20\\${z}`))
}

/** Rows that differ in one text value of the second slice. */
function one(
  id: string,
  about: string,
  keyword: string,
  values: readonly string[],
  outcome: SeriesOutcome,
): SeriesRow[] {
  return values.map((value) =>
    row(
      `${id}-${value.replaceAll('\\', '_')}`,
      `${about}: ${value || 'empty'}`,
      () => changeOne((file) => setValue(file, keyword, value)),
      outcome,
    ),
  )
}

const PLANE: readonly SeriesRow[] = [
  ...one(
    'position',
    'Image Position',
    'ImagePositionPatient',
    [
      String.raw`-10\-20\NaN`,
      String.raw`-10\-20\Infinity`,
      String.raw`-10\-20\1e30`,
      String.raw`-10\-20\1e9`,
      String.raw`1e300\-20\32`,
      String.raw`-10\-20`,
      '',
    ],
    DAMAGED,
  ),
  ...one(
    'orientation',
    'Image Orientation',
    'ImageOrientationPatient',
    [
      String.raw`0\0\0\0\0\0`,
      String.raw`1\0\0\1\0\0`,
      String.raw`1\0\0\0.5\0.5\0`,
      String.raw`1\0\0\0\NaN\0`,
      String.raw`1e200\0\0\0\1e200\0`,
      String.raw`1\0\0\0\1`,
    ],
    DAMAGED,
  ),
  ...[
    String.raw`0\0`,
    String.raw`-1\1`,
    String.raw`NaN\1`,
    String.raw`Infinity\1`,
    String.raw`1e30\1e30`,
    String.raw`1e300\1e300`,
    String.raw`1e-9\1e-9`,
    '1',
    '',
  ].map((value) =>
    row(
      `spacing-${value.replaceAll('\\', '_')}`,
      `Pixel Spacing of all: ${value || 'empty'}`,
      () => changeAll((file) => setValue(file, 'PixelSpacing', value)),
      DAMAGED,
    ),
  ),
  row(
    'spacing-missing',
    'no Pixel Spacing',
    () => changeOne((file) => remove(file, 'PixelSpacing')),
    DAMAGED,
  ),
]

const STACK: readonly SeriesRow[] = [
  row('none', 'no images', () => [], DAMAGED),
  row('one', 'a single image', () => IMAGES.slice(0, 1), { slices: 1, images: 1, problems: [] }),
  row('missing', 'a slice is missing', () => IMAGES.filter((_, n) => n !== 1), {
    slices: 4,
    images: 3,
    problems: ['missing-slices'],
  }),
  row('duplicate', 'a slice came twice', () => [...IMAGES, ...IMAGES.slice(1, 2)], {
    slices: 4,
    images: 4,
    problems: ['duplicate-slices'],
  }),
  row(
    'duplicate-other',
    'two different slices at one position',
    () => [...IMAGES, ...changeOne((file) => setValue(file, 'SOPInstanceUID', '1.2.3.4')).slice(1, 2)],
    { slices: 4, images: 4, problems: ['duplicate-slices'] },
  ),
  row('irregular', 'a slice off its place', () => atHeights([30, 32, 34.7, 36]), {
    slices: 4,
    images: 4,
    problems: ['irregular-spacing'],
  }),
  row('one-place', 'all slices at one position', () => atHeights([30, 30, 30, 30]), {
    slices: 1,
    images: 1,
    problems: ['duplicate-slices'],
  }),
  row(
    'turned',
    'a slice in another orientation',
    () => changeOne((file) => setValue(file, 'ImageOrientationPatient', String.raw`1\0\0\0\0\1`)),
    { slices: 4, images: 3, problems: ['mixed-series', 'missing-slices'] },
  ),
  row(
    'frame-of-reference-two',
    'a slice in another frame of reference',
    () => changeOne((file) => setValue(file, 'FrameOfReferenceUID', '1.2.3')),
    { slices: 4, images: 3, problems: ['mixed-series', 'missing-slices'] },
  ),
  row(
    'frame-of-reference-missing',
    'no frame of reference at all',
    () => changeAll((file) => remove(file, 'FrameOfReferenceUID')),
    WHOLE,
  ),
  row(
    'series-two',
    'images of two series',
    () => changeOne((file) => setValue(file, 'SeriesInstanceUID', '1.2.3')),
    DAMAGED,
  ),
  row(
    'patients-two',
    'images of two patients in one series',
    () => changeOne((file) => setValue(file, 'PatientID', 'SOMEBODY')),
    DAMAGED,
  ),
  row(
    'studies-two',
    'images of two studies in one series',
    () => changeOne((file) => setValue(file, 'StudyInstanceUID', '1.2.3')),
    DAMAGED,
  ),
  row('with-seg', 'a segmentation among the images', () => [...IMAGES, SEG], UNSUPPORTED),
  {
    ...row(
      'far-apart',
      'two slices so far apart that what lies between is over the limit',
      () => atHeights([0, 2, 4, 90_000]),
      OVER_LIMIT,
    ),
    limits: { voxelsMax: 1e6 },
  },
  {
    ...row('too-many', 'more images than allowed', () => IMAGES, OVER_LIMIT),
    limits: { seriesInstancesMax: 3 },
  },
  {
    ...row('too-large', 'more bytes than allowed', () => IMAGES, OVER_LIMIT),
    limits: { seriesBytesMax: 4000 },
  },
]

const IDENTITY: readonly SeriesRow[] = [
  row('empty-file', 'an empty file among the images', () => changeOne(() => new Uint8Array()), DAMAGED),
  row('noise', 'noise among the images', () => changeOne(() => noise(1400)), DAMAGED),
  row('cut', 'half an image', () => changeOne((file) => file.slice(0, file.length / 2)), DAMAGED),
  row(
    'uid-missing',
    'no SOP Instance UID',
    () => changeOne((file) => remove(file, 'SOPInstanceUID')),
    DAMAGED,
  ),
  row(
    'uid-long',
    'a SOP Instance UID of 70 characters',
    () => changeOne((file) => setValue(file, 'SOPInstanceUID', `1.${'2'.repeat(68)}`)),
    DAMAGED,
  ),
  row(
    'uid-twice',
    'one SOP Instance UID for all images',
    () => changeAll((file) => setValue(file, 'SOPInstanceUID', '1.2.3.4')),
    DAMAGED,
  ),
  ...['US', 'CT\\MR', ''].map((modality) =>
    row(
      `modality-${modality.replaceAll('\\', '_')}`,
      `Modality ${modality || 'missing'}`,
      () => changeAll((file) => setValue(file, 'Modality', modality)),
      modality.startsWith('CT') ? WHOLE : UNSUPPORTED,
    ),
  ),
]

const PIXEL: readonly SeriesRow[] = [
  ...[
    ['rows-0', 'Rows', 0],
    ['columns-0', 'Columns', 0],
    ['bits-7', 'BitsAllocated', 7],
    ['bits-0', 'BitsAllocated', 0],
    ['bits-64', 'BitsAllocated', 64],
    ['bits-stored-17', 'BitsStored', 17],
    ['high-bit-40', 'HighBit', 40],
    ['signed-7', 'PixelRepresentation', 7],
    ['samples-0', 'SamplesPerPixel', 0],
  ].map(([id, keyword, value]) =>
    row(
      String(id),
      `${keyword} ${value}`,
      () => changeAll((file) => setValue(file, String(keyword), us(Number(value)))),
      DAMAGED,
    ),
  ),
  row(
    'rows-columns-65535',
    '65535 x 65535 pixels',
    () => changeAll((file) => setValue(setValue(file, 'Rows', us(65535)), 'Columns', us(65535))),
    OVER_LIMIT,
  ),
  row(
    'colour',
    'in colour',
    () =>
      changeAll((file) =>
        setValue(setValue(file, 'SamplesPerPixel', us(3)), 'PixelData', new Uint8Array(180)),
      ),
    UNSUPPORTED,
  ),
  row(
    'multi-frame',
    'frames where single images must be',
    () =>
      changeOne((file) =>
        replace(
          file,
          'Rows',
          Buffer.concat([
            elementBytes('NumberOfFrames', 'IS', '2147483647'),
            elementBytes('Rows', 'US', us(5)),
          ]),
        ),
      ),
    UNSUPPORTED,
  ),
  ...['0', '-1', 'many'].map((frames) =>
    row(
      `frames-${frames}`,
      `Number of Frames ${frames}`,
      () =>
        changeOne((file) =>
          replace(
            file,
            'Rows',
            Buffer.concat([elementBytes('NumberOfFrames', 'IS', frames), elementBytes('Rows', 'US', us(5))]),
          ),
        ),
      DAMAGED,
    ),
  ),
  row('pixels-missing', 'no pixel data', () => changeOne((file) => remove(file, 'PixelData')), DAMAGED),
  row('pixels-twice', 'pixel data twice', () => changeOne((file) => duplicate(file, 'PixelData')), DAMAGED),
  row(
    'pixels-few',
    'two bytes too few',
    () => changeOne((file) => setValue(file, 'PixelData', valueOf(file, 'PixelData').subarray(2))),
    DAMAGED,
  ),
  row(
    'pixels-many',
    'a second frame that no header names',
    () =>
      changeOne((file) =>
        setValue(file, 'PixelData', Buffer.concat([valueOf(file, 'PixelData'), noise(60)])),
      ),
    DAMAGED,
  ),
  row(
    'pixels-padding',
    'padding after the pixels',
    () =>
      changeOne((file) =>
        setValue(file, 'PixelData', Buffer.concat([valueOf(file, 'PixelData'), new Uint8Array(4)])),
      ),
    WHOLE,
  ),
]

const RESCALE: readonly SeriesRow[] = [
  ...one('slope', 'Rescale Slope', 'RescaleSlope', ['NaN', 'one', 'Infinity', '1e300'], DAMAGED),
  ...one('intercept', 'Rescale Intercept', 'RescaleIntercept', ['NaN', '-', '1e300'], DAMAGED),
  row(
    'slope-binary',
    'a slope as bytes of no type',
    () => changeOne((file) => setElement(file, 'RescaleSlope', 'OB', us(1))),
    DAMAGED,
  ),
]

export const SERIES_ROWS: readonly SeriesRow[] = [...PLANE, ...STACK, ...IDENTITY, ...PIXEL, ...RESCALE]
