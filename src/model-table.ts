/** The table of trained models (config/models.yaml): read once at the start, checked as a whole. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { partsOf, TrainedModels, type TrainedModel } from './domain/trained-model.ts'
import { PlumblineError } from './errors.ts'

export interface ModelTable {
  readonly models: readonly TrainedModel[]
  /** Folder that a model's files are named from. */
  readonly folderOf: (model: TrainedModel) => string
}

/** `packagesDir`: where packages that were fetched are kept. Throws PlumblineError('bad-config') that names every fault. */
export function loadModelTable(path: string, packagesDir: string): ModelTable {
  const checked = TrainedModels.safeParse(documentOf(path))
  if (checked.success) {
    const folderOf = ({ source }: TrainedModel): string =>
      source === null
        ? dirname(resolve(path))
        : join(resolve(packagesDir), `${source.package.replace('/', '-')}-${source.version}`)
    return { models: checked.data.models, folderOf }
  }
  const faults = checked.error.issues.map(
    ({ path: where, message }) => `${where.join('.') || '(top)'}: ${message}`,
  )
  throw new PlumblineError(
    'bad-config',
    `The table of models ${path} is not valid. ${faults.slice(0, 5).join('; ')}.`,
    { nextStep: 'config/models.yaml of the installation shows the form.' },
  )
}

function documentOf(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new PlumblineError('bad-config', `The table of models ${path} cannot be read as YAML.`, {
      nextStep: 'Check inference.models of the config.',
      cause,
    })
  }
}

export function modelOf({ models }: ModelTable, id: string): TrainedModel {
  const found = models.find((model) => model.id === id)
  if (found !== undefined) return found
  const ids = models.map((model) => model.id).join(', ')
  throw new PlumblineError('bad-config', `No model ${id} is in the table of models. There are: ${ids}.`)
}

/** A promptable model with the folder of its files, as it goes to the threads. */
export interface PlacedModel {
  readonly model: TrainedModel
  readonly folder: string
}

/** Null: the model that needs no weights. Throws PlumblineError('bad-config') for one that is not known or not there. */
export function promptableOf(table: ModelTable, id: string): PlacedModel | null {
  if (id === 'geodesic') return null
  const model = modelOf(table, id)
  const folder = table.folderOf(model)
  if (partsOf(model).every(({ path }) => existsSync(join(folder, path)))) return { model, folder }
  throw new PlumblineError(
    'bad-config',
    `The files of the model ${id} are not in ${folder} (refinement.model).`,
    {
      nextStep:
        model.source === null
          ? 'Put them there, or set refinement.model to geodesic, which needs none.'
          : `plumbline models fetch ${id} gets them; or set refinement.model to geodesic, which needs none.`,
    },
  )
}
