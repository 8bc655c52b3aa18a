/**
 * A part of the mask that belongs to the neighbour: other values than the core, compact, and going on outside of the
 * mask with the same values. So the edge of the image lies between it and the core, not around it; a tumour at the
 * surface of an organ, which is to be inside, ends where the mask ends. Judged only where the core is homogeneous
 * against the values of the part, and for structures with a sharp boundary: the zones of a prostate differ as much from
 * each other as from what lies around them. A neighbour swallowed whole ends with the mask as well: overlap and volume see that.
 * Shown as too much is the part in cells of 2 mm, as it was judged: its border is that coarse.
 */
import type { CheckResult, EvidenceDraft, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import type { Structure } from '../domain/knowledge.ts'
import { findBulge, type Bulge } from '../imaging/bulge.ts'
import { describeSlice, figure, imagesOf, percent } from './words.ts'

/** Share of the mask from which on it is worth telling, and from which on the mask needs correction. */
const SHARE_MINOR = 0.02
const SHARE_MAJOR = 0.05
/** A tube is all surface: drawn 2 mm beside its place, 8 % of it lies outside. */
const SHARE_MAJOR_VESSEL = 0.15
/** Share of the voxels just outside that go on with the bulge's values. */
const GOES_ON_MIN = 0.3
/** Difference of the medians in standard deviations of the core. */
const CONTRAST_MIN = 4

export function checkLeakage({ mask, resolved, shape, volume }: VolumeContext): CheckResult {
  // Lesions and regions are meant to hold whatever lies there.
  const kind = resolved.structure?.kind
  if (kind === 'lesion' || kind === 'region') return NOTHING
  const bulge = findBulge(mask, volume)
  if (bulge === null) return NOTHING
  const [worst] = bulge.slices
  const where = worst === undefined ? 'whole segment' : `most in ${describeSlice(mask.geometry, worst)}`
  const evidence = evidenceOf(bulge, where)
  const isLeak =
    resolved.structure?.boundary === 'sharp' &&
    worst !== undefined &&
    bulge.share >= SHARE_MINOR &&
    bulge.goesOnShare >= GOES_ON_MIN &&
    bulge.contrast >= CONTRAST_MIN
  if (!isLeak) return { evidence, findings: [] }
  return {
    evidence,
    findings: [
      {
        mode: 'leakage',
        // Muscle has fat between its fibres, which goes on around it.
        severity: bulge.share >= shareMajor(kind) && kind !== 'muscle' ? 'major' : 'minor',
        text: `${percent(bulge.share)} of the segment (${figure(bulge.share * shape.volumeCm3)} cm3), ${where}, has other values than the rest and goes on outside: it leaks into a neighbour.`,
        evidence: ['leak.share', 'leak.goes-on', 'leak.contrast'],
        ...imagesOf(volume, bulge.slices),
        region: { kind: 'too-much', voxels: bulge.voxels },
      },
    ],
  }
}

function shareMajor(kind: Structure['kind'] | undefined): number {
  return kind === 'vessel' ? SHARE_MAJOR_VESSEL : SHARE_MAJOR
}

function evidenceOf({ share, goesOnShare, contrast }: Bulge, where: string): EvidenceDraft[] {
  const source = 'limit set on real masks of AI and experts'
  return [
    {
      key: 'leak.share',
      name: 'share of the largest part with other values',
      value: share,
      unit: '1',
      where,
      expected: { low: null, high: SHARE_MINOR, source },
    },
    {
      key: 'leak.goes-on',
      name: 'share of its surroundings with its values',
      value: goesOnShare,
      unit: '1',
      where,
    },
    {
      key: 'leak.contrast',
      name: "its contrast to the core over the core's spread",
      value: contrast,
      unit: '1',
      where,
    },
  ]
}
