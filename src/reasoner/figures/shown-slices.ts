/** Which slices of a segment a reader must see to judge it. */
import type { Finding } from '../../domain/evidence.ts'
import type { Volume } from '../../domain/geometry.ts'
import type { MaskMeasures } from '../../imaging/measure.ts'

export interface ShownSlice {
  /** Index of the volume's grid. */
  readonly k: number
  /** Why it is shown, for a caption: `largest area`. */
  readonly why: string
}

/** The second slice beyond an end is shown as well where slices are nearer to each other than this. */
const THIN_SLICE_MM = 3
export const SHOWN_SLICES_MAX = 12

export interface SliceQuestion {
  readonly volume: Pick<Volume, 'geometry' | 'instances' | 'frames'>
  readonly measures: Pick<MaskMeasures, 'tight' | 'sliceCounts'>
  readonly findings: readonly Finding[]
  /** Slices of the highest response outside of the segment. */
  readonly response: readonly number[]
  readonly sliceSpacingMm: number
  /** Which side of the patient the first and the last slice lie at. */
  readonly ends: readonly [first: string, last: string]
}

/** Each slice once, under the first reason that names it; in the order of the stack. */
export function shownSlices(question: SliceQuestion): ShownSlice[] {
  const slices = question.volume.geometry.size[2]
  const chosen = new Map<number, string>()
  for (const { k, why } of wanted(question)) {
    if (k < 0 || k >= slices || chosen.size >= SHOWN_SLICES_MAX) continue
    if (!chosen.has(k)) chosen.set(k, why)
  }
  return [...chosen].map(([k, why]) => ({ k, why })).toSorted((one, other) => one.k - other.k)
}

/** Most important first. */
function wanted({ volume, measures, findings, response, sliceSpacingMm, ends }: SliceQuestion): ShownSlice[] {
  const { tight, sliceCounts } = measures
  const [first, last] = [tight.origin[2], tight.origin[2] + tight.size[2] - 1]
  const largest = first + sliceCounts.indexOf(Math.max(...sliceCounts))
  const worst = worstSlice(volume, findings)
  const quartile = (quarters: number): ShownSlice => {
    return { k: Math.round(first + (quarters / 4) * (last - first)), why: `${quarters}/4 of the way through` }
  }
  const beyond = (count: number): ShownSlice[] => [
    { k: first - count, why: `${count} beyond ${ends[0]} end` },
    { k: last + count, why: `${count} beyond ${ends[1]} end` },
  ]
  return [
    { k: largest, why: 'largest area' },
    ...(worst === null ? [] : [{ k: worst, why: 'worst finding' }]),
    { k: first, why: `${ends[0]} end` },
    { k: last, why: `${ends[1]} end` },
    ...beyond(1),
    ...response.map((k) => ({ k, why: 'highest response outside' })),
    quartile(1),
    quartile(3),
    quartile(2),
    ...(sliceSpacingMm < THIN_SLICE_MM ? beyond(2) : []),
  ]
}

/** The first image of the first finding that has one: findings come gravest first. */
export function worstSlice(
  { instances, frames }: Pick<Volume, 'instances' | 'frames'>,
  findings: readonly Finding[],
): number | null {
  const worst = findings.find((finding) => finding.instances.length > 0)
  const frame = worst?.frames?.[0] ?? null
  const k = instances.findIndex(
    (uid, at) => uid !== null && uid === worst?.instances[0] && (frames?.[at] ?? null) === frame,
  )
  return k < 0 ? null : k
}
