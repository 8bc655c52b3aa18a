/**
 * Single slices that do not fit between their neighbours, and sideways steps of the whole outline.
 *
 * Per slice, as a mean displacement of the outline in pixels (voxels over the length of the outline):
 * - loss: voxels that both neighbours have and this slice lacks; 0 for any shape that is convex along the stack;
 * - excess: voxels that neither neighbour has;
 * - step: how far the outline moves sideways from one slice to the next, beyond the steps before and after.
 * A slice that was moved, or taken from elsewhere, has loss and excess, one drawn too small has loss, a spike excess.
 * Neighbours of a bad slice stay clean, so each slice answers for itself.
 *
 * Limits from 1,000 masks by experts and AI (TotalSegmentator, nnU-Net, two raters of head and neck, hippocampus; slices
 * of 0.7 to 5 mm): loss is at most 0.91 pixels and 41 % of what both neighbours have, whatever the structure. Excess and steps have natural
 * causes in what runs within a slice: excess reaches 1.7 pixels in organs and 5.6 in sagittal spines, steps 3.8 in a
 * cord and 8 in a sacrum. They must also stand out from the segment's own slices, and accuse organs and muscles only.
 * First and last slice have one neighbour and are flat-end.ts's; slices beside an empty one are
 * slice-gap.ts's. A whole mask that was moved along the stack keeps its shape: only the images can show that.
 * Shown are the voxels that make up the worst measure: missing for loss, too much for excess.
 */
import type { Severity } from '../domain/evidence.ts'
import type { Mask } from '../domain/geometry.ts'
import type { Structure } from '../domain/knowledge.ts'
import { spacingMm } from '../imaging/geometry.ts'
import { changedVoxels, sliceChanges, type SliceChanges } from '../imaging/slice-changes.ts'
import { median } from '../imaging/stack.ts'
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext } from './check.ts'
import { NOTHING } from './check.ts'
import { counted, describeSlice, figure, imagesOf, percent } from './words.ts'

/** Fewer slices have too few neighbours to compare with. */
const SLICES_MIN = 5
/** Pixels of 1 mm or more. From `minor` on a slice is out of line; from `major` on it needs a new contour. */
const LIMITS = {
  loss: { minor: 1.2, major: 1.5 },
  excess: { minor: 2, major: 2.5 },
  step: { minor: 4.5, major: 5.5 },
} as const
/** Hands tremble by millimetres, not by pixels. */
const PIXEL_MIN_MM = 1
type Measure = keyof typeof LIMITS
const MEASURES: readonly Measure[] = ['loss', 'excess', 'step']
const NAMES: Readonly<Record<Measure, string>> = {
  loss: 'one-slice loss',
  excess: 'one-slice excess',
  step: 'sideways step',
}
/** Displaced by less than this share of its area, a large slice is off by its outline only: a note. */
const MAJOR_SHARE_MIN = 0.1
/** A slice so small that pixels say little is judged by the share it lacks. */
const LOST_SHARE_MAJOR = 0.6
const LOST_SHARE_PIXELS_MIN = 0.75
/** Excess and steps stand out when they exceed the median by this many median absolute deviations. */
const OUTLIER_DEVIATIONS = 9
/** From this share of bad slices on it is a new segmentation, not an edit. */
const CRITICAL_SHARE = 0.2
const SOURCE = 'limit set on 1,000 masks by experts and AI'
const COMPACT_KINDS: ReadonlySet<Structure['kind']> = new Set(['organ', 'muscle'])

/** How far off one slice is, in pixels. */
interface SliceFit {
  /** Slice of the box that was measured. */
  readonly k: number
  readonly loss: number
  readonly excess: number
  readonly step: number
  /** Loss over what both neighbours have, excess over the slice's own area. */
  readonly lossShare: number
  readonly excessShare: number
}
interface Outlier extends SliceFit {
  readonly measure: Measure
  readonly severity: Exclude<Severity, 'critical'>
}

export function checkSliceOutlier({ shape, resolved, volume }: MaskContext): CheckResult {
  const { mask, measures, imageSlice } = shape
  const { tight } = measures
  if (tight.size[2] < SLICES_MIN) return NOTHING
  const spacing = spacingMm(mask.geometry)
  const pixelMm = Math.sqrt(spacing[0] * spacing[1])
  const fits = fitSlices(sliceChanges(mask, tight), Math.min(1, pixelMm / PIXEL_MIN_MM))
  if (fits.length === 0) return NOTHING
  const unitMm = Math.max(pixelMm, PIXEL_MIN_MM)
  const sliceOf = ({ k }: SliceFit): number => tight.origin[2] + k
  const describe = (fit: SliceFit): string => describeSlice(mask.geometry, sliceOf(fit))
  const judged = judgedMeasures(resolved.structure)
  const evidence = MEASURES.map((measure): EvidenceDraft => {
    const worst = fits.reduce((a, b) => (b[measure] > a[measure] ? b : a))
    const expected = { low: null, high: LIMITS[measure].minor * unitMm, source: SOURCE }
    return {
      key: `slice.${measure}`,
      name: NAMES[measure],
      value: worst[measure] * unitMm,
      unit: 'mm',
      where: `mean displacement of the outline, at most at ${describe(worst)}`,
      ...(judged.includes(measure) ? { expected } : {}),
    }
  })
  const outliers = findOutliers(fits, judged).map((one) => capped(one, resolved.structure))
  const [worst] = outliers
  if (worst === undefined) return { evidence, findings: [] }
  const graveCount = outliers.filter(({ severity }) => severity === 'major').length
  const finding: FindingDraft = {
    mode: 'slice-outlier',
    severity: graveCount > CRITICAL_SHARE * tight.size[2] ? 'critical' : worst.severity,
    text: `${describeOutlier(worst, describe(worst), unitMm)}${describeMore(outliers.length - 1)}`,
    evidence: MEASURES.map((measure) => `slice.${measure}`),
    ...imagesOf(
      volume,
      outliers.map((outlier) => imageSlice(sliceOf(outlier))),
    ),
    ...regionOf(worst.measure, (measure) => {
      const slices = outliers.filter((outlier) => outlier.measure === measure).map(sliceOf)
      return changedVoxels(mask, slices, measure === 'loss' ? 'missing' : 'extra')
    }),
  }
  return { evidence, findings: [finding] }
}

/** Of the fault that is worst, wherever it shows. Of a step it is not known which of the two slices is right. */
function regionOf(measure: Measure, voxels: (measure: Measure) => Mask): Pick<FindingDraft, 'region'> {
  if (measure === 'step') return {}
  return { region: { kind: measure === 'loss' ? 'missing' : 'too-much', voxels: () => voxels(measure) } }
}

/** A lesion may change from slice to slice without rule: worth a look, no fault for sure. */
function capped(outlier: Outlier, structure: Structure | null): Outlier {
  return structure?.kind === 'lesion' ? { ...outlier, severity: 'minor' } : outlier
}

/** What is not compact may run within single slices by nature: only its losses count. */
function judgedMeasures(structure: Structure | null): Measure[] {
  const isCompact = structure !== null && COMPACT_KINDS.has(structure.kind)
  return MEASURES.filter((measure) => measure === 'loss' || isCompact)
}

/** Every slice that holds voxels, and so do both its neighbours. Displacements are multiplied by `scale`. */
function fitSlices(changes: SliceChanges, scale: number): SliceFit[] {
  const at = (values: Int32Array, k: number): number => values[k] ?? 0
  const { area, perimeter, extra, shared, missing, gained, lost } = changes
  // Edges of pixels are longer than the outline they stand for: 4 / pi on average over all directions.
  const length = (k: number): number => (at(perimeter, k) * Math.PI) / 4
  // An outline moved by s is displaced by 2 s / pi on average, half of it gained and half of it lost.
  const moved = (k: number): number =>
    at(area, k - 1) === 0 || at(area, k) === 0
      ? 0
      : (Math.PI * Math.min(at(gained, k), at(lost, k))) / ((length(k - 1) + length(k)) / 2)
  const fits: SliceFit[] = []
  for (let k = 1; k < area.length - 1; k++) {
    if (at(area, k - 1) === 0 || at(area, k) === 0 || at(area, k + 1) === 0) continue
    const outline = Math.max(length(k), (length(k - 1) + length(k + 1)) / 2)
    fits.push({
      k,
      loss: (scale * at(missing, k)) / outline,
      excess: (scale * at(extra, k)) / outline,
      step: k === 1 ? 0 : scale * Math.max(0, moved(k) - Math.max(moved(k - 1), moved(k + 1))),
      lossShare: at(missing, k) / Math.max(1, at(shared, k)),
      excessShare: at(extra, k) / at(area, k),
    })
  }
  return fits
}

/** Gravest first, then farthest off. */
function findOutliers(fits: readonly SliceFit[], judged: readonly Measure[]): Outlier[] {
  const usual = { loss: 0, excess: usualLimit(fits, 'excess'), step: usualLimit(fits, 'step') }
  const outliers = fits.flatMap((fit): Outlier[] => {
    const off = judged.filter((measure) => fit[measure] > usual[measure])
    const grave = off.find((measure) => isGrave(fit, measure))
    if (grave !== undefined) return [{ ...fit, measure: grave, severity: 'major' }]
    const slight = off.find((measure) => fit[measure] >= LIMITS[measure].minor)
    return slight === undefined ? [] : [{ ...fit, measure: slight, severity: 'minor' }]
  })
  const gravity = ({ severity }: Outlier): number => (severity === 'major' ? 1 : 0)
  const farness = (outlier: Outlier): number => outlier[outlier.measure] / LIMITS[outlier.measure].minor
  return outliers.toSorted((a, b) => gravity(b) - gravity(a) || farness(b) - farness(a) || a.k - b.k)
}

function isGrave(fit: SliceFit, measure: Measure): boolean {
  const share = { loss: fit.lossShare, excess: fit.excessShare, step: 1 }[measure]
  if (fit[measure] >= LIMITS[measure].major && share >= MAJOR_SHARE_MIN) return true
  return measure === 'loss' && share >= LOST_SHARE_MAJOR && fit.loss >= LOST_SHARE_PIXELS_MIN
}

/** Up to where the segment's own slices go. */
function usualLimit(fits: readonly SliceFit[], measure: Measure): number {
  const values = fits.map((fit) => fit[measure])
  const middle = median(values) ?? 0
  const deviation = median(values.map((value) => Math.abs(value - middle))) ?? 0
  return middle + OUTLIER_DEVIATIONS * deviation
}

function describeOutlier(outlier: Outlier, slice: string, unitMm: number): string {
  const atStart = slice.charAt(0).toUpperCase() + slice.slice(1)
  if (outlier.measure === 'step') {
    return `From the slice before to ${slice} the whole outline steps sideways by about ${figure(outlier.step * unitMm)} mm.`
  }
  const lacks = `it lacks ${percent(outlier.lossShare)} of what both of them hold`
  const holds = `${percent(outlier.excessShare)} of it lies where neither of them has any`
  const what =
    outlier.measure === 'excess'
      ? holds
      : outlier.excessShare > MAJOR_SHARE_MIN
        ? `${lacks}, and ${holds}`
        : lacks
  return `${atStart} does not fit between its neighbours: ${what}.`
}

function describeMore(count: number): string {
  if (count === 0) return ''
  return ` ${counted(count, 'more slice')} ${count === 1 ? 'is' : 'are'} out of line.`
}
