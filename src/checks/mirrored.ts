/**
 * Is the whole object mirrored: head to feet, front to back or left to right? Its voxels were stored in the wrong order
 * of rows, columns or slices, or with the wrong orientation, while each mask still looks well. It shows in the places of
 * the segments relative to each other, so it takes at least three segments that are known and shown whole. An object
 * with fewer cannot be judged here; nor can a patient with situs inversus be told from a mirrored object.
 */
import type { CheckResult, EvidenceDraft, MaskContext } from './check.ts'
import { NOTHING } from './check.ts'
import { describeNeighbour, membersOf } from './neighbours.ts'
import {
  involves,
  MIRRORED_SHARE_MIN,
  mirroredAxes,
  partnerIn,
  placeOf,
  type Axis,
  type MirroredAxis,
} from './relations.ts'
import { figure, imagesOf, worstSlices } from './words.ts'

const NAMES: Readonly<Record<Axis, string>> = {
  superior: 'head to feet',
  anterior: 'front to back',
  left: 'left to right',
}

/** Reported on the segments whose own place is reversed. */
export function checkMirrored(context: MaskContext): CheckResult {
  const { number, measures, volume } = context
  const mirrored = mirroredAxes(membersOf(context)).filter(({ violated }) =>
    violated.some((one) => involves(one, number)),
  )
  if (mirrored.length === 0) return NOTHING
  const text = `The whole object looks mirrored ${mirrored.map(({ axis }) => NAMES[axis]).join(' and ')}: ${mirrored
    .map((one) => tell(one, number))
    .join('; ')}.`
  return {
    evidence: mirrored.map(asEvidence),
    findings: [
      {
        mode: 'mirrored',
        severity: 'critical',
        text,
        evidence: mirrored.map(({ axis }) => `mirrored.${axis}`),
        ...imagesOf(volume, worstSlices(measures.sliceCounts, measures.tight.origin[2])),
      },
    ],
  }
}

/** How many are reversed, and the clearest one of this segment. */
function tell({ violated, clear }: MirroredAxis, number: number): string {
  const [own] = violated.filter((one) => involves(one, number)).toSorted((a, b) => a.mm - b.mm)
  const share = `${violated.length} of ${clear} places relative to another segment are reversed`
  if (own === undefined) return share
  const { mm, words } = placeOf(own, number)
  return `${share}, and this one lies ${figure(Math.abs(mm))} mm ${words} ${describeNeighbour(partnerIn(own, number))}`
}

function asEvidence({ axis, violated, clear }: MirroredAxis): EvidenceDraft {
  return {
    key: `mirrored.${axis}`,
    name: 'share of reversed places',
    value: violated.length / clear,
    unit: '1',
    where: `${clear} pairs of segments, ${NAMES[axis]}`,
    expected: {
      low: 0,
      high: MIRRORED_SHARE_MIN,
      source: 'orders in config/knowledge and the sides claimed',
    },
  }
}
