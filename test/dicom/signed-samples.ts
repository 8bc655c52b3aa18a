/** Sign-offs that a signed report must be able to say, on the judged cases of sr-samples.ts. */
import { proposedFor } from '../../src/domain/correction.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import { signedReport, type SignedReportInput } from '../../src/dicom/signed-report.ts'
import { createReportWriter, type SrSopClass } from '../../src/dicom/sr.ts'
import { loadTemplates } from '../../src/dicom/sr-templates.ts'
import type { GivenReview, ReportInput, StoreItem } from '../../src/ports.ts'
import { DEVICE } from './sr-samples.ts'

const templates = loadTemplates(new URL('../../dicom-templates', import.meta.url).pathname)

export const WHOLE: GivenReview = {
  id: 'r1',
  signOffId: 's1',
  caseId: 'case',
  segment: null,
  reader: { id: 'oidc:7', name: 'Jürgen Müller-Östlund' },
  kind: 'override',
  verdict: 'accept',
  category: 4,
  reason: 'fault-harmless',
  comment: 'Gut genug \\ 肝臓 ok.\nSecond line.',
  correction: null,
  blind: false,
  elapsedMs: 61_000,
  machine: { verdict: 'reject', score: 2 },
  reviewedAt: '2026-03-04T06:00:00.500Z',
}

/** The whole object and every segment of it, blind where the number is even. */
export function signOffOf({ case: judged }: ReportInput): SignedReportInput['reviews'] {
  const segments = judged.segments.map(({ number, verdict, score }) => ({
    ...WHOLE,
    id: `r-${number}`,
    segment: number,
    kind: 'agree' as const,
    verdict: 'reject' as const,
    category: null,
    reason: null,
    correction: proposedFor(judged.correction, number) === null ? null : ('taken' as const),
    comment: '',
    blind: number % 2 === 0,
    machine: { verdict, score },
  }))
  return [WHOLE, ...segments]
}

/** The machine's report, written and read back, and the signed one on top of it. */
export function signed(
  input: ReportInput,
  sopClass: SrSopClass,
  reviews = signOffOf(input),
): {
  machine: StoreItem
  item: StoreItem
} {
  const [machine] = createReportWriter({ templates, device: DEVICE, sopClass }).verdictReports(input)
  if (machine === undefined) throw new Error('no report was written')
  const item = signedReport(
    { case: input.case, reviews, machine: readPart10(machine.bytes).dataset },
    { templates, institution: 'Example Hospital' },
  )
  return { machine, item }
}
