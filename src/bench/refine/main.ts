/** `plumbline bench refine`: masks made worse by known amounts, refined, and compared with what they were made from. */
import { openJudge, type Judge } from '../../judge-adapters.ts'
import { checkMask, type Prepared } from '../../compute/assess.ts'
import { resolveStructure } from '../../checks/structure.ts'
import type { Config } from '../../config.ts'
import type { Mask } from '../../domain/geometry.ts'
import type { Structure } from '../../domain/knowledge.ts'
import { volumeAgreement } from '../../imaging/agreement.ts'
import { findComponents, onlyComponent, onlyComponents } from '../../imaging/components.ts'
import { correctSegment } from '../../refinement/correct.ts'
import type { PromptableModel } from '../../refinement/models.ts'
import { createPromptable } from '../../promptable-models.ts'
import { createReconstructions, type Reconstructions } from '../../reconstructions.ts'
import { openReconstructionFiles, promptableFile } from '../../trained-models.ts'
import { PROVIDERS } from '../../refinement/pseudo-truth.ts'
import type { ReconstructionModel } from '../../refinement/reconstruction-model.ts'
import { preparedOf } from '../findings/cases.ts'
import { degrade, type Degradation } from '../hcr/degrade.ts'
import type { RefineRow } from './row.ts'
import { sliceRows } from './slices.ts'
import { refineSources, type RefineSource, type Split } from './sources.ts'
import { resultTables } from './table.ts'

const DEGRADED: readonly Degradation[] = [
  { kind: 'none', amount: 0 },
  { kind: 'grow', amount: 1 },
  { kind: 'grow', amount: 3 },
  { kind: 'shrink', amount: 3 },
  { kind: 'shift', amount: 10 },
  { kind: 'cut', amount: 0.4 },
  { kind: 'gap', amount: 3 },
  { kind: 'extend', amount: 4 },
  { kind: 'blob', amount: 0.3 },
]

export interface RefineOptions {
  readonly config: Config
  /** Which masks: those that acceptance was set on, or those kept back. */
  readonly split: Split
  /** Only sets whose name holds this; null: all. */
  readonly only: string | null
  /** The research collections; null: phantoms only. */
  readonly data: string | null
  /** Hears of every row when it is there: a run takes long, and what is interrupted is not lost. */
  readonly onRow: (row: RefineRow, done: number) => void
}

/** Returns the tables. */
export async function benchRefine(options: RefineOptions, signal: AbortSignal): Promise<string> {
  const judge = openJudge(options.config)
  const assess = { ...judge, limits: options.config.limits }
  const models = createReconstructions(openReconstructionFiles())
  const model = await createPromptable(promptableFile(options.config))(signal)
  const rows: RefineRow[] = []
  let [image, mask] = [0, 0]
  try {
    for await (const source of refineSources(options, assess)) {
      const bench = { judge, source, model, image: image++, ...(await opened(source, judge, models, signal)) }
      for (const degraded of degradedMasks(source.truth))
        for (const row of await measured({ ...bench, ...degraded, number: mask++ }, signal))
          options.onRow(row, rows.push(row))
    }
  } finally {
    await judge.compute.close()
  }
  return resultTables(rows)
}

async function opened(
  { volume, label, truth }: RefineSource,
  { knowledge }: Judge,
  models: Reconstructions,
  signal: AbortSignal,
): Promise<Pick<Measured, 'prepared' | 'reconstruction' | 'kind'>> {
  const prepared = preparedOf(volume, [{ label, mask: truth }])
  const [structure] = prepared.placed.flatMap(
    ({ segment }) => resolveStructure(segment, knowledge).structure ?? [],
  )
  const reconstruction = await models.find(structure?.codes ?? [], volume.modality, signal)
  return { prepared, reconstruction, kind: structure?.kind ?? null }
}

/** Where a degradation changes nothing, there is no mask to measure. */
function degradedMasks(truth: Mask): Pick<Measured, 'degradation' | 'mask'>[] {
  return DEGRADED.map((degradation) => ({ degradation, mask: degrade(truth, degradation) })).filter(
    ({ degradation, mask }) => degradation.kind === 'none' || volumeAgreement(mask, truth).dice < 1,
  )
}

interface Measured {
  readonly judge: Judge
  readonly model: PromptableModel
  readonly source: RefineSource
  readonly image: number
  readonly prepared: Prepared
  readonly reconstruction: ReconstructionModel | null
  readonly kind: Structure['kind'] | null
  readonly degradation: Degradation
  readonly mask: Mask
  readonly number: number
}

/** One row for each provider of pseudo ground truth that there is for the structure. */
async function measured(
  { judge, model, source, image, prepared, reconstruction, kind, degradation, mask, number }: Measured,
  signal: AbortSignal,
): Promise<RefineRow[]> {
  const { set, label, volume, truth } = source
  const { refinement: settings, ...assess } = judge
  const findings = checkMask(prepared, 1, mask, assess)
  const checked = (refined: Mask) => checkMask(prepared, 1, refined, assess)
  const what = { number: 1, mask, volume, findings, kind, second: null, reconstruction, settings, checked }
  const common = { ...what, model, clockMs: () => performance.now() }
  const isRejected = findings.some(({ severity }) => severity !== 'minor')
  const before = volumeAgreement(mask, truth).dice
  const baseline = volumeAgreement(largestFilled(mask), truth).dice
  const rows: RefineRow[] = []
  for (const provider of PROVIDERS.filter(({ id }) => isMeasured(id, reconstruction))) {
    const found = await correctSegment({ ...common, providers: [provider] }, signal)
    const after = found.mask === null ? null : volumeAgreement(found.mask, truth).dice
    const slices = sliceRows(mask, truth, found.errors)
    const { correction, trust } = found
    const known = { mask: number, image, set, label, provider: provider.id, degradation }
    rows.push({ ...known, isRejected, correction, trust, before, after, baseline, slices })
  }
  return rows
}

/** No collection has a second segmentation of the same images by somebody else that is no truth itself. */
function isMeasured(id: string, reconstruction: ReconstructionModel | null): boolean {
  return id !== 'second-segmentation' && (id !== 'reconstruction' || reconstruction !== null)
}

/** What is usually done without looking at the image: the largest piece, with the cavities in it filled. */
function largestFilled(mask: Mask): Mask {
  if (!mask.voxels.includes(1)) return mask
  const largest = onlyComponent(mask, findComponents(mask), 0)
  const outside = findComponents(largest, 'face', 0)
  const open = outside.components.flatMap(({ box }, label) => (touchesFaces(box, largest) ? [label] : []))
  const { voxels } = onlyComponents(largest, outside, new Set(open))
  return { ...largest, voxels: voxels.map((isOpen) => 1 - isOpen) }
}

function touchesFaces({ origin, size }: Mask['box'], { box }: Mask): boolean {
  return ([0, 1, 2] as const).some(
    (axis) =>
      origin[axis] === box.origin[axis] || origin[axis] + size[axis] === box.origin[axis] + box.size[axis],
  )
}
