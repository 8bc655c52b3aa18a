/** `plumbline bench hcr`: judges the cases of a manifest, by the rules and, where one is configured, by language models. */
import { openJudge, type Judge } from '../../judge-adapters.ts'
import { checkPrepared, type Prepared } from '../../compute/assess.ts'
import { drawTaskOf, NOTHING_DRAWN } from '../../compute/draw-task.ts'
import { drawSegment } from '../../compute/draw.ts'
import type { Config } from '../../config.ts'
import type { Volume } from '../../domain/geometry.ts'
import { PlumblineError } from '../../errors.ts'
import { pronounceSegment } from '../../judging.ts'
import { opinionsOn, rulesOpinion, type Heard } from '../../opinions.ts'
import type { AssessedSegment, Assessment } from '../../ports.ts'
import { preparedOf } from '../findings/cases.ts'
import { maskOf, readVolumeFile, volumeOf } from '../volume-files.ts'
import { degrade } from './degrade.ts'
import { readManifest, type ManifestRow } from './manifest.ts'
import { meteredModels } from './metered-models.ts'
import type { Measured, Prediction } from './prediction.ts'
import { resultTables } from './table.ts'

export interface HcrOptions {
  readonly config: Config
  readonly manifest: string
  readonly json: boolean
  readonly onCase: (done: number, of: number) => void
}

/** Returns what to print. Throws what reading the manifest and its files throws. */
export async function benchHcr(options: HcrOptions, signal: AbortSignal): Promise<string> {
  const rows = readManifest(options.manifest)
  const judge = openJudge(options.config)
  const { reasoning } = judge
  const metered = reasoning === null ? null : { ...reasoning, models: meteredModels(reasoning.models) }
  const rules: Prediction[] = []
  const model: Prediction[] = []
  try {
    for (const [index, row] of rows.entries()) {
      const { assessed, prepared, modality } = await assessRow(row, judge)
      rules.push(predict(row, assessed, rulesOpinion(assessed, modality, judge), judge))
      if (metered !== null) {
        const heard = await heardOf(row, assessed, prepared, { ...judge, reasoning: metered }, signal)
        const seen = { ...assessed, target: heard?.target ?? assessed.target }
        const account = metered.models.accountOf(row.caseId)
        model.push({ ...predict(row, seen, heard?.opinion ?? null, judge), account })
      }
      options.onCase(index + 1, rows.length)
    }
  } finally {
    await judge.compute.close()
  }
  const models = reasoning?.models.models.map((one) => one.name).join(' + ') ?? ''
  const name = `${models}, ${reasoning?.settings.mode ?? ''}`
  const measured: [Measured, ...Measured[]] = [
    { name: 'rules reasoner', predictions: rules },
    ...(model.length > 0 ? [{ name, predictions: model }] : []),
  ]
  if (!options.json) return resultTables(measured)
  return measured
    .flatMap(({ name: reasoner, predictions }) =>
      predictions.map((one) => `${JSON.stringify({ reasoner, ...one })}\n`),
    )
    .join('')
}

async function assessRow(
  row: ManifestRow,
  { knowledge, policy }: Judge,
): Promise<{ assessed: AssessedSegment; prepared: Prepared; modality: string }> {
  const volume: Volume = volumeOf(await readVolumeFile(row.image, '2.25.1'), row.modality)
  const drawn = maskOf(await readVolumeFile(row.mask, '2.25.1'), (value) =>
    row.labels.includes(Math.round(value)),
  )
  const prepared = preparedOf(volume, [{ label: row.target, mask: degrade(drawn, row.degradation) }])
  const [assessed] = checkPrepared(prepared, { knowledge, policy })
  if (assessed === undefined) throw new PlumblineError('bad-request', 'The case has no segment to judge.')
  return { assessed, prepared, modality: row.modality }
}

/** As in production: what a model says of the target counts as well. Undefined where nobody was asked. */
async function heardOf(
  row: ManifestRow,
  assessed: AssessedSegment,
  prepared: Prepared,
  judge: Judge,
  signal: AbortSignal,
): Promise<Heard | undefined> {
  const draw: Assessment['draw'] = async (segment) => {
    const task = drawTaskOf(prepared, segment)
    return task === null ? NOTHING_DRAWN : drawSegment(task, judge.knowledge)
  }
  const about = {
    subject: { id: row.caseId },
    headers: [],
    series: prepared.object.source,
    segments: [assessed],
    draw,
  }
  return (await opinionsOn(about, judge, signal)).get(assessed.number)
}

function predict(
  row: ManifestRow,
  assessed: AssessedSegment,
  opinion: Parameters<typeof pronounceSegment>[1],
  judge: Judge,
): Prediction {
  const { verdict, score } = pronounceSegment(assessed, opinion, row.modality, judge)
  return { row, verdict, score, abstained: opinion?.abstained ?? null, account: null }
}
