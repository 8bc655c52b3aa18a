/** Looks for a better mask of one segment, in a thread. */
import type { SegmentErrors } from '../domain/error-mask.ts'
import type { SegmentPrompts } from '../domain/correction.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import type { Refinement } from '../domain/refinement.ts'
import { planeRuns } from '../imaging/plane-runs.ts'
import type { RefinedSegment } from '../ports.ts'
import { correctSegment, type Corrected } from '../refinement/correct.ts'
import type { PlaneBox } from '../refinement/prompts.ts'
import type { Scene } from '../refinement/scene.ts'
import { resolveStructure } from '../checks/structure.ts'
import type { PromptableSource } from '../promptable-models.ts'
import type { Reconstructions } from '../reconstructions.ts'
import { checkMask, soundSecond, type AssessOptions, type Prepared } from './assess.ts'

export interface RefineTask {
  readonly prepared: Prepared
  readonly number: number
  readonly settings: Refinement
}

export interface RefineOptions extends Omit<AssessOptions, 'limits'> {
  readonly reconstructions: Reconstructions
  readonly promptable: PromptableSource
}

/** Null where the segment has no mask on images. A thread that is stopped takes this with it: nothing is half done. */
export async function refineSegment(
  { prepared, number, settings }: RefineTask,
  options: RefineOptions,
): Promise<RefinedSegment | null> {
  const { volume } = prepared
  const own = prepared.placed.find(({ segment }) => segment.number === number)
  const mask = own?.mask ?? null
  if (volume === null || own === undefined || mask === null) return null
  const { signal } = new AbortController()
  const { structure } = resolveStructure(own.segment, options.knowledge)
  const found = await correctSegment(
    {
      number,
      mask,
      volume,
      settings,
      kind: structure?.kind ?? null,
      findings: checkMask(prepared, number, mask, options),
      second: soundSecond(prepared, number, options),
      reconstruction: await options.reconstructions.find(structure?.codes ?? [], volume.modality, signal),
      model: await options.promptable(signal),
      clockMs: () => performance.now(),
      checked: (refined) => checkMask(prepared, number, refined, options),
    },
    signal,
  )
  return {
    correction: found.correction,
    mask: found.mask,
    errors: errorsOf(number, found, volume),
    prompts: promptsOf(number, found, volume),
  }
}

function errorsOf(segmentNumber: number, { errors }: Corrected, volume: Volume): SegmentErrors | null {
  if (errors === null) return null
  const part = (kind: 'too-much' | 'missing', mask: Mask) => {
    const planes = planeRuns(mask, volume)
    return planes.length === 0 ? [] : [{ finding: 'correction', kind, planes }]
  }
  return {
    segmentNumber,
    errors: [...part('too-much', errors.tooMuch), ...part('missing', errors.missing)],
  }
}

/** In pixels of the images; a cell of several is its middle one. */
function promptsOf(
  segmentNumber: number,
  { prompts: made }: Corrected,
  volume: Volume,
): SegmentPrompts | null {
  if (made === null) return null
  const { scene, prompts } = made
  const planes = prompts.slices.flatMap(({ k, box, points }) => {
    const sopInstanceUid = volume.instances[scene.origin[2] + k] ?? null
    if (sopInstanceUid === null) return []
    return [
      {
        sopInstanceUid,
        frameNumber: volume.frames?.[scene.origin[2] + k] ?? null,
        box: box === null || box[2] < box[0] ? null : pixelBox(box, scene),
        points: points.map(({ column, row, positive }) => ({
          column: pixelOf(column, 0, scene),
          row: pixelOf(row, 1, scene),
          positive,
        })),
      },
    ]
  })
  return { segmentNumber, kind: prompts.kind, planes }
}

function pixelOf(cell: number, axis: 0 | 1, { origin, step, geometry }: Scene): number {
  return Math.min(geometry.size[axis] - 1, origin[axis] + cell * step + (step >> 1))
}

function pixelBox([left, top, right, bottom]: PlaneBox, scene: Scene): [number, number, number, number] {
  const { origin, step, geometry } = scene
  const last = (cell: number, axis: 0 | 1): number =>
    Math.min(geometry.size[axis] - 1, origin[axis] + (cell + 1) * step - 1)
  return [origin[0] + left * step, origin[1] + top * step, last(right, 0), last(bottom, 1)]
}
