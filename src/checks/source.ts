/**
 * Are the images it was made from there, all of them?
 * Missing images say nothing against the mask, hence minor; decide.ts sends it to a person all the same.
 */
import type { CheckResult, FindingDraft, ObjectContext } from './check.ts'
import { counted } from './words.ts'

const NONE_FOUND =
  'Images that were copied or de-identified under new UIDs look like this: check that these are the images it was drawn on.'

export function checkSource({
  segmentation,
  source,
  sourceNote,
  missingInstances,
  seriesProblems,
}: ObjectContext): CheckResult {
  const named = new Set(segmentation.references.flatMap(({ sopInstanceUids }) => sopInstanceUids)).size
  const missing = missingInstances.length
  const gaps = seriesProblems.filter(({ kind }) => kind === 'missing-slices')
  const missingSlices = new Set(gaps.flatMap(({ affected }) => affected)).size
  const findings: FindingDraft[] = []
  if (source === null) {
    findings.push(
      finding(
        'source-missing',
        'The images it was made from are not in the archive: nothing could be compared with an image.',
        'source.images',
      ),
    )
  } else if (missing > 0) {
    findings.push(
      finding(
        'source-incomplete',
        missing < named
          ? `${missing} of the ${counted(named, 'image')} it refers to ${missing === 1 ? 'is' : 'are'} not in the archive.`
          : `${sourceNote} ${NONE_FOUND}`,
        'source.missing',
      ),
    )
  }
  for (const { text } of gaps)
    findings.push(finding('source-incomplete', `The image series has gaps: ${text}`, 'source.gaps'))
  const none = { low: 0, high: 0, source: 'DICOM PS3.3 C.8.20.2, C.8.8.5' }
  return {
    evidence: [
      {
        key: 'source.images',
        name: 'source images found',
        value: source?.instances.length ?? 0,
        unit: '1',
        where: 'image series',
      },
      {
        key: 'source.missing',
        name: 'referenced images missing',
        value: missing,
        unit: '1',
        where: `of ${counted(named, 'referenced image')}`,
        expected: none,
      },
      {
        key: 'source.gaps',
        name: 'slices missing in the image series',
        value: missingSlices,
        unit: '1',
        where: 'image series',
        expected: none,
      },
    ],
    findings,
  }
}

function finding(mode: FindingDraft['mode'], text: string, evidence: string): FindingDraft {
  return { mode, severity: 'minor', text, evidence: [evidence], instances: [] }
}
