/**
 * Measures and checks every segment of one object against its images, in two steps that may run in different threads:
 * reading and placing (once), and the checks (segment by segment, in any number of threads). No I/O.
 */
import { runChecks } from '../checks/index.ts'
import type { ObjectContext, SegmentInput, Sibling } from '../checks/check.ts'
import { resolveStructure } from '../checks/structure.ts'
import type { Finding } from '../domain/evidence.ts'
import type { Volume } from '../domain/geometry.ts'
import type { Knowledge } from '../domain/knowledge.ts'
import type { Policy } from '../domain/policy.ts'
import { readVolume } from '../dicom/image.ts'
import type { ReadLimits } from '../dicom/limits.ts'
import { findBody, type Body } from '../imaging/body.ts'
import { measureMask } from '../imaging/measure.ts'
import type { AssessedSegment, AssessInput } from '../ports.ts'
import { anchorOf } from './anchor.ts'
import { placeAll, type Placed } from './place.ts'

export interface AssessOptions {
  readonly knowledge: Knowledge
  readonly policy: Policy
  readonly limits: ReadLimits
}

/** All that the checks need. Voxels are shared memory, so that handing it to another thread copies none of them. */
export interface Prepared {
  readonly object: ObjectContext
  readonly volume: Volume | null
  readonly body: Body | null
  readonly placed: readonly Placed[]
}

/** Reads the images and puts every segment on their grid. Throws what `readVolume` throws, and 'limit-exceeded'. */
export async function prepareAssessment(
  { segmentation, images, location }: AssessInput,
  { limits }: AssessOptions,
): Promise<Prepared> {
  const named = new Set(segmentation.references.flatMap(({ sopInstanceUids }) => sopInstanceUids))
  const volume = images.length === 0 ? null : await readVolume(images, limits, named)
  const { patientId, studyInstanceUid, frameOfReferenceUid, references } = segmentation
  return {
    object: {
      segmentation: { patientId, studyInstanceUid, frameOfReferenceUid, references },
      source: location.series,
      sourceNote: location.note,
      missingInstances: location.missingInstances,
      seriesProblems: volume?.problems ?? [],
    },
    volume,
    body: volume === null ? null : findBody(volume),
    placed: placeAll(segmentation.segments, volume, limits),
  }
}

/** Checks the segments with these numbers, or all; in the order of the object. */
export function checkPrepared(
  prepared: Prepared,
  { knowledge, policy }: Pick<AssessOptions, 'knowledge' | 'policy'>,
  wanted: ReadonlySet<number> | null = null,
): AssessedSegment[] {
  const { object, volume, body, placed } = prepared
  const claimed = placed.map((one) => {
    const resolved = resolveStructure(one.segment, knowledge)
    return { ...one, resolved, measures: one.mask === null ? null : measureMask(one.mask) }
  })
  const holding = claimed.flatMap(({ segment: { number }, resolved, mask, measures }): Sibling[] =>
    mask === null || measures === null ? [] : [{ number, resolved, mask, measures }],
  )
  return claimed
    .filter(({ segment }) => wanted === null || wanted.has(segment.number))
    .map(({ segment, notAssessable, problems, ...own }): AssessedSegment => {
      const { mask, resolved } = own
      const { number, label, code, laterality } = segment
      const input: SegmentInput = {
        ...own,
        object,
        number,
        volume,
        body,
        siblings: holding.filter((other) => other.number !== number),
        seconds: [],
        shapeProblems: problems,
        policy,
      }
      const { evidence, findings } = runChecks(input)
      return {
        number,
        label,
        code,
        laterality: resolved.side ?? laterality,
        structure: resolved.structure?.id ?? null,
        evidence,
        findings,
        notAssessable,
        anchor: mask === null || volume === null ? null : anchorOf(mask, volume, worstInstance(findings)),
      }
    })
}

function worstInstance(findings: readonly Finding[]): string | null {
  return findings.find(({ instances }) => instances.length > 0)?.instances[0] ?? null
}
