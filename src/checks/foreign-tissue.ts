/**
 * Tissue that cannot be inside: gas in a liver, bone in a kidney. The knowledge entry says which values are foreign and
 * up to which share they are noise, a stent or a clip. The outermost voxels mix with what lies beside them, so they are
 * left out wherever enough remains; a mask too thin for that is told about, but not rejected. Shown as too much is what was
 * counted, so not the surface.
 */
import type { CheckResult, EvidenceDraft, FindingDraft, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import type { Mask } from '../domain/geometry.ts'
import type { Structure } from '../domain/knowledge.ts'
import { withUnit } from '../domain/unit.ts'
import { erode } from '../imaging/morphology.ts'
import { countBeyond, voxelsBeyond } from '../imaging/measure.ts'
import { describeSlice, figure, imagesOf, percent, worstSlices } from './words.ts'

/** From this share on, most of the mask lies on something else. */
const CRITICAL_SHARE = 0.5
/** A mask is thick when this share of its voxels lies below the surface. */
const INNER_SHARE_MIN = 0.25

type Foreign = Structure['foreign'][number]

export function checkForeignTissue({ mask, measures, resolved, volume }: VolumeContext): CheckResult {
  const rows = (resolved.structure?.foreign ?? []).filter(
    ({ modality, unit }) => modality === volume.modality && unit === volume.unit,
  )
  if (rows.length === 0) return NOTHING
  const inner = erode(mask)
  const isThick = sum(inner.voxels) >= INNER_SHARE_MIN * measures.voxelCount
  const judged = { mask: isThick ? inner : mask, isThick, volume }
  const results = rows.map((foreign, index) => judge(foreign, `foreign.${index + 1}`, judged))
  return {
    evidence: results.flatMap(({ evidence }) => evidence),
    findings: results.flatMap(({ findings }) => findings),
  }
}

interface Judged {
  readonly mask: Mask
  readonly isThick: boolean
  readonly volume: VolumeContext['volume']
}

function judge(foreign: Foreign, key: string, { mask, isThick, volume }: Judged): CheckResult {
  const { what, shareMax, source } = foreign
  const [low, high] = [foreign.below ?? -Infinity, foreign.above ?? Infinity]
  const beyond = countBeyond(mask, volume, low, high)
  if (beyond.voxelCount === 0) return NOTHING
  const share = beyond.total / beyond.voxelCount
  const slices = worstSlices(beyond.perSlice, mask.box.origin[2])
  const [worst] = slices
  const part = isThick ? 'below the surface' : 'whole segment, too thin to leave out its surface'
  const evidence: EvidenceDraft[] = [
    {
      key,
      name: `share of ${what}`,
      value: share,
      unit: '1',
      where: worst === undefined ? part : `${part}; most in ${describeSlice(mask.geometry, worst)}`,
      expected: { low: 0, high: shareMax, source },
    },
  ]
  if (worst === undefined || share <= shareMax) return { evidence, findings: [] }
  const severity: FindingDraft['severity'] = !isThick
    ? 'minor'
    : share >= CRITICAL_SHARE
      ? 'critical'
      : 'major'
  const text = `${percent(share)} of the segment ${isThick ? 'below its surface ' : ''}is ${what} (${valuesText(foreign)}), most of it in ${describeSlice(mask.geometry, worst)}; at most ${percent(shareMax)} is plausible (${source}).`
  const region = { kind: 'too-much' as const, voxels: () => voxelsBeyond(mask, volume, low, high) }
  return {
    evidence,
    findings: [
      { mode: 'foreign-tissue', severity, text, evidence: [key], ...imagesOf(volume, slices), region },
    ],
  }
}

function valuesText({ below, above, unit }: Foreign): string {
  const parts = [
    ...(below === null ? [] : [`below ${figure(below)}`]),
    ...(above === null ? [] : [`above ${figure(above)}`]),
  ]
  return withUnit(parts.join(' or '), unit)
}

function sum(voxels: Uint8Array): number {
  let count = 0
  for (const voxel of voxels) count += voxel
  return count
}
