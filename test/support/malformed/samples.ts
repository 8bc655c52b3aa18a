/** The valid objects that every malformed one is made from, by our own writers: four CT slices, a SEG and an RTSTRUCT on them. */
import type { Geometry, Mask } from '../../../src/domain/geometry.ts'
import { deriveUid } from '../../../src/dicom/uid.ts'
import { writeImageSeries } from '../../../src/dicom/write-image.ts'
import { writeRtStruct } from '../../../src/dicom/write-rtstruct.ts'
import { writeSeg } from '../../../src/dicom/write-seg.ts'
import { imageSeries, rtStructInput, segInput, segment } from '../../dicom/write-samples.ts'

/** 6 x 5 pixels (30 bits a frame: not whole bytes), 4 slices, 1 x 1 x 2 mm. */
const geometry: Geometry = {
  frameOfReferenceUid: deriveUid('malformed', 'frame'),
  size: [6, 5, 4],
  affine: [1, 0, 0, -10, 0, 1, 0, -20, 0, 0, 2, 30, 0, 0, 0, 1],
}

/** On slices 1 and 2, with a notch: 16 voxels. */
const NOTCHED: Mask = {
  geometry,
  box: { origin: [1, 1, 1], size: [3, 3, 2] },
  voxels: Uint8Array.from([1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1]),
}
/** 2 x 2 on all four slices: 16 voxels. */
const COLUMN: Mask = {
  geometry,
  box: { origin: [3, 2, 0], size: [2, 2, 4] },
  voxels: new Uint8Array(16).fill(1),
}

/** Frames of SEG: two of the first segment, four of the second. */
export const SEG_FRAMES = 6
/** Bits of all frames, as bytes of even length. */
export const SEG_PIXEL_BYTES = 24

export const IMAGES: readonly Uint8Array[] = Array.from(
  writeImageSeries(
    imageSeries({ geometry, voxels: Int16Array.from({ length: 120 }, (_, index) => index * 11 - 300) }),
  ),
  ({ bytes }) => bytes,
)

export const SEG: Uint8Array = writeSeg(
  segInput([segment('Kidney', NOTCHED), segment('Spleen', COLUMN)], { geometry }),
).bytes

export const RTSTRUCT: Uint8Array = writeRtStruct({ ...rtStructInput([NOTCHED, COLUMN]), geometry }).bytes
