/** Promptable models from their files: opened in the thread that refines, when it first does, and kept there. */
import { join } from 'node:path'
import type { WeightsFile } from './domain/trained-model.ts'
import type { Signature } from './domain/network.ts'
import { openNetwork, type NetworkOptions, type OpenNetwork } from './inference/onnx/network.ts'
import type { PlacedModel } from './model-table.ts'
import { geodesicModel } from './refinement/geodesic-model.ts'
import type { PromptableModel } from './refinement/models.ts'
import { createSamModel, SAM_DECODER, samEncoderSignature } from './refinement/sam-model.ts'
import { createScribblePromptModel, scribblePromptSignature } from './refinement/scribbleprompt-model.ts'

export interface PromptableFile extends NetworkOptions {
  /** Null: the model that needs no weights. */
  readonly placed: PlacedModel | null
}

/** The one model of a config, opened with its first use; a file that was refused is looked at again with the next. */
export type PromptableSource = (signal: AbortSignal) => Promise<PromptableModel>

export function createPromptable({ placed, ...options }: PromptableFile): PromptableSource {
  let opened: PromptableModel | null = placed === null ? geodesicModel : null
  return async (signal) => (opened ??= placed === null ? geodesicModel : await open(placed, options, signal))
}

async function open(
  { model, folder }: PlacedModel,
  options: NetworkOptions,
  signal: AbortSignal,
): Promise<PromptableModel> {
  const network = ({ path, sha256 }: WeightsFile, signature: { inputs: Signature; outputs: Signature }) =>
    openNetwork({ path: join(folder, path), sha256, ...signature }, options, signal)
  if (model.kind === 'scribbleprompt') {
    const settings = { ...model, names: model.network }
    return createScribblePromptModel(
      settings,
      await network(model.network, scribblePromptSignature(settings)),
    )
  }
  const encoder = await network(model.encoder, samEncoderSignature(model))
  const decoder = await orClose(encoder, network(model.decoder, SAM_DECODER))
  return createSamModel(model, { encoder, decoder })
}

async function orClose<Result>(first: OpenNetwork, second: Promise<Result>): Promise<Result> {
  try {
    return await second
  } catch (error) {
    await first.dispose()
    throw error
  }
}
