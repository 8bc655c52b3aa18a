/** `plumbline bench refine`: masks made worse by known amounts, refined, and compared with what they were made from. */
import { openJudge, type Judge } from '../../judge-adapters.ts'
import { checkMask } from '../../compute/assess.ts'
import type { Config } from '../../config.ts'
import type { Mask } from '../../domain/geometry.ts'
import { volumeAgreement } from '../../imaging/agreement.ts'
import { findComponents, onlyComponent, onlyComponents } from '../../imaging/components.ts'
import { correctSegment } from '../../refinement/correct.ts'
import { geodesicModel } from '../../refinement/geodesic-model.ts'
import { preparedOf } from '../findings/cases.ts'
import { degrade, type Degradation } from '../hcr/degrade.ts'
import type { RefineRow } from './row.ts'
import { refineSources, type RefineSource } from './sources.ts'
import { resultTables } from './table.ts'

const DEGRADED: readonly Degradation[] = [
  { kind: 'none', amount: 0 },
  { kind: 'grow', amount: 1 },
  { kind: 'grow', amount: 3 },
  { kind: 'shrink', amount: 3 },
  { kind: 'shift', amount: 10 },
  { kind: 'cut', amount: 0.4 },
  { kind: 'gap', amount: 3 },
  { kind: 'blob', amount: 0.3 },
]

export interface RefineOptions {
  readonly config: Config
  /** The research collections; null: phantoms only. */
  readonly data: string | null
  readonly json: boolean
  readonly onCase: (done: number) => void
}

/** Returns what to print. */
export async function benchRefine(options: RefineOptions, signal: AbortSignal): Promise<string> {
  const judge = openJudge(options.config)
  const rows: RefineRow[] = []
  try {
    for await (const source of refineSources(options.data)) {
      for (const degradation of DEGRADED) {
        const mask = degrade(source.truth, degradation)
        if (degradation.kind !== 'none' && volumeAgreement(mask, source.truth).dice === 1) continue
        rows.push(await measured(source, degradation, mask, judge, signal))
        options.onCase(rows.length)
      }
    }
  } finally {
    await judge.compute.close()
  }
  return options.json ? rows.map((row) => `${JSON.stringify(row)}\n`).join('') : resultTables(rows)
}

async function measured(
  { set, label, volume, truth }: RefineSource,
  degradation: Degradation,
  mask: Mask,
  { refinement: settings, ...assess }: Judge,
  signal: AbortSignal,
): Promise<RefineRow> {
  const prepared = preparedOf(volume, [{ label, mask }])
  const findings = checkMask(prepared, 1, mask, assess)
  const checked = (refined: Mask) => checkMask(prepared, 1, refined, assess)
  const common = { number: 1, mask, volume, findings, second: null, settings, checked }
  const found = await correctSegment(
    { ...common, model: geodesicModel, clockMs: () => performance.now() },
    signal,
  )
  return {
    set,
    label,
    degradation,
    isRejected: findings.some(({ severity }) => severity !== 'minor'),
    correction: found.correction,
    before: volumeAgreement(mask, truth).dice,
    after: found.mask === null ? null : volumeAgreement(found.mask, truth).dice,
    baseline: volumeAgreement(largestFilled(mask), truth).dice,
  }
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
