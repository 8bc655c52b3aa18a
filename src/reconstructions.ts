/** Reconstruction models: listed in config/models, opened in the thread that needs one, when it first does. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Code } from './domain/code.ts'
import type { Modality } from './domain/geometry.ts'
import { Reconstruction } from './domain/reconstruction.ts'
import { sameCode } from './domain/same-code.ts'
import { PlumblineError } from './errors.ts'
import { openNetwork } from './inference/onnx/network.ts'
import { CHANNELS, type ReconstructionModel } from './refinement/reconstruction-model.ts'

export interface ReconstructionFile extends Reconstruction {
  readonly path: string
}

/** The list: every `ID.json` of a folder, its weights in `ID.onnx` beside it. Throws PlumblineError('bad-config'). */
export function loadReconstructions(folder: string): ReconstructionFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => {
      const checked = Reconstruction.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
      if (checked.success) return { ...checked.data, path: join(folder, `${checked.data.id}.onnx`) }
      const faults = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
      throw new PlumblineError('bad-config', `The model ${name} is not described well. ${faults.join('; ')}.`)
    })
}

export interface Reconstructions {
  /**
   * The model of a structure, by any of its codes, for images of this modality; null: none was trained. Throws what opening
   * its file throws: a file that is not the listed one is never used, nor silently passed over.
   */
  readonly find: (
    codes: readonly Code[],
    modality: Modality,
    signal: AbortSignal,
  ) => Promise<ReconstructionModel | null>
}

/** Processors that one run uses: refinement runs in a thread of a pool that is as large as the machine. */
const THREADS = 1
const MODEL_BYTES_MAX = 20_000_000

export function createReconstructions(files: readonly ReconstructionFile[]): Reconstructions {
  const open = new Map<string, ReconstructionModel>()
  return {
    async find(codes, modality, signal) {
      const file = files.find(
        (one) => one.modality === modality && codes.some((code) => sameCode(code, one.structure)),
      )
      if (file === undefined) return null
      const model = open.get(file.id) ?? (await opened(file, signal))
      open.set(file.id, model)
      return model
    },
  }
}

async function opened(file: ReconstructionFile, signal: AbortSignal): Promise<ReconstructionModel> {
  const { path, sha256, size } = file
  const signature = {
    inputs: { input: [null, CHANNELS, size, size] },
    outputs: { logits: [null, 1, size, size] },
  }
  const options = { threads: THREADS, modelBytesMax: MODEL_BYTES_MAX }
  return { ...file, network: await openNetwork({ path, sha256, ...signature }, options, signal) }
}
