/** Config to trained models: which there are, and which one refinement prompts. Opens no file of theirs. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Config, INSTALLATION_URL } from './config.ts'
import { loadModelTable, promptableOf, type ModelTable } from './model-table.ts'
import type { PromptableFile } from './promptable-models.ts'
import { loadReconstructions, type ReconstructionFile } from './reconstructions.ts'

const installed = (path: string): string => fileURLToPath(new URL(path, INSTALLATION_URL))

/** Models that may be run by their ids: the table that the config names, or the installation's. */
export function openModelTable({ inference, service }: Config): ModelTable {
  return loadModelTable(
    inference.models ?? installed('config/models.yaml'),
    inference.modelsDir ?? join(service.dataDir, 'models'),
  )
}

/** Reconstruction models of single structures. */
export function openReconstructionFiles(): ReconstructionFile[] {
  return loadReconstructions(installed('config/models'))
}

/** What refinement prompts. Throws PlumblineError('bad-config') where that is not a model whose files are here. */
export function promptableFile(config: Config): PromptableFile {
  const { threads, modelBytesMax } = config.inference
  const { model, segments } = config.refinement
  const placed = segments === 'none' ? null : promptableOf(openModelTable(config), model)
  return { placed, threads, modelBytesMax }
}
