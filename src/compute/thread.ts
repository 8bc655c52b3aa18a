/** The thread side: unpacks a task, runs the pure function, packs the answer or the typed error. */
import { workerData } from 'piscina'
import type { Knowledge } from '../domain/knowledge.ts'
import type { Policy } from '../domain/policy.ts'
import type { Segmentation } from '../domain/segmentation.ts'
import { PlumblineError, type ErrorCode } from '../errors.ts'
import { sourcesOf } from '../file-source.ts'
import { createPromptable, type PromptableFile } from '../promptable-models.ts'
import { createReconstructions, type ReconstructionFile } from '../reconstructions.ts'
import type { AssessedSegment, AssessInput, Drawing, InstanceFile, RefinedSegment } from '../ports.ts'
import { checkPrepared, prepareAssessment, type Prepared, type PrepareInput } from './assess.ts'
import type { DrawTask } from './draw-task.ts'
import { drawSegment } from './draw.ts'
import { refineSegment, type RefineTask } from './refine.ts'
import { readSegmentation as read } from '../dicom/read-segmentation.ts'
import type { ReadLimits } from '../dicom/limits.ts'
import { readPart10, type Dataset, type Part10 } from '../dicom/part10.ts'
import type { TargetCalibration } from '../target/calibration.ts'
import { decodeFrame as decode, type Frame } from '../dicom/pixels.ts'

/** What every thread is started with. */
export interface ThreadData {
  readonly knowledge: Knowledge
  readonly policy: Policy
  readonly limits: ReadLimits
  readonly targetCalibration?: TargetCalibration
  readonly reconstructions: readonly ReconstructionFile[]
  readonly promptable: PromptableFile
}

/** Errors lose their class between threads, so they travel as data. */
export type TaskAnswer<Result> =
  | { readonly ok: true; readonly result: Result }
  | {
      readonly ok: false
      readonly code: ErrorCode
      readonly message: string
      readonly nextStep: string
      readonly retryable: boolean
    }

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- pool.ts starts every thread with it
const data = workerData as ThreadData
const reconstructions = createReconstructions(data.reconstructions)
const promptable = createPromptable(data.promptable)

/** Nothing: the thread has started. */
export function warmUp(): void {}

export function readSegmentation(file: InstanceFile): Promise<TaskAnswer<Segmentation>> {
  return answer(async () => {
    const [source = new Uint8Array()] = sourcesOf([file])
    return read(source, data.limits)
  })
}

export function prepare(input: AssessInput): Promise<TaskAnswer<Prepared>> {
  return answer(async () => prepareAssessment(opened(input), data))
}

function opened({ images, pet = [], ...input }: AssessInput): PrepareInput {
  return { ...input, images: sourcesOf(images), pet: sourcesOf(pet) }
}

/** All of a report but bulk data, of which it has none. */
export function readReport(file: InstanceFile): Promise<TaskAnswer<Dataset>> {
  return answer(async () => {
    const [source = new Uint8Array()] = sourcesOf([file])
    const { objectBytesMax, sequenceItemsMax } = data.limits
    return readPart10(source, { maxBytes: objectBytesMax, itemsMax: sequenceItemsMax, untilPixelData: true })
      .dataset
  })
}

/** `numbers`: the segments to check. */
export function check(task: {
  readonly prepared: Prepared
  readonly numbers: readonly number[]
}): Promise<TaskAnswer<AssessedSegment[]>> {
  return answer(() => Promise.resolve(checkPrepared(task.prepared, data, new Set(task.numbers))))
}

/** Pictures of one segment. */
export function draw(task: DrawTask): Promise<TaskAnswer<Drawing>> {
  return answer(() => Promise.resolve(drawSegment(task, data.knowledge)))
}

/** A better mask of one segment, if there is one. */
export function refine(task: RefineTask): Promise<TaskAnswer<RefinedSegment | null>> {
  return answer(() => refineSegment(task, { ...data, reconstructions, promptable }))
}

/** The one frame of a Part10 made by compressedFrame. */
export function decodeFrame(part10: Part10): Promise<TaskAnswer<Frame>> {
  return answer(() => decode(part10, 0))
}

async function answer<Result>(work: () => Promise<Result>): Promise<TaskAnswer<Result>> {
  try {
    return { ok: true, result: await work() }
  } catch (error) {
    if (error instanceof PlumblineError) {
      const { code, message, nextStep, retryable } = error
      return { ok: false, code, message, nextStep, retryable }
    }
    // A fault of ours on this very input: it would fail the same way again. Its text may hold what was read, so only its kind is told.
    const kind = error instanceof Error ? error.name : typeof error
    const message = `Reading or measuring this object failed in a way nobody foresaw (${kind}).`
    return {
      ok: false,
      code: 'bad-dicom',
      message,
      nextStep: 'Please report it with a de-identified copy of the object.',
      retryable: false,
    }
  }
}
