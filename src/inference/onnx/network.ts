/**
 * The only door to ONNX Runtime: a registered file becomes a network, on this machine's processors and on nothing else. A
 * run keeps its thread busy, so this belongs into a worker thread; the library is loaded with the first network.
 */
import { basename } from 'node:path'
import type * as Runtime from 'onnxruntime-node'
import type { Network, Signature, Tensors } from '../../domain/network.ts'
import { PlumblineError } from '../../errors.ts'
import { createSlots } from '../../slots.ts'
import { readModelFile, type ModelFile } from './model-file.ts'
import { inputFault, signatureFaults } from './signature.ts'

export interface NetworkFile extends ModelFile {
  readonly inputs: Signature
  readonly outputs: Signature
}

export interface NetworkOptions {
  /** Processors that one run uses. */
  readonly threads: number
  readonly modelBytesMax: number
}

export interface OpenNetwork extends Network {
  /** Frees its memory; after the run that is under way. A network that is disposed of runs no more. */
  dispose(): Promise<void>
}

/**
 * Throws PlumblineError: 'model-unavailable' (no such file), 'limit-exceeded' (too large), 'model-refused' (another
 * digest, no ONNX model, or other inputs and outputs than declared); the signal's reason when it is aborted.
 */
export async function openNetwork(
  file: NetworkFile,
  options: NetworkOptions,
  signal: AbortSignal,
): Promise<OpenNetwork> {
  const bytes = await readModelFile(file, options.modelBytesMax, signal)
  const runtime = await import('onnxruntime-node')
  const session = await sessionOf(runtime, bytes, file, options)
  try {
    assertFits(file, session)
    signal.throwIfAborted()
  } catch (error) {
    await session.release()
    throw error
  }
  return networkOf(runtime, session, file)
}

async function sessionOf(
  { InferenceSession: sessions }: typeof Runtime,
  bytes: Uint8Array,
  { path }: NetworkFile,
  { threads }: NetworkOptions,
): Promise<Runtime.InferenceSession> {
  try {
    return await sessions.create(bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // Its own words go to stderr past our log; what matters is thrown.
      logSeverityLevel: 4,
    })
  } catch (cause) {
    throw refused(path, ['ONNX Runtime cannot load it'], cause)
  }
}

function assertFits({ path, inputs, outputs }: NetworkFile, session: Runtime.InferenceSession): void {
  const faults = [
    ...signatureFaults('input', inputs, session.inputMetadata),
    ...signatureFaults('output', outputs, session.outputMetadata),
  ]
  if (faults.length > 0) throw refused(path, faults)
}

function networkOf(
  { Tensor }: typeof Runtime,
  session: Runtime.InferenceSession,
  file: NetworkFile,
): OpenNetwork {
  const alone = createSlots(1)
  let isOpen = true
  const runOnce = async (inputs: Tensors): Promise<Tensors> => {
    if (!isOpen) throw failed(file, 'it was closed')
    const fault = inputFault(file.inputs, inputs)
    if (fault !== null) throw failed(file, fault)
    const feeds = Object.fromEntries(
      Object.keys(file.inputs).map((name) => {
        const { data = new Float32Array(), shape = [] } = inputs[name] ?? {}
        return [name, new Tensor('float32', data, shape)]
      }),
    )
    try {
      return outputsOf(await session.run(feeds, Object.keys(file.outputs)), file)
    } catch (cause) {
      if (cause instanceof PlumblineError) throw cause
      throw failed(file, 'ONNX Runtime reports an error', cause)
    }
  }
  return {
    run: (inputs, signal) =>
      alone(signal, () => {
        signal.throwIfAborted()
        return runOnce(inputs)
      }),
    dispose: () =>
      alone(new AbortController().signal, async () => {
        if (isOpen) await session.release()
        isOpen = false
      }),
  }
}

function outputsOf(values: Runtime.InferenceSession.ReturnType, file: NetworkFile): Tensors {
  return Object.fromEntries(
    Object.keys(file.outputs).map((name) => {
      const value = values[name]
      if (value === undefined || !(value.data instanceof Float32Array))
        throw failed(file, `output ${name} is not a float32 tensor`)
      return [name, { shape: value.dims, data: value.data }]
    }),
  )
}

function refused(path: string, faults: readonly string[], cause?: unknown): PlumblineError {
  return new PlumblineError(
    'model-refused',
    `The model file ${basename(path)} does not fit: ${faults.join('; ')}.`,
    {
      nextStep: 'Check that its kind in the table of models is right, and that it was exported for float32.',
      cause,
    },
  )
}

function failed({ path }: NetworkFile, why: string, cause?: unknown): PlumblineError {
  return new PlumblineError('model-answer', `The model ${basename(path)} gave no answer: ${why}.`, { cause })
}
