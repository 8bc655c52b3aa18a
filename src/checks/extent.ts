/**
 * Length from the lower to the upper end of the patient, against the range of the knowledge entry. A cut that leaves a
 * rounded end, or a run into the next organ, shows here although the volume may still be plausible.
 */
import type { FindingDraft, CheckResult, MaskContext } from './check.ts'
import type { Mask } from '../domain/geometry.ts'
import { findComponents } from '../imaging/components.ts'
import { extentAlongMm } from '../imaging/extent.ts'
import { beyondRange } from './range.ts'
import { expectationsOf } from './structure.ts'
import { figure, imagesOf } from './words.ts'

const HEADWARDS = [0, 0, 1] as const

export function checkExtent(context: MaskContext): CheckResult {
  const { resolved, volume, shape, measures } = context
  const mm = extentAlongMm(shape.mask, HEADWARDS)
  // What the images cut off cannot be too short.
  const isCut = measures.onFaces.flat().some((count) => count > 0)
  const range = resolved.structure?.extentMm ?? null
  // Without a side both may be in it, one higher than the other.
  const mayBeBoth = resolved.structure?.paired === true && resolved.side === null
  const expected =
    range === null ? null : { ...range, low: isCut ? null : range.low, high: mayBeBoth ? null : range.high }
  const evidence = [
    {
      key: 'extent',
      name: 'craniocaudal extent',
      value: mm,
      unit: 'mm',
      where: isCut ? 'whole segment, which reaches the edge of the grid' : 'whole segment',
      ...(expected === null || (expected.low === null && expected.high === null) ? {} : { expected }),
    },
  ]
  const beyond = expected === null ? null : beyondRange(mm, expected)
  if (expected === null || beyond === null) return { evidence, findings: [] }
  if (beyond.side === 'above' && isLongByIslands(context, beyond.limit)) return { evidence, findings: [] }
  const finding: FindingDraft = {
    mode: 'implausible-extent',
    severity: beyond.severity,
    text: `From lower to upper end it measures ${figure(mm)} mm, ${beyond.side} the plausible ${figure(beyond.limit)} mm (${expected.source}).`,
    evidence: ['extent'],
    ...imagesOf(volume, ends(context)),
  }
  return { evidence, findings: [finding] }
}

/** Is it too long only because of pieces beyond those expected? They are components.ts's. */
function isLongByIslands({ shape, resolved }: MaskContext, limitMm: number): boolean {
  const pieces = expectationsOf(resolved).componentsMax
  return pieces !== null && extentAlongMm(largestPieces(shape.mask, pieces), HEADWARDS) <= limitMm
}

function largestPieces(mask: Mask, pieces: number): Mask {
  const { runs } = findComponents(mask)
  const [columns, rows] = mask.box.size
  const voxels = new Uint8Array(mask.voxels.length)
  for (let run = 0; run < runs.count; run++) {
    if ((runs.label[run] ?? 0) >= pieces) continue
    const from = ((runs.k[run] ?? 0) * rows + (runs.j[run] ?? 0)) * columns
    voxels.fill(1, from + (runs.start[run] ?? 0), from + (runs.end[run] ?? 0) + 1)
  }
  return { ...mask, voxels }
}

/** Both ends along the stack. */
function ends({ shape: { measures, imageSlice } }: MaskContext): number[] {
  const first = measures.tight.origin[2]
  return [imageSlice(first), imageSlice(first + measures.tight.size[2] - 1)]
}
