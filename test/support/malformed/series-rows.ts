/** Rows about an image series: four CT slices, one of them (the second) or all of them changed. */
import { remove, setValue } from './bytes.ts'
import { noise } from './packed.ts'
import { DAMAGED, OVER_LIMIT, UNSUPPORTED, type SeriesRow, seriesRow } from './row.ts'
import { IMAGES, SEG } from './samples.ts'
import { changeAll, changeOne, one, WHOLE } from './series-changes.ts'

function atHeights(heights: readonly number[]): readonly Uint8Array[] {
  return heights.map((z, n) => setValue(IMAGES[n] ?? SEG, 'ImagePositionPatient', `-10\\-20\\${z}`))
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
    seriesRow(
      `spacing-${value.replaceAll('\\', '_')}`,
      `Pixel Spacing of all: ${value || 'empty'}`,
      () => changeAll((file) => setValue(file, 'PixelSpacing', value)),
      DAMAGED,
    ),
  ),
  seriesRow(
    'spacing-missing',
    'no Pixel Spacing',
    () => changeOne((file) => remove(file, 'PixelSpacing')),
    DAMAGED,
  ),
]

const STACK: readonly SeriesRow[] = [
  seriesRow('none', 'no images', () => [], DAMAGED),
  seriesRow('one', 'a single image', () => IMAGES.slice(0, 1), { slices: 1, images: 1, problems: [] }),
  seriesRow('missing', 'a slice is missing', () => IMAGES.filter((_, n) => n !== 1), {
    slices: 4,
    images: 3,
    problems: ['missing-slices'],
  }),
  seriesRow('duplicate', 'a slice came twice', () => [...IMAGES, ...IMAGES.slice(1, 2)], {
    slices: 4,
    images: 4,
    problems: ['duplicate-slices'],
  }),
  seriesRow(
    'duplicate-other',
    'two different slices at one position',
    () => [...IMAGES, ...changeOne((file) => setValue(file, 'SOPInstanceUID', '1.2.3.4')).slice(1, 2)],
    { slices: 4, images: 4, problems: ['duplicate-slices'] },
  ),
  seriesRow('irregular', 'a slice off its place', () => atHeights([30, 32, 34.7, 36]), {
    slices: 4,
    images: 4,
    problems: ['irregular-spacing'],
  }),
  seriesRow('one-place', 'all slices at one position', () => atHeights([30, 30, 30, 30]), {
    slices: 1,
    images: 1,
    problems: ['duplicate-slices'],
  }),
  seriesRow(
    'turned',
    'a slice in another orientation',
    () => changeOne((file) => setValue(file, 'ImageOrientationPatient', String.raw`1\0\0\0\0\1`)),
    { slices: 4, images: 3, problems: ['mixed-series', 'missing-slices'] },
  ),
  seriesRow(
    'frame-of-reference-two',
    'a slice in another frame of reference',
    () => changeOne((file) => setValue(file, 'FrameOfReferenceUID', '1.2.3')),
    { slices: 4, images: 3, problems: ['mixed-series', 'missing-slices'] },
  ),
  seriesRow(
    'frame-of-reference-missing',
    'no frame of reference at all',
    () => changeAll((file) => remove(file, 'FrameOfReferenceUID')),
    WHOLE,
  ),
  seriesRow(
    'series-two',
    'images of two series',
    () => changeOne((file) => setValue(file, 'SeriesInstanceUID', '1.2.3')),
    DAMAGED,
  ),
  seriesRow(
    'patients-two',
    'images of two patients in one series',
    () => changeOne((file) => setValue(file, 'PatientID', 'SOMEBODY')),
    DAMAGED,
  ),
  seriesRow(
    'studies-two',
    'images of two studies in one series',
    () => changeOne((file) => setValue(file, 'StudyInstanceUID', '1.2.3')),
    DAMAGED,
  ),
  seriesRow('with-seg', 'a segmentation among the images', () => [...IMAGES, SEG], DAMAGED),
  {
    ...seriesRow(
      'far-apart',
      'two slices so far apart that what lies between is over the limit',
      () => atHeights([0, 2, 4, 90_000]),
      OVER_LIMIT,
    ),
    limits: { voxelsMax: 1e6 },
  },
  {
    ...seriesRow(
      'far-apart-slices',
      'two slices so far apart that more lie between than a series may have',
      () => atHeights([0, 2, 4, 400]),
      OVER_LIMIT,
    ),
    limits: { seriesInstancesMax: 100 },
  },
  {
    ...seriesRow('too-many', 'more images than allowed', () => IMAGES, OVER_LIMIT),
    limits: { seriesInstancesMax: 3 },
  },
  {
    ...seriesRow('too-large', 'more bytes than allowed', () => IMAGES, OVER_LIMIT),
    limits: { seriesBytesMax: 4000 },
  },
]

const IDENTITY: readonly SeriesRow[] = [
  seriesRow('empty-file', 'an empty file among the images', () => changeOne(() => new Uint8Array()), DAMAGED),
  seriesRow('noise', 'noise among the images', () => changeOne(() => noise(1400)), DAMAGED),
  seriesRow('cut', 'half an image', () => changeOne((file) => file.slice(0, file.length / 2)), DAMAGED),
  seriesRow(
    'uid-missing',
    'no SOP Instance UID',
    () => changeOne((file) => remove(file, 'SOPInstanceUID')),
    DAMAGED,
  ),
  seriesRow(
    'uid-long',
    'a SOP Instance UID of 70 characters',
    () => changeOne((file) => setValue(file, 'SOPInstanceUID', `1.${'2'.repeat(68)}`)),
    DAMAGED,
  ),
  seriesRow(
    'uid-twice',
    'one SOP Instance UID for all images',
    () => changeAll((file) => setValue(file, 'SOPInstanceUID', '1.2.3.4')),
    DAMAGED,
  ),
  ...['US', 'CT\\MR', ''].map((modality) =>
    seriesRow(
      `modality-${modality.replaceAll('\\', '_')}`,
      `Modality ${modality || 'missing'}`,
      () => changeAll((file) => setValue(file, 'Modality', modality)),
      modality.startsWith('CT') ? WHOLE : UNSUPPORTED,
    ),
  ),
]

export const SERIES_ROWS: readonly SeriesRow[] = [...PLANE, ...STACK, ...IDENTITY]
