/**
 * Does the segmentation use the images' frame of reference, and do the images form a stack one can measure on?
 * `geometry-unverified` says nothing against the mask, hence minor; decide.ts sends it to a person all the same.
 */
import type { SeriesProblem } from '../domain/geometry.ts'
import type { CheckResult, FindingDraft, ObjectContext } from './check.ts'
import { NOTHING } from './check.ts'
import { counted } from './words.ts'

/** Faults of the stack that leave open where a slice lies or which image it is. */
const DOUBTFUL: readonly SeriesProblem['kind'][] = ['irregular-spacing', 'duplicate-slices', 'mixed-series']

export function checkFrameOfReference({ segmentation, source, seriesProblems }: ObjectContext): CheckResult {
  if (source === null) return NOTHING
  const ours = segmentation.frameOfReferenceUid
  const theirs = source.frameOfReferenceUid
  const known = ours !== null && theirs !== null
  const doubtful = seriesProblems.filter(({ kind }) => DOUBTFUL.includes(kind))
  const findings: FindingDraft[] = []
  if (!known) {
    const which =
      ours === null
        ? theirs === null
          ? 'Neither the segmentation nor the images name'
          : 'The segmentation does not name'
        : 'The images do not name'
    findings.push(
      unverified(
        `${which} a frame of reference, so it is not certain that the mask lies where it was drawn.`,
        'frame.match',
      ),
    )
  } else if (ours !== theirs) {
    findings.push({
      mode: 'frame-of-reference-mismatch',
      severity: 'critical',
      text: 'The segmentation and the images use different frames of reference: their coordinates do not mean the same place, and the mask must not be laid over these images.',
      evidence: ['frame.match'],
      instances: [],
    })
  }
  for (const { text } of doubtful)
    findings.push(unverified(`The image series is not a clean stack: ${text}`, 'frame.stack'))
  return {
    evidence: [
      {
        key: 'frame.match',
        name: 'frame of reference match',
        value: known && ours === theirs ? 1 : 0,
        unit: '1',
        where: known ? 'header of the object against header of the images' : 'not stated by both',
        expected: { low: 1, high: 1, source: 'DICOM PS3.3 C.7.4.1' },
      },
      {
        key: 'frame.stack',
        name: 'faults of the image stack',
        value: doubtful.length,
        unit: '1',
        where: counted(source.instances.length, 'image'),
        expected: { low: 0, high: 0, source: 'DICOM PS3.3 C.7.6.2' },
      },
    ],
    findings,
  }
}

function unverified(text: string, evidence: string): FindingDraft {
  return { mode: 'geometry-unverified', severity: 'minor', text, evidence: [evidence], instances: [] }
}
