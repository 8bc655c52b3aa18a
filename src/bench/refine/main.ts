/** `plumbline bench refine`: masks made worse by known amounts, refined, and compared with what they were made from. */
import { openJudge, type Judge } from '../../judge-adapters.ts'
import { checkMask, type Prepared } from '../../compute/assess.ts'
import type { Config } from '../../config.ts'
import type { Mask } from '../../domain/geometry.ts'
import { volumeAgreement } from '../../imaging/agreement.ts'
import { findComponents, onlyComponent, onlyComponents } from '../../imaging/components.ts'
import { correctSegment } from '../../refinement/correct.ts'
import { geodesicModel } from '../../refinement/geodesic-model.ts'
import { PROVIDERS } from '../../refinement/pseudo-truth.ts'
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
  /** The research collections; null: phantoms only. */
  readonly data: string | null
  /** Hears of every row when it is there: a run takes long, and what is interrupted is not lost. */
  readonly onRow: (row: RefineRow, done: number) => void
}

/** Returns the tables. */
export async function benchRefine(options: RefineOptions, signal: AbortSignal): Promise<string> {
  const judge = openJudge(options.config)
  const assess = { ...judge, limits: options.config.limits }
  const rows: RefineRow[] = []
  try {
    for await (const source of refineSources(options.split, options.data, assess)) {
      const prepared = preparedOf(source.volume, [{ label: source.label, mask: source.truth }])
      for (const degradation of DEGRADED) {
        const mask = degrade(source.truth, degradation)
        if (degradation.kind !== 'none' && volumeAgreement(mask, source.truth).dice === 1) continue
        for (const row of await measured({ source, prepared, degradation, mask, judge }, signal))
          options.onRow(row, rows.push(row))
      }
    }
  } finally {
    await judge.compute.close()
  }
  return resultTables(rows)
}

interface Measured {
  readonly source: RefineSource
  readonly prepared: Prepared
  readonly degradation: Degradation
  readonly mask: Mask
  readonly judge: Judge
}

/** One row for each provider of pseudo ground truth that there is for the structure. */
async function measured(
  { source: { set, label, volume, truth }, prepared, degradation, mask, judge }: Measured,
  signal: AbortSignal,
): Promise<RefineRow[]> {
  const { refinement: settings, ...assess } = judge
  const findings = checkMask(prepared, 1, mask, assess)
  const checked = (refined: Mask) => checkMask(prepared, 1, refined, assess)
  const reconstruction = null
  const common = { number: 1, mask, volume, findings, second: null, reconstruction, settings, checked }
  const rows: RefineRow[] = []
  for (const provider of PROVIDERS) {
    if (provider.id === 'second-segmentation' || (provider.id === 'reconstruction' && reconstruction === null))
      continue
    const found = await correctSegment(
      { ...common, providers: [provider], model: geodesicModel, clockMs: () => performance.now() },
      signal,
    )
    rows.push({
      set,
      label,
      provider: provider.id,
      degradation,
      isRejected: findings.some(({ severity }) => severity !== 'minor'),
      correction: found.correction,
      trust: found.trust,
      before: volumeAgreement(mask, truth).dice,
      after: found.mask === null ? null : volumeAgreement(found.mask, truth).dice,
      baseline: volumeAgreement(largestFilled(mask), truth).dice,
      slices: sliceRows(mask, truth, found.errors),
    })
  }
  return rows
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
