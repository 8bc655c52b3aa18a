/** The frames of a BINARY segmentation: which there are, their bits, and what is said of each (PS3.3 C.8.20). */
import type { Code } from '../domain/code.ts'
import type { Geometry, Mask } from '../domain/geometry.ts'
import type { InstanceRef } from '../ports.ts'
import { slicePosition } from './grid-attributes.ts'
import type { NaturalDataset } from './write-part10.ts'
import { codeItem, sopReference, type SourceImages } from './patient-study.ts'

const SEGMENTATION: Code = { scheme: 'DCM', value: '113076', meaning: 'Segmentation' }
const SOURCE_IMAGE: Code = {
  scheme: 'DCM',
  value: '121322',
  meaning: 'Source image for image processing operation',
}

export interface FrameSource {
  readonly mask: Mask
  /** The segment of an earlier SEG that this one is derived from. */
  readonly predecessor: { readonly instance: InstanceRef; readonly segmentNumber: number } | null
}

export interface Frame {
  readonly segment: FrameSource
  readonly segmentNumber: number
  readonly k: number
}

/** In the order of segments, then slices; empty slices have no frame. */
export function listFrames(segments: readonly FrameSource[]): Frame[] {
  return segments.flatMap((segment, index) => {
    const {
      box: { origin, size },
      voxels,
    } = segment.mask
    const plane = size[0] * size[1]
    return Array.from({ length: size[2] }, (_, slice) => slice)
      .filter((slice) => voxels.subarray(slice * plane, (slice + 1) * plane).includes(1))
      .map((slice) => ({ segment, segmentNumber: index + 1, k: origin[2] + slice }))
  })
}

/** One bit per pixel, least significant first, no padding between frames; the whole has even length (PS3.5 8.1.1). */
export function packFrames(
  frames: readonly Frame[],
  { size: [columns, rows] }: Geometry,
): Uint8Array<ArrayBuffer> {
  const byteCount = Math.ceil((frames.length * rows * columns) / 8)
  const packed = new Uint8Array(byteCount + (byteCount % 2))
  for (const [index, { segment, k }] of frames.entries()) {
    const { origin, size } = segment.mask.box
    const { voxels } = segment.mask
    for (let j = 0; j < size[1]; j++) {
      const from = ((k - origin[2]) * size[1] + j) * size[0]
      const to = (index * rows + j + origin[1]) * columns + origin[0]
      for (let i = 0; i < size[0]; i++) {
        // In range: the box lies in the grid, so the bit lies in the buffer.
        if (voxels[from + i] === 1) packed[(to + i) >> 3]! |= 1 << ((to + i) & 7)
      }
    }
  }
  return packed
}

/** Per-Frame Functional Groups (PS3.3 A.51.5.1): where each frame lies, which segment it shows, where it comes from. */
export function perFrameGroups(
  frames: readonly Frame[],
  geometry: Geometry,
  source: SourceImages,
): NaturalDataset[] {
  const positions = [...new Set(frames.map(({ k }) => k))].toSorted((a, b) => a - b)
  const rank = new Map(positions.map((k, index) => [k, index + 1]))
  return frames.map(({ segment, segmentNumber, k }) => ({
    DerivationImageSequence: derivation(segment, source, k),
    FrameContentSequence: [{ DimensionIndexValues: [segmentNumber, rank.get(k)] }],
    PlanePositionSequence: [{ ImagePositionPatient: slicePosition(geometry, k) }],
    SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segmentNumber }],
  }))
}

/** Which image, and which segment of an earlier SEG, the frame comes from (PS3.3 C.7.6.16.2.6). Empty without either. */
function derivation(segment: FrameSource, source: SourceImages, k: number): NaturalDataset[] {
  const purpose = { PurposeOfReferenceCodeSequence: [codeItem(SOURCE_IMAGE)] }
  const image = source.sopInstanceUids[k] ?? null
  const items: NaturalDataset[] = []
  if (image !== null) {
    const frame = source.frames?.[k] ?? null
    items.push({
      ...sopReference(source.sopClassUid, image),
      ...(frame !== null && { ReferencedFrameNumber: String(frame) }),
      SpatialLocationsPreserved: 'YES',
      ...purpose,
    })
  }
  if (segment.predecessor !== null) {
    const { instance, segmentNumber } = segment.predecessor
    const reference = sopReference(instance.sopClassUid, instance.sopInstanceUid)
    items.push({ ...reference, ReferencedSegmentNumber: segmentNumber, ...purpose })
  }
  if (items.length === 0) return []
  return [{ DerivationCodeSequence: [codeItem(SEGMENTATION)], SourceImageSequence: items }]
}
