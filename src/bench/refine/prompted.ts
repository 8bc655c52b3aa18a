/**
 * `plumbline bench prompts`: what the promptable model of the config makes of prompts from the truth, slice by slice. The
 * loop, its pseudo ground truth and acceptance are left out: what is measured is the model.
 */
import type { Config } from '../../config.ts'
import { PromptKind } from '../../domain/correction.ts'
import { openJudge } from '../../judge-adapters.ts'
import { createPromptable } from '../../promptable-models.ts'
import { errorCells } from '../../refinement/error-cells.ts'
import type { PromptableModel } from '../../refinement/models.ts'
import { makePrompts } from '../../refinement/prompts.ts'
import { cellsOf, countCells, sceneAround, type Cells, type Scene } from '../../refinement/scene.ts'
import { promptableFile } from '../../trained-models.ts'
import { degrade, type Degradation } from '../hcr/degrade.ts'
import { mean } from './numbers.ts'
import { refineSources, type RefineSource, type Split } from './sources.ts'

export interface PromptedOptions {
  readonly config: Config
  readonly split: Split
  readonly data: string | null
  readonly only: string | null
  readonly onSource: (label: string) => void
}

/** Given to the model as the mask of before. */
const BEFORE: Degradation = { kind: 'shrink', amount: 3 }
/** Of the truth's slices, first to last. */
const PLACES = [0.3, 0.6]

interface Prompted {
  readonly set: string
  readonly kind: PromptKind
  readonly before: number
  readonly after: number
  readonly milliseconds: number
}

/** Returns the table. */
export async function benchPrompts(options: PromptedOptions, signal: AbortSignal): Promise<string> {
  const judge = openJudge(options.config)
  const model = await createPromptable(promptableFile(options.config))(signal)
  const rows: Prompted[] = []
  try {
    for await (const source of refineSources(options, { ...judge, limits: options.config.limits })) {
      options.onSource(source.label)
      rows.push(...(await prompted(source, model, judge.refinement, signal)))
    }
  } finally {
    await judge.compute.close()
  }
  return tableOf(model.id, rows)
}

async function prompted(
  { set, truth: mask, volume }: RefineSource,
  model: PromptableModel,
  { marginMm, marginAcrossMm, cellsMax }: Config['refinement'],
  signal: AbortSignal,
): Promise<Prompted[]> {
  const scene = sceneAround([mask], volume, { marginMm: [marginMm, marginAcrossMm], cellsMax })
  if (scene === null) return []
  const [truth, previous] = [cellsOf(mask, scene), cellsOf(degrade(mask, BEFORE), scene)]
  const filled = Array.from({ length: scene.size[2] }, (_, k) => k).filter((k) =>
    planeOf(truth, k, scene).includes(1),
  )
  const rows: Prompted[] = []
  for (const place of PLACES) {
    const k = filled[Math.floor(place * filled.length)] ?? 0
    for (const kind of PromptKind.options) {
      const errors = errorCells(previous, truth)
      const prompts = makePrompts(kind, { truth, errors, scene, slices: [k], modelSide: model.inputSide })
      const started = performance.now()
      const cells = await model.segment({ scene, previous, prompts, hasTime: () => true }, signal)
      const milliseconds = performance.now() - started
      rows.push({
        set,
        kind,
        before: dice(previous, truth, k, scene),
        after: dice(cells, truth, k, scene),
        milliseconds,
      })
    }
  }
  return rows
}

function planeOf(cells: Cells, k: number, { size }: Scene): Cells {
  return cells.subarray(k * size[0] * size[1], (k + 1) * size[0] * size[1])
}

function dice(cells: Cells, truth: Cells, k: number, scene: Scene): number {
  const [own, theirs] = [planeOf(cells, k, scene), planeOf(truth, k, scene)]
  const both = own.map((cell, n) => cell & (theirs[n] ?? 0))
  return (2 * countCells(both)) / (countCells(own) + countCells(theirs))
}

function tableOf(id: string, rows: readonly Prompted[]): string {
  const groups = new Map<string, Prompted[]>()
  for (const row of rows) {
    const name = `${row.set} | ${row.kind}`
    groups.set(name, [...(groups.get(name) ?? []), row])
  }
  return [
    '| model | set | prompt | slices | true Dice before | after | least after | ms per slice, median |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...[...groups].map(([name, of]) => {
      const after = of.map((row) => row.after)
      const times = of.map((row) => row.milliseconds).toSorted((a, b) => a - b)
      const before = mean(of.map((row) => row.before))
      const figures = [before, mean(after), Math.min(...after)].map((value) => value.toFixed(3))
      const time = Math.round(times[times.length >> 1] ?? 0)
      return `| ${id} | ${name} | ${of.length} | ${figures.join(' | ')} | ${time} |`
    }),
    '',
  ].join('\n')
}
