/** The pixels of a SEG's frames, by segment (PS3.3 C.8.20.2): bits, fractions or labels. */
import { PlumblineError } from '../errors.ts'
import { damaged } from './element-values.ts'
import { number, type Dataset, type Part10 } from './part10.ts'
import { frameDecoder, type FrameDecoder, type PixelValues } from './pixels.ts'
import type { SegFrame } from './seg-frames.ts'
import { shadesOf, type Shades } from './seg-shades.ts'
import { compactPatch, patchesOfLabels, patchOfBits, patchOfValues, type Patch } from './seg-patches.ts'

export type SegmentationType = 'BINARY' | 'FRACTIONAL' | 'LABELMAP'

/** At least this share of a voxel must be segment (PROBABILITY: this likely) for the voxel to count. */
const FRACTION_MIN = 0.5

/** What the frames of one segment hold. */
export interface SegmentPixels {
  readonly patches: readonly Patch[]
  /** Its probabilities, of frames that hold any; null where keeping them was not asked for or takes too much. */
  readonly shades: readonly Shades[] | null
  /** Sum of the fractions of all its voxels; of FRACTIONAL segmentations, else 0. */
  readonly fractionSum: number
  /** Why it is not whole: a sentence, '' when all its frames were read. */
  readonly fault: string
}

export interface SegPixelsInput {
  readonly type: SegmentationType
  readonly frames: readonly SegFrame[]
  /** Numbers of the segments that are described. */
  readonly segments: readonly number[]
  /** Labels that are no segment. */
  readonly background: ReadonlySet<number>
  /** How many values of probabilities are kept of one segment; 0: none are. */
  readonly shadesMax: number
}

type Collected = { -readonly [key in keyof SegmentPixels]: SegmentPixels[key] } & {
  patches: Patch[]
  shades: Shades[] | null
  shadeCount: number
}

/**
 * Reads every frame once. Throws PlumblineError('bad-dicom') where a fault cannot be laid to one segment: pixel data that
 * are too short or too long, a segment that nobody describes, a damaged frame of a label map, fractions above the whole.
 */
export async function readSegmentPixels(
  part10: Part10,
  input: SegPixelsInput,
): Promise<ReadonlyMap<number, SegmentPixels>> {
  const decoder = frameDecoder(part10)
  requirePixels(decoder, input.type)
  const bySegment = new Map(
    input.segments.map((segment): [number, Collected] => [
      segment,
      { patches: [], shades: input.shadesMax > 0 ? [] : null, shadeCount: 0, fractionSum: 0, fault: '' },
    ]),
  )
  if (input.type === 'LABELMAP') await readLabels(decoder, input, bySegment)
  else await readOwnFrames(input, bySegment, cutter(part10, decoder, input))
  return bySegment
}

function requirePixels({ format }: FrameDecoder, type: SegmentationType): void {
  if (format.samples !== 1) throw damaged('a segmentation has one sample per pixel')
  if (format.signed) throw damaged('the pixels of a segmentation have no sign')
  if (type === 'BINARY' && format.bitsAllocated !== 1)
    throw damaged('a BINARY segmentation has one bit per pixel')
}

/** What is set in one frame; of FRACTIONAL segmentations with its fractions. */
interface FrameCut {
  readonly patch: Patch | null
  readonly shades: Shades | null
  readonly fractionSum: number
  /** The highest of its fractions; 1 where a voxel is all segment. */
  readonly fractionMax: number
}
type Cut = (frameIndex: number) => Promise<FrameCut>
const NO_FRACTIONS = { shades: null, fractionSum: 0, fractionMax: 0 }

function cutter(part10: Part10, decoder: FrameDecoder, { type, shadesMax }: SegPixelsInput): Cut {
  const { columns, rows } = decoder.format
  if (type === 'BINARY' && decoder.bits !== null) {
    const { bits } = decoder
    // A view that lasts needs no memory of its own.
    const lasts = part10.pixelData?.kind === 'native' && part10.pixelData.bytes.viewsLast
    return async (index) => {
      const patch = patchOfBits(bits(index), columns, rows, index)
      return { patch: patch === null || lasts ? patch : compactPatch(patch), ...NO_FRACTIONS }
    }
  }
  const full = type === 'FRACTIONAL' ? fullValue(part10.dataset) : 1
  return async (index) => {
    const { values } = await decoder.decode(index)
    const patch = patchOfValues(values, columns, FRACTION_MIN * full, index)
    if (type !== 'FRACTIONAL') return { patch, ...NO_FRACTIONS }
    const shades = shadesMax > 0 ? shadesOf(values, columns, full, index) : null
    return { patch, shades, ...fractionsOf(values, full) }
  }
}

/** The value of a voxel that is all segment. */
function fullValue(dataset: Dataset): number {
  const full = number(dataset, 'MaximumFractionalValue')
  if (full === null || full <= 0) throw damaged('a FRACTIONAL segmentation has no MaximumFractionalValue')
  return full
}

function fractionsOf(values: PixelValues, full: number): Pick<FrameCut, 'fractionSum' | 'fractionMax'> {
  let [sum, most] = [0, 0]
  for (let n = 0; n < values.length; n++) {
    const value = values[n] ?? 0
    sum += value
    if (value > most) most = value
  }
  return { fractionSum: sum / full, fractionMax: most / full }
}

async function readLabels(
  decoder: FrameDecoder,
  { frames, background }: SegPixelsInput,
  bySegment: ReadonlyMap<number, Collected>,
): Promise<void> {
  for (const { index } of frames) {
    const { values, columns } = await decoder.decode(index)
    for (const [label, patch] of patchesOfLabels(values, columns, background, index)) {
      const own = bySegment.get(label)
      if (own === undefined)
        throw damaged(`frame ${index + 1} holds the value ${label}, which no segment of the object has`)
      own.patches.push(patch)
    }
  }
}

/** Frames that belong to one segment each. A damaged one makes that segment incomplete, and only that. */
async function readOwnFrames(
  { frames, shadesMax }: SegPixelsInput,
  bySegment: ReadonlyMap<number, Collected>,
  cut: Cut,
): Promise<void> {
  for (const { index, segmentNumber } of frames) {
    const own = bySegment.get(segmentNumber ?? -1)
    if (own === undefined) throw damaged(`frame ${index + 1} belongs to no segment that the object describes`)
    if (own.fault !== '') continue
    const frame = await cut(index).catch(damageOf)
    if (frame instanceof PlumblineError) {
      own.fault = `Frame ${index + 1} of the object, one of its frames, cannot be read. ${frame.message}`
      continue
    }
    // The maximum is one for all segments: with a wrong one none of them can be trusted.
    if (frame.fractionMax > 1)
      throw damaged(`frame ${index + 1} holds values above its MaximumFractionalValue`)
    if (frame.patch !== null) own.patches.push(frame.patch)
    own.fractionSum += frame.fractionSum
    keepShades(own, frame.shades, shadesMax)
  }
}

/** All of a segment's or none: some would look like a segment that ends. */
function keepShades(own: Collected, shades: Shades | null, shadesMax: number): void {
  if (shades === null || own.shades === null) return
  own.shadeCount += shades.values.length
  if (own.shadeCount > shadesMax) own.shades = null
  else own.shades.push(shades)
}

/** Damage of one frame is an answer; any other error is not. */
function damageOf(error: unknown): PlumblineError {
  if (error instanceof PlumblineError && error.code === 'bad-dicom') return error
  throw error
}
