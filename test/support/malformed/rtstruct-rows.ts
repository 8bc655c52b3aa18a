/** Rows about an RTSTRUCT. The first ROI has two contours, on slices 1 and 2; the second four squares, on slices 0 to 3. */
import {
  bytesOf,
  cutAt,
  duplicate,
  elementBytes,
  remove,
  replace,
  setElement,
  setInEvery,
  setValue,
  valueOf,
} from './bytes.ts'
import {
  DAMAGED,
  OVER_LIMIT,
  twoSegments,
  UNREADABLE,
  type SegmentationRow,
  segmentationRows,
} from './row.ts'
import { RTSTRUCT } from './samples.ts'

const row = segmentationRows('RTSTRUCT', 'rtstruct')

const CONTOURS = 'ROIContourSequence/0/ContourSequence'
const CONTOUR = `${CONTOURS}/0`
const FIRST_UNREADABLE = twoSegments(UNREADABLE)

/** The first contour with these coordinates, and the number of points that they are. */
function coordinates(
  points: readonly string[],
  declared = String(Math.floor(points.length / 3)),
): Uint8Array {
  const counted = setValue(RTSTRUCT, `${CONTOUR}/NumberOfContourPoints`, declared)
  return setValue(counted, `${CONTOUR}/ContourData`, points.join('\\'))
}

const TRIANGLE = ['-9', '-19', '32', '-6', '-19', '32', '-6', '-16', '32']

/** The first ROI drawn as squares of 3 x 3 pixels on these heights. */
function squaresAt(heights: readonly (number | string)[]): Uint8Array {
  const contour = bytesOf(coordinates([]), CONTOUR)
  const contours = heights.map((z) => {
    const corners = [
      [-9.4, -19.4],
      [-6.6, -19.4],
      [-6.6, -16.6],
      [-9.4, -16.6],
    ]
    const data = corners.flatMap((corner) => [...corner, z]).join('\\')
    return withData(contour, data)
  })
  return replace(remove(RTSTRUCT, `${CONTOURS}/1`), CONTOUR, Buffer.concat(contours))
}

/** The bytes of a contour item whose data are empty, with data: four points. */
function withData(item: Uint8Array, data: string): Uint8Array {
  const empty = Buffer.from(elementBytes('ContourData', 'DS', ''))
  const at = Buffer.from(item).indexOf(empty)
  const counted = Buffer.from(item)
  counted.write(
    '4',
    counted.indexOf(Buffer.from(elementBytes('NumberOfContourPoints', 'IS', '0'))) + 8,
    'latin1',
  )
  return Buffer.concat([
    counted.subarray(0, at),
    elementBytes('ContourData', 'DS', data),
    counted.subarray(at + empty.length),
  ])
}

const POINTS: readonly SegmentationRow[] = [
  row(
    'not-threes',
    'coordinates that do not come in threes',
    () => coordinates(TRIANGLE.slice(1), '3'),
    FIRST_UNREADABLE,
  ),
  row('no-coordinates', 'a contour without coordinates', () => coordinates([]), FIRST_UNREADABLE),
  row(
    'no-data',
    'a contour without Contour Data',
    () => remove(RTSTRUCT, `${CONTOUR}/ContourData`),
    FIRST_UNREADABLE,
  ),
  ...['NaN', '1e999', 'Infinity', '', ' ', '1,5', '0x10', '--1'].map((value) =>
    row(
      `coordinate-${value.trim() || `blank-${value.length}`}`,
      `a coordinate that is no number: "${value}"`,
      () => coordinates([value, ...TRIANGLE.slice(1)]),
      FIRST_UNREADABLE,
    ),
  ),
  row(
    'all-blank',
    'nothing but separators',
    () => coordinates(Array.from({ length: 9 }, () => '')),
    FIRST_UNREADABLE,
  ),
  row(
    'coordinate-1e30',
    'a corner at 1e30 mm',
    () => coordinates(['1e30', ...TRIANGLE.slice(1)]),
    FIRST_UNREADABLE,
  ),
  row('height-1e30', 'a contour at a height of 1e30 mm', () => squaresAt([32, 34, '1e30']), FIRST_UNREADABLE),
  row('one-point', 'a closed contour of one point', () => coordinates(TRIANGLE.slice(0, 3)), {
    ...twoSegments({ voxels: 8 }),
    note: 'points',
  }),
  row('two-points', 'a closed contour of two points', () => coordinates(TRIANGLE.slice(0, 6)), {
    ...twoSegments({ voxels: 8 }),
    note: 'points',
  }),
  row('count-more', 'fewer points than it says', () => coordinates(TRIANGLE, '4'), FIRST_UNREADABLE),
  row(
    'count-huge',
    '2^31-1 points by its own account',
    () => coordinates(TRIANGLE, '2147483647'),
    FIRST_UNREADABLE,
  ),
  row(
    'count-text',
    'a number of points in words',
    () => coordinates(TRIANGLE, 'three'),
    twoSegments({ voxels: 14 }),
  ),
  row(
    'data-as-text',
    'coordinates as one text',
    () => setElement(RTSTRUCT, `${CONTOUR}/ContourData`, 'UT', valueOf(RTSTRUCT, `${CONTOUR}/ContourData`)),
    FIRST_UNREADABLE,
  ),
]

const SHAPES: readonly SegmentationRow[] = [
  ...['POINT', 'OPEN_PLANAR', 'OPEN_NONPLANAR'].map((type) =>
    row(
      `type-${type}`,
      `a structure of ${type} only`,
      () => setInEvery(RTSTRUCT, `${CONTOURS}/#/ContourGeometricType`, [type, type]),
      FIRST_UNREADABLE,
    ),
  ),
  row(
    'type-mixed',
    'a point among closed contours',
    () => setValue(RTSTRUCT, `${CONTOUR}/ContourGeometricType`, 'POINT'),
    { ...twoSegments({ voxels: 8 }), note: 'points' },
  ),
  row(
    'type-unknown',
    'a geometric type that is none',
    () => setValue(RTSTRUCT, `${CONTOUR}/ContourGeometricType`, 'SPLINE'),
    FIRST_UNREADABLE,
  ),
  row(
    'type-missing',
    'no geometric type',
    () => remove(RTSTRUCT, `${CONTOUR}/ContourGeometricType`),
    FIRST_UNREADABLE,
  ),
  row('squares', 'squares as they should be', () => squaresAt([32, 34]), twoSegments({ voxels: 18 })),
  row(
    'slice-left-out',
    'a slice without contour between two with',
    () => squaresAt([30, 32, 36]),
    twoSegments({ voxels: 27, finding: 'slice-gap' }),
  ),
  row(
    'off-slice',
    'a contour a little off its slice',
    () => squaresAt([32, 34, 36.95]),
    twoSegments({ voxels: 27 }),
  ),
  row(
    'outside',
    'a contour far from all slices',
    () => squaresAt([32, 34, 3400]),
    twoSegments({ voxels: 18, finding: 'out-of-image' }),
  ),
  row(
    'slanted',
    'a contour that is not in a plane of the images',
    () => coordinates(['-9', '-19', '30', '-6', '-19', '32', '-6', '-16', '36']),
    twoSegments({ voxels: 8, finding: 'off-plane-contours' }),
  ),
  row(
    'contour-twice',
    'a contour that occurs twice',
    () => duplicate(RTSTRUCT, CONTOUR),
    twoSegments({ finding: 'contour-ambiguous' }),
  ),
]

const ROIS: readonly SegmentationRow[] = [
  row(
    'no-contours',
    'a structure without contours beside one with',
    () => remove(RTSTRUCT, 'ROIContourSequence/0'),
    { segments: [{ number: 2, voxels: 16 }], note: 'listed without contours' },
  ),
  row(
    'no-contour-sequence',
    'no contours at all',
    () => cutAt(RTSTRUCT, 'ROIContourSequence'),
    twoSegments({ voxels: 0, finding: 'empty' }, { voxels: 0, finding: 'empty' }),
  ),
  row(
    'undeclared',
    'contours of a structure that nobody declares',
    () => remove(RTSTRUCT, 'StructureSetROISequence/0'),
    {
      segments: [
        { number: 2, voxels: 16 },
        { number: 1, voxels: 'unreadable' },
      ],
    },
  ),
  row(
    'reference-missing',
    'contours that name no structure',
    () => remove(RTSTRUCT, 'ROIContourSequence/0/ReferencedROINumber'),
    DAMAGED,
  ),
  row(
    'number-twice',
    'two structures with one number',
    () => setValue(RTSTRUCT, 'StructureSetROISequence/1/ROINumber', '1'),
    DAMAGED,
  ),
  ...['', 'one', '1.5', '1e30', 'NaN'].map((value) =>
    row(
      `number-${value || 'empty'}`,
      `ROI Number ${value || 'empty'}`,
      () => setValue(RTSTRUCT, 'StructureSetROISequence/0/ROINumber', value),
      DAMAGED,
    ),
  ),
  row(
    'none',
    'no structure at all',
    () => remove(remove(RTSTRUCT, 'StructureSetROISequence'), 'ROIContourSequence'),
    { segments: [] },
  ),
  row(
    'frames-of-reference-two',
    'structures in two frames of reference',
    () => setValue(RTSTRUCT, 'StructureSetROISequence/1/ReferencedFrameOfReferenceUID', '1.2.3'),
    twoSegments({}, UNREADABLE),
  ),
  row(
    'frame-of-reference-other',
    'another frame of reference than the images',
    () => setInEvery(RTSTRUCT, 'StructureSetROISequence/#/ReferencedFrameOfReferenceUID', ['1.2.3', '1.2.3']),
    twoSegments({ finding: 'frame-of-reference-mismatch' }, { finding: 'frame-of-reference-mismatch' }),
  ),
  ...['SOPInstanceUID', 'SeriesInstanceUID', 'StudyInstanceUID'].map((keyword) =>
    row(`${keyword}-missing`, `no ${keyword}`, () => remove(RTSTRUCT, keyword), DAMAGED),
  ),
  row('cut', 'half a file', () => RTSTRUCT.slice(0, RTSTRUCT.length >> 1), DAMAGED),
]

const LIMITS: readonly SegmentationRow[] = [
  {
    ...row('too-many', 'more structures than allowed', () => RTSTRUCT, OVER_LIMIT),
    limits: { segmentsMax: 1 },
  },
  {
    ...row('too-many-points', 'more points than allowed', () => RTSTRUCT, OVER_LIMIT),
    limits: { contourPointsMax: 20 },
  },
  row(
    'contours-3000',
    '3,000 times the same contour',
    () => repeated(3000),
    twoSegments({ finding: 'contour-ambiguous' }),
  ),
  row('contours-1000000', 'a million times the same contour', () => repeated(1_000_000), OVER_LIMIT),
]

/** The first contour so many times. */
function repeated(count: number): Uint8Array {
  const contour = bytesOf(RTSTRUCT, CONTOUR)
  const slim = Buffer.concat([
    contour.subarray(0, 8),
    bytesOf(RTSTRUCT, `${CONTOUR}/ContourGeometricType`),
    bytesOf(RTSTRUCT, `${CONTOUR}/NumberOfContourPoints`),
    bytesOf(RTSTRUCT, `${CONTOUR}/ContourData`),
    contour.subarray(-8),
  ])
  return replace(RTSTRUCT, CONTOUR, Buffer.alloc(slim.length * count, slim))
}

export const RTSTRUCT_ROWS: readonly SegmentationRow[] = [...POINTS, ...SHAPES, ...ROIS, ...LIMITS]
