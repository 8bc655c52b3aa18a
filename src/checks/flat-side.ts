/**
 * A cut across the slices: half an organ, whose side lies in one plane of voxels where the structure should round off. The same
 * two numbers as for the ends of the stack (flat-end.ts), along rows and columns, with wider limits: there are many more
 * voxels to a side than slices to an end, so a rounded side comes down to a few of its largest section.
 */
import { planeCounts } from '../imaging/measure.ts'
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext } from './check.ts'
import { NOTHING } from './check.ts'
import { endShape, type EndShape } from './flat-end.ts'
import { describeFace, imagesOf, percent, worstSlices } from './words.ts'

/** Fewer columns show no trend. */
const COLUMNS_MIN = 16
const AREA_SHARE_MAX = 0.4
const COLUMNS_TO_ZERO_MAX = 4
/** Flat where it lies against the chest wall or the other lobe: up to 66 % on the examples. */
const LOBES: ReadonlySet<string> = new Set(['lung', 'lung-upper-lobe', 'lung-lower-lobe'])

export function checkFlatSide({ shape: own, resolved, volume }: MaskContext): CheckResult {
  const { mask, measures, imageSlice } = own
  // Of what the images cut at an end, what they show may be flat anywhere.
  const isCut = measures.onFaces[2].some((count) => count > 0)
  if (resolved.structure?.tapers !== true || LOBES.has(resolved.structure.id) || isCut) return NOTHING
  const counts = planeCounts(mask)
  const evidence: EvidenceDraft[] = []
  const findings: FindingDraft[] = []
  for (const axis of [0, 1] as const) {
    const areas = [...counts[axis]].slice(
      measures.tight.origin[axis] - mask.box.origin[axis],
      measures.tight.origin[axis] - mask.box.origin[axis] + measures.tight.size[axis],
    )
    if (areas.length < COLUMNS_MIN) continue
    for (const [n, end] of (['first', 'last'] as const).entries()) {
      // What reaches the edge of the images may be cut there.
      if ((measures.onFaces[axis][n] ?? 0) > 0) continue
      const shape = endShape(n === 0 ? areas : areas.toReversed())
      const side = describeFace(mask.geometry, axis, end)
      const keys = [`side.${side}.share`, `side.${side}.trend`] as const
      evidence.push(...evidenceOf(shape, keys, `${side} side`))
      if (shape.areaShare <= AREA_SHARE_MAX || shape.slicesToZero <= COLUMNS_TO_ZERO_MAX) continue
      findings.push({
        mode: 'truncated',
        severity: 'major',
        text: `Its ${side} side is cut flat: one plane of voxels there has ${percent(shape.areaShare)} of the largest section, where the structure should round off.`,
        evidence: [...keys],
        ...imagesOf(volume, worstSlices(measures.sliceCounts, measures.tight.origin[2]).map(imageSlice)),
      })
    }
  }
  return { evidence, findings }
}

function evidenceOf(
  { areaShare, slicesToZero }: EndShape,
  [share, trend]: readonly [string, string],
  where: string,
): EvidenceDraft[] {
  const source = 'limit set on complete organs of TotalSegmentator examples'
  return [
    {
      key: share,
      name: 'side area share',
      value: areaShare,
      unit: '1',
      where,
      expected: { low: null, high: AREA_SHARE_MAX, source },
    },
    {
      key: trend,
      name: 'columns to zero area by trend',
      value: slicesToZero,
      unit: '1',
      where,
      expected: { low: null, high: COLUMNS_TO_ZERO_MAX, source },
    },
  ]
}
