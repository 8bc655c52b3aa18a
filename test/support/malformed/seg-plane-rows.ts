/** Rows about where the frames of a SEG lie. The first segment has frames 0 and 1, the second 2 to 5. */
import { bytesOf, remove, replace, setValue } from './bytes.ts'
import {
  segmentationRows,
  twoSegments,
  UNREADABLE,
  type SegmentationOutcome,
  type SegmentationRow,
} from './row.ts'
import { SEG } from './samples.ts'

const row = segmentationRows('SEG', 'seg')
const FRAME = 'PerFrameFunctionalGroupsSequence/0'
const POSITION = `${FRAME}/PlanePositionSequence/0/ImagePositionPatient`
const SHARED = 'SharedFunctionalGroupsSequence/0'
const MEASURES = `${SHARED}/PixelMeasuresSequence/0`
const ORIENTATION = `${SHARED}/PlaneOrientationSequence/0/ImageOrientationPatient`
const BOTH_UNREADABLE = twoSegments(UNREADABLE, UNREADABLE)

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

export const SEG_PLANE_ROWS: readonly SegmentationRow[] = [
  ...values(
    'position',
    'a frame position',
    POSITION,
    [
      String.raw`-10\-20\NaN`,
      String.raw`-10\-20\Infinity`,
      String.raw`-10\-20\1e30`,
      String.raw`-10\1e300\32`,
      String.raw`-10\-20`,
      String.raw`-10\-20\32\0`,
      '',
    ],
    twoSegments(UNREADABLE),
  ),
  row('position-missing', 'a frame without position', () => remove(SEG, POSITION), twoSegments(UNREADABLE)),
  ...values(
    'spacing',
    'Pixel Spacing',
    `${MEASURES}/PixelSpacing`,
    [
      String.raw`0\0`,
      String.raw`1\0`,
      String.raw`-1\1`,
      String.raw`NaN\1`,
      String.raw`1e30\1e30`,
      String.raw`1e300\1e300`,
      String.raw`1e-9\1e-9`,
      String.raw`1e-300\1`,
      String.raw`Infinity\1`,
      '1',
      '',
    ],
    BOTH_UNREADABLE,
  ),
  row(
    'spacing-missing',
    'no Pixel Measures',
    () => remove(SEG, `${SHARED}/PixelMeasuresSequence`),
    BOTH_UNREADABLE,
  ),
  ...values(
    'thickness',
    'Slice Thickness, the distance between frames says more',
    `${MEASURES}/SliceThickness`,
    ['0', '-2', 'NaN', '1e30'],
    twoSegments(),
  ),
  ...values(
    'orientation',
    'Image Orientation',
    ORIENTATION,
    [
      String.raw`0\0\0\0\0\0`,
      String.raw`1\0\0\0.5\0.5\0`,
      String.raw`2\0\0\0\2\0`,
      String.raw`1\0\0\1\0\0`,
      String.raw`1\0\0\0\NaN\0`,
      String.raw`1\0\0\0\1`,
      String.raw`1e200\0\0\0\1e200\0`,
    ],
    BOTH_UNREADABLE,
  ),
  row('orientation-missing', 'no Image Orientation', () => remove(SEG, ORIENTATION), BOTH_UNREADABLE),
  row(
    'orientation-one',
    'one frame in another orientation than the rest',
    () => {
      const orientation = bytesOf(SEG, `${SHARED}/PlaneOrientationSequence`)
      const turned = setOwnOrientation(orientation, String.raw`1\0\0\0\0\1`)
      return replace(
        SEG,
        `${FRAME}/PlanePositionSequence`,
        joined(turned, bytesOf(SEG, `${FRAME}/PlanePositionSequence`)),
      )
    },
    twoSegments(UNREADABLE),
  ),
  row(
    'position-twice',
    'two frames of a segment at one position',
    () => setValue(SEG, POSITION, String.raw`-10\-20\34`),
    twoSegments(UNREADABLE),
  ),
  row(
    'position-off-grid',
    'a frame between two slices of the rest',
    () => setValue(SEG, POSITION, String.raw`-10\-20\32.9`),
    twoSegments(UNREADABLE),
  ),
]

/** The bytes of a Plane Orientation Sequence with other cosines of the same length. */
function setOwnOrientation(sequence: Uint8Array, cosines: string): Uint8Array {
  const changed = Buffer.from(sequence)
  changed.write(cosines, changed.indexOf(String.raw`1\0\0\0\1\0`), 'latin1')
  return changed
}

function joined(...all: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(all)
}
