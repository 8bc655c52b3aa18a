/**
 * Form in numbers: length along the main axis, elongation, and how well its ellipsoid (the one with the same moments)
 * is filled: about 1 for an ovoid organ, less for what bends, branches or lies in pieces. Elongation is held against the
 * knowledge entry: a mask that leaks along a vessel, or holds half of an organ, changes its form before its volume.
 */
import type { CheckResult, EvidenceDraft, FindingDraft, MaskContext } from './check.ts'
import { extentAlongMm } from '../imaging/extent.ts'
import { voxelVolumeMm3 } from '../imaging/geometry.ts'
import { momentsOf, type Moments } from '../imaging/moments.ts'
import { NOTHING } from './check.ts'
import { beyondRange } from './range.ts'
import { figure, imagesOf, worstSlices } from './words.ts'

/** Along fewer voxels standard deviations say more about the grid than about the structure. */
const VOXELS_ACROSS_MIN = 4

export function checkElongation({ resolved, volume, shape, measures }: MaskContext): CheckResult {
  const { mask, measures: own, imageSlice } = shape
  const moments = momentsOf(mask)
  if (moments === null) return NOTHING
  const length: EvidenceDraft = {
    key: 'form.length',
    name: 'length along the main axis',
    value: extentAlongMm(mask, moments.axes[0]),
    unit: 'mm',
    where: 'whole segment',
  }
  if (own.tight.size.some((voxels) => voxels < VOXELS_ACROSS_MIN)) return { evidence: [length], findings: [] }
  const elongation = Math.sqrt(moments.variancesMm2[0] / moments.variancesMm2[1])
  // What the images cut has another form, and so have two sides in one segment.
  const isCut = measures.onFaces.flat().some((count) => count > 0)
  const mayBeBoth = resolved.structure?.paired === true && resolved.side === null
  const expected = isCut || mayBeBoth ? null : (resolved.structure?.elongation ?? null)
  const evidence: EvidenceDraft[] = [
    length,
    {
      key: 'form.elongation',
      name: 'elongation',
      value: elongation,
      unit: '1',
      where: 'largest over middle principal standard deviation',
      ...(expected === null ? {} : { expected }),
    },
    {
      key: 'form.fill',
      name: 'fill of its ellipsoid',
      value: (own.voxelCount * voxelVolumeMm3(mask.geometry)) / ellipsoidMm3(moments),
      unit: '1',
      where: 'volume over that of the ellipsoid with the same moments',
    },
  ]
  const beyond = expected === null ? null : beyondRange(elongation, expected)
  if (expected === null || beyond === null) return { evidence, findings: [] }
  const slices = worstSlices(own.sliceCounts, own.tight.origin[2]).map(imageSlice)
  const finding: FindingDraft = {
    mode: 'implausible-shape',
    severity: beyond.severity,
    text: `It is ${figure(elongation)} times as long as broad, ${beyond.side} the plausible ${figure(beyond.limit)} (${expected.source}): part of it may be missing, or it runs into something else.`,
    evidence: ['form.elongation'],
    ...imagesOf(volume, slices),
  }
  return { evidence, findings: [finding] }
}

/** An ellipsoid's variance along an axis is a fifth of the square of its radius there. */
function ellipsoidMm3({ variancesMm2: [a, b, c] }: Moments): number {
  return (4 / 3) * Math.PI * Math.sqrt(5 * a * 5 * b * 5 * c)
}
