/** The same real masks, judged by the features of a trained encoder: prototypes of the mask itself, and of its structure in other cases. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Prepared } from '../../compute/assess.ts'
import type { Mask, Volume } from '../../domain/geometry.ts'
import type { Network } from '../../domain/network.ts'
import { measureMask } from '../../imaging/measure.ts'
import { openNetwork, type OpenNetwork } from '../../inference/onnx/network.ts'
import type { Random } from '../../phantom/random.ts'
import { cropFrame, type Frame } from '../../reasoner/figures/frame.ts'
import { windowsFor } from '../../reasoner/figures/grey-window.ts'
import { imagePlane, maskPlane } from '../../reasoner/figures/plane.ts'
import { resample, tapsOf } from '../../reasoner/figures/resample.ts'
import { viewAcross, type View } from '../../reasoner/figures/view.ts'
import { scoreAsPublished } from '../../target/medveriseg/scores.ts'
import {
  examplesOf,
  prototypesOf,
  referenceResponse,
  selfResponse,
  tokensOf,
  type Tokens,
} from '../../target/prototypes.ts'
import { scoreResponse, type ResponseMap } from '../../target/response-scores.ts'
import { MOVES, movedMask, rowOf } from './real.ts'
import type { TargetRow } from './scores.ts'

/** Image encoder of the Segment Anything family, 1024 x 1024 to 64 x 64 places. */
const INPUT_SIDE = 1024
const SIDE = 64
const MEAN = [123.675, 116.28, 103.53] as const
const DEVIATION = [58.395, 57.12, 57.375] as const
const FILE_BYTES_MAX = 1e9
const PROTOTYPES = 4
/** Room on every side of a mask, in its own widths: the moved ones lie in the same picture. */
const ROOM = 1.2
/** Of one case: an encoder takes seconds for each. */
const SEGMENTS_MAX = 4
const SIGNAL = new AbortController().signal

/** One mask on the features of its slice, in its place or in a wrong one. */
export interface EncodedMask {
  readonly about: Pick<TargetRow, 'kind' | 'label' | 'patient' | 'group' | 'modality'>
  /** As the segment calls itself. */
  readonly name: string
  readonly tokens: Tokens
  readonly mask: Uint8Array
  /** What the likelihood of the tissue says of the same mask; null where it says nothing. */
  readonly byTissue: TargetRow | null
}

export function openEncoder(path: string): Promise<OpenNetwork> {
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
  return openNetwork(
    {
      path,
      sha256,
      inputs: { input: [1, 3, INPUT_SIDE, INPUT_SIDE] },
      outputs: { output: [1, 256, SIDE, SIDE] },
    },
    { threads: 2, modelBytesMax: FILE_BYTES_MAX },
    SIGNAL,
  )
}

/** Some segments of a case, spread over it, each on its largest slice; the picture holds the moved masks too, so that all are judged alike. */
export async function encodedMasks(
  { volume, body, placed }: Prepared,
  patient: string,
  group: string,
  random: Random,
  encoder: Network,
): Promise<EncodedMask[]> {
  const found: EncodedMask[] = []
  if (volume === null) return found
  const step = Math.max(1, placed.length / SEGMENTS_MAX)
  const chosen = placed.filter((_, n) => Math.floor(n / step) !== Math.floor((n - 1) / step))
  for (const { mask, ownMask, segment } of chosen) {
    const measures = mask === null ? null : measureMask(mask)
    if (mask === null || measures === null) continue
    const { tight, sliceCounts } = measures
    const slice = tight.origin[2] + sliceCounts.indexOf(Math.max(...sliceCounts))
    const view = viewAcross(volume.geometry, 2)
    const room = [Math.ceil(ROOM * tight.size[0]), Math.ceil(ROOM * tight.size[1])] as const
    const frame = cropFrame(volume.geometry, view, {
      origin: [tight.origin[0] - room[0], tight.origin[1] - room[1], tight.origin[2]],
      size: [tight.size[0] + 2 * room[0], tight.size[1] + 2 * room[1], 1],
    })
    const tokens = await encoded(volume, mask, { view, frame, slice }, encoder)
    const common = { patient, group, modality: volume.modality }
    const add = (one: Mask, kind: string, label: 0 | 1): void => {
      const places = placesOf(one, { view, frame, slice })
      const about = { ...common, kind, label }
      const own = label === 1 ? ownMask : null
      if (!places.includes(1)) return
      const byTissue = rowOf({ mask: one, ownMask: own, volume, body }, about)
      found.push({ about, name: segment.label, tokens, mask: places, byTissue })
    }
    add(mask, 'present', 1)
    for (const { kind, share } of MOVES) {
      const moved = movedMask(mask, share, volume, body, random)
      if (moved !== null) add(moved, kind, 0)
    }
  }
  return found
}

interface Where {
  readonly view: View
  readonly frame: Frame
  readonly slice: number
}

async function encoded(
  volume: Volume,
  mask: Mask,
  { view, frame, slice }: Where,
  encoder: Network,
): Promise<Tokens> {
  const [window] = windowsFor(null, mask, volume)
  if (window === undefined) throw new RangeError('No window.')
  const taps = tapsOf(frame, view.size, INPUT_SIDE)
  const [x, y] = taps
  const at = { x: x.low, y: y.low, width: x.extent, height: y.extent }
  const values = resample(imagePlane(volume, view, slice, at), taps)
  const area = INPUT_SIDE * INPUT_SIDE
  const data = new Float32Array(3 * area)
  for (let n = 0; n < area; n++) {
    const share = Math.min(1, Math.max(0, ((values[n] ?? 0) - window.low) / (window.high - window.low)))
    for (const [channel, mean] of MEAN.entries())
      data[channel * area + n] = (255 * share - mean) / (DEVIATION[channel] ?? 1)
  }
  const { output } = await encoder.run({ input: { shape: [1, 3, INPUT_SIDE, INPUT_SIDE], data } }, SIGNAL)
  return tokensOf(output?.data ?? new Float32Array(), SIDE, (frame.width * view.spacingMm[0]) / SIDE)
}

/** 1 at places whose middle lies in the mask. */
function placesOf(mask: Mask, { view, frame, slice }: Where): Uint8Array {
  const plane = maskPlane(mask, view, slice)
  const places = new Uint8Array(SIDE * SIDE)
  if (plane === null) return places
  for (let n = 0; n < places.length; n++) {
    const x = Math.round(frame.left + (((n % SIDE) + 0.5) / SIDE) * frame.width) - plane.x
    const y = Math.round(frame.top + ((Math.floor(n / SIDE) + 0.5) / SIDE) * frame.height) - plane.y
    if (x >= 0 && y >= 0 && x < plane.width && y < plane.height)
      places[n] = plane.values[y * plane.width + x] ?? 0
  }
  return places
}

/** By what each mask holds itself. */
export function selfRows(masks: readonly EncodedMask[]): TargetRow[] {
  return masks.flatMap((one) => scored(one, one.about, selfResponse(one.tokens, one.mask)))
}

/**
 * By prototypes of its structure from all other cases; besides the moved masks, right masks under the name of another structure of
 * the same modality. Structures that one case alone shows are left out.
 */
export function referenceRows(masks: readonly EncodedMask[]): TargetRow[] {
  const present = masks.filter(({ about }) => about.label === 1)
  const names = [...new Set(present.map(({ name }) => name))]
  return masks.flatMap((one) => {
    const own = bankOf(one.name, one, present)
    if (own === null) return []
    const rows = scored(one, one.about, referenceResponse(one.tokens, own))
    if (one.about.label === 0) return rows
    const others = names
      .filter((name) => name !== one.name)
      .flatMap((name) => bankOf(name, one, present) ?? [])
    const [other] = others
    if (other === undefined) return rows
    const wrong = { ...one.about, kind: 'name of another structure', label: 0 } as const
    return [...rows, ...scored(one, wrong, referenceResponse(one.tokens, other))]
  })
}

function bankOf(name: string, { about }: EncodedMask, present: readonly EncodedMask[]) {
  const elsewhere = present.filter(
    (other) =>
      other.name === name && other.about.modality === about.modality && other.about.patient !== about.patient,
  )
  const examples = elsewhere.map(({ tokens, mask }) => examplesOf(tokens, mask))
  const structure = prototypesOf(
    examples.flatMap(({ inside }) => inside),
    PROTOTYPES,
  )
  const others = prototypesOf(
    examples.flatMap(({ ring }) => ring),
    PROTOTYPES,
  )
  return structure.length === 0 || others.length === 0 ? null : { structure, others }
}

function scored({ mask }: EncodedMask, about: EncodedMask['about'], map: ResponseMap | null): TargetRow[] {
  const ours = map === null ? null : scoreResponse(map, mask, { pieces: null, toleranceCells: 1 })
  if (map === null || ours === null) return []
  return [
    { ...about, ours, published: scoreAsPublished({ side: SIDE, values: Float64Array.from(map.values) }) },
  ]
}
