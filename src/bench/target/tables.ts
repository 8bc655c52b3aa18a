/** The tables of the bench, as Markdown. */
import { tableHead, tableRow } from '../markdown.ts'
import { areaOf, intervalOf, rateAt, scorers, type TargetRow } from './scores.ts'
import { FAILURES } from './simulation.ts'

export interface Table {
  readonly title: string
  readonly lines: readonly string[]
}

const FALSE_SHARE = 0.05

/** Areas under the ROC curve on maps that no model was fitted on. */
export function simulationTable(fitOn: readonly TargetRow[], test: readonly TargetRow[]): Table {
  const columns = [
    'all',
    ...FAILURES,
    'two pieces',
    'below 2 % of the map',
    'above 15 % of the map',
    'TPR (FPR) at 5 %',
  ]
  const lines = [...scorers(fitOn)].map(([name, score]) => {
    const areas = [
      test,
      ...FAILURES.map((failure) => test.filter(({ kind }) => kind === 'present' || kind === failure)),
      ...columns.slice(4, 7).map((group) => test.filter((row) => row.group === group)),
    ].map((rows) => areaOf(rows, score).toFixed(3))
    const { truePositives, falsePositives } = rateAt(test, fitOn, score, FALSE_SHARE)
    return tableRow([name, ...areas, `${truePositives.toFixed(2)} (${falsePositives.toFixed(3)})`])
  })
  const title = `Simulated response maps: AUROC on ${test.length}, fitted on ${fitOn.length} others`
  return { title, lines: [...tableHead(['score', ...columns]), ...lines] }
}

/** The patients of one half judge those of the other. */
export function realTable(rows: readonly TargetRow[], source: string, seed: number): Table {
  const halfOf = new Map(
    [...new Set(rows.map(({ patient }) => patient))].map((patient, n) => [patient, n & 1]),
  )
  const half = (wanted: number): TargetRow[] => rows.filter(({ patient }) => halfOf.get(patient) === wanted)
  const kinds = [...new Set(rows.map(({ kind }) => kind))].filter((kind) => kind !== 'present')
  const models = [0, 1].map((wanted) => scorers(half(1 - wanted)))
  const names = [...(models[0]?.keys() ?? [])]
  const lines = kinds.flatMap((kind) => {
    const chosen = rows.filter((row) => row.kind === 'present' || row.kind === kind)
    const count = chosen.filter(({ label }) => label === 0).length
    return names.map((name) => {
      const score = (row: TargetRow): number => models[halfOf.get(row.patient) ?? 0]?.get(name)?.(row) ?? 0
      const found = intervalOf(chosen, score, seed)
      const text =
        found === null ? '-' : `${found.value.toFixed(3)} (${found.low.toFixed(3)}-${found.high.toFixed(3)})`
      return tableRow([kind, name, text, chosen.length - count, count])
    })
  })
  const sets = [...new Set(rows.map(({ group }) => group))]
  const title = `Real masks of ${sets.join(', ')} (${halfOf.size} cases) on ${source}: AUROC with 95 % interval over cases`
  return { title, lines: [...tableHead(['the wrong ones', 'score', 'AUROC', 'right', 'wrong']), ...lines] }
}
