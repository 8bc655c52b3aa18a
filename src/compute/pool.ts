/** Worker threads for voxel work. A thread that dies, hangs or runs out of memory ends one task, never the service. */
import { Piscina } from 'piscina'
import { PlumblineError, type ErrorCode } from '../errors.ts'
import type {
  AssessedSegment,
  AssessInput,
  Assessment,
  Compute,
  Drawing,
  DrawRequest,
  InstanceFile,
  PlacedImages,
  RefinedSegment,
} from '../ports.ts'
import type { Volume } from '../domain/geometry.ts'
import type { Refinement } from '../domain/refinement.ts'
import type { Segmentation } from '../domain/segmentation.ts'
import { compressedFrame, decodeFrame, type DecodeFrame, type Frame } from '../dicom/pixels.ts'
import type { Dataset } from '../dicom/part10.ts'
import type { Prepared } from './assess.ts'
import { drawTaskOf, NOTHING_DRAWN } from './draw-task.ts'
import type { Placed } from './place.ts'
import type { TaskAnswer, ThreadData } from './thread.ts'

export interface ComputeOptions {
  readonly threads: number
  /** A task that takes longer is killed with its thread. */
  readonly taskTimeoutMs: number
  /** JavaScript heap per thread; voxel buffers lie outside it and are bounded by the reading limits. */
  readonly heapMebibytes: number
  readonly thread: ThreadData
}

/** Also decodes single frames, for the embedded archive, and reads reports that are to be signed. */
export interface ComputePool extends Compute {
  readonly readReport: (file: InstanceFile, signal: AbortSignal) => Promise<Dataset>
  readonly decodeFrame: DecodeFrame
  /** Starts the threads ahead of the work that is sure to come. */
  readonly warmUp: () => void
}

/** Starts the pool; threads start when the first task comes. */
export function createCompute(options: ComputeOptions): ComputePool {
  const fromSource = import.meta.url.endsWith('.ts')
  const pool = new Piscina({
    filename: new URL(fromSource ? './thread-from-source.js' : './thread.js', import.meta.url).href,
    workerData: options.thread,
    minThreads: 0,
    maxThreads: options.threads,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: options.heapMebibytes },
  })
  // A thread that dies is also told here; unheard, that would end the process. The task's own promise says the rest.
  pool.on('error', () => {})

  async function run<Result>(
    name: string,
    task: unknown,
    signal: AbortSignal,
    transferList: ArrayBuffer[],
  ): Promise<Result> {
    const timeout = AbortSignal.timeout(options.taskTimeoutMs)
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- thread.ts answers every task so
      const answer = (await pool.run(task, {
        name,
        signal: AbortSignal.any([signal, timeout]),
        transferList,
      })) as TaskAnswer<Result>
      if (answer.ok) return answer.result
      throw new PlumblineError(answer.code, answer.message, {
        nextStep: answer.nextStep,
        retryable: answer.retryable,
      })
    } catch (error) {
      if (error instanceof PlumblineError) throw error
      throw asPlumblineError(error, timeout.aborted, signal.aborted, options.taskTimeoutMs)
    }
  }

  return {
    readSegmentation: (file, signal) =>
      run<Segmentation>('readSegmentation', file, signal, ownBuffers([file])),
    readReport: (file, signal) => run<Dataset>('readReport', file, signal, ownBuffers([file])),
    async assess(input: AssessInput, signal): Promise<Assessment> {
      const prepared = await run<Prepared>('prepare', input, signal, [
        ...ownBuffers(input.images),
        ...ownBuffers(input.pet ?? []),
      ])
      const shares = shareOut(prepared.placed, options.threads)
      const checked = await Promise.all(
        shares.map((numbers) => run<AssessedSegment[]>('check', { prepared, numbers }, signal, [])),
      )
      const byNumber = new Map(checked.flat().map((segment) => [segment.number, segment]))
      const segments = prepared.placed.flatMap(({ segment }) => byNumber.get(segment.number) ?? [])
      const { volume, object } = prepared
      const draw = async (segment: DrawRequest, drawSignal: AbortSignal): Promise<Drawing> => {
        const task = drawTaskOf(prepared, segment)
        return task === null ? NOTHING_DRAWN : run<Drawing>('draw', task, drawSignal, [])
      }
      const refine = (number: number, settings: Refinement, refineSignal: AbortSignal) =>
        run<RefinedSegment | null>('refine', { prepared, number, settings }, refineSignal, [])
      return {
        segments,
        seriesProblems: object.seriesProblems,
        notes: prepared.notes ?? [],
        ...(volume !== null && { draw, refine, images: imagesOf(volume) }),
      }
    },
    // Native pixels are only numbers to read; what is compressed goes through a codec, and so into a thread.
    decodeFrame: (part10, index) =>
      part10.pixelData?.kind === 'encapsulated'
        ? run<Frame>('decodeFrame', compressedFrame(part10, index), new AbortController().signal, [])
        : decodeFrame(part10, index),
    warmUp() {
      // A thread that cannot start is told of by the task that needs it.
      for (let n = 0; n < options.threads; n++) pool.run(null, { name: 'warmUp' }).catch(() => {})
    },
    close: () => pool.close({ force: true }),
  }
}

function asPlumblineError(
  cause: unknown,
  timedOut: boolean,
  cancelled: boolean,
  timeoutMs: number,
): PlumblineError {
  const [code, message]: [ErrorCode, string] = timedOut
    ? ['timeout', `Measuring took longer than ${timeoutMs / 1000} s and was stopped.`]
    : cancelled
      ? ['timeout', 'Measuring was cancelled.']
      : ['worker-died', 'The thread that read this object died, most likely of memory or of a damaged file.']
  return new PlumblineError(code, message, {
    nextStep: 'The case is tried again; if it keeps failing, look at the object with a DICOM validator.',
    retryable: true,
    cause,
  })
}

function imagesOf({ geometry, instances, frames = [] }: Volume): PlacedImages {
  return { geometry, instances, frames: instances.map((_, k) => frames[k] ?? null) }
}

/** Buffers that belong to one array alone can be handed over instead of copied. */
function ownBuffers(files: readonly InstanceFile[]): ArrayBuffer[] {
  return files.flatMap((file) => {
    if (!(file instanceof Uint8Array)) return []
    const { buffer, byteLength } = file
    return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
  })
}

/** Below this many mask voxels in all, handing the work to several threads costs more than it saves. */
const SHARED_OUT_FROM_VOXELS = 2_000_000

/** Segment numbers for each of `threads`: the largest masks first, each to the share that has least. */
function shareOut(placed: readonly Placed[], threads: number): number[][] {
  const sizes = placed.map(({ segment, mask }) => ({
    number: segment.number,
    size: mask?.voxels.length ?? 0,
  }))
  const total = sizes.reduce((sum, { size }) => sum + size, 0)
  const count = total < SHARED_OUT_FROM_VOXELS ? 1 : Math.min(threads, sizes.length)
  const shares = Array.from({ length: count }, () => ({ numbers: [] as number[], size: 0 }))
  for (const { number, size } of sizes.toSorted((a, b) => b.size - a.size)) {
    const least = shares.reduce((a, b) => (b.size < a.size ? b : a))
    least.numbers.push(number)
    least.size += size
  }
  return shares.map(({ numbers }) => numbers)
}
