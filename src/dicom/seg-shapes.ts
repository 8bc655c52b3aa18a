/** What the frames of every segment hold, put on a grid: the shape of the segment, or why it has none. */
import type { Mask } from '../domain/geometry.ts'
import type { SegmentShape } from '../domain/segmentation.ts'
import type { SegFrame, SegGrid } from './seg-frames.ts'
import { maskOfPatches, type TakeVoxels } from './seg-masks.ts'
import type { SegmentPixels } from './seg-pixels.ts'
import { probabilityMap } from './seg-shades.ts'

export interface SegGrids {
  /** Of all frames. */
  readonly whole: SegGrid
  /** Of some frames; for segments whose frames fit a grid although those of the object do not. */
  readonly gridOf: (frames: readonly SegFrame[]) => SegGrid
  readonly take: TakeVoxels
  /** Do the pixels say how much of a voxel is segment (PS3.3 C.8.20.2.3)? */
  readonly areOccupancies: boolean
  /** Bytes of the probabilities of one segment on its grid. */
  readonly shadesMax: number
}

/** Shapes by segment number. Throws PlumblineError('limit-exceeded') when the masks together are too large. */
export function segmentShapes(
  pixels: ReadonlyMap<number, SegmentPixels>,
  frames: readonly SegFrame[],
  grids: SegGrids,
): ReadonlyMap<number, SegmentShape> {
  const framesOf = new Map<number | null, SegFrame[]>()
  for (const frame of frames) {
    const own = framesOf.get(frame.segmentNumber)
    if (own === undefined) framesOf.set(frame.segmentNumber, [frame])
    else own.push(frame)
  }
  return new Map(
    [...pixels].map(([segment, own]): [number, SegmentShape] => {
      const ownFrames = framesOf.get(segment)
      const grid = grids.whole.ok || ownFrames === undefined ? grids.whole : grids.gridOf(ownFrames)
      return [segment, shapeOf(own, grid, grids)]
    }),
  )
}

function shapeOf(
  { patches, shades, fractionSum, fault }: SegmentPixels,
  grid: SegGrid,
  grids: SegGrids,
): SegmentShape {
  if (fault !== '') return { kind: 'unreadable', reason: fault }
  if (!grid.ok) return { kind: 'unreadable', reason: grid.reason }
  const sliceOf = (frameIndex: number) => grid.sliceOf.get(frameIndex) ?? 0
  if (new Set(patches.map((patch) => sliceOf(patch.frameIndex))).size < patches.length) {
    return { kind: 'unreadable', reason: 'Two of its frames lie at the same position.' }
  }
  const mask: Mask = maskOfPatches(patches, grid.geometry, sliceOf, grids.take)
  if (grids.areOccupancies) return { kind: 'mask', mask: { ...mask, fractionSum } }
  const probability = shades === null ? null : probabilityMap(shades, sliceOf, grids.shadesMax)
  return { kind: 'mask', mask: probability === null ? mask : { ...mask, probability } }
}
