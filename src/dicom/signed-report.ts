/**
 * The signed report: a new SR that says what the machine's SR says and what a reader makes of it, VERIFIED and FINAL, with
 * the machine's as its predecessor (PS3.3 C.17.2). The machine's is read back from the PACS and copied, never changed.
 */
import type { Case } from '../domain/case.ts'
import { proposedFor } from '../domain/correction.ts'
import { PlumblineError } from '../errors.ts'
import type { GivenReview, StoreItem } from '../ports.ts'
import { decimalString } from './decimal-string.ts'
import { tagOf, type Denaturalized } from './dictionary.ts'
import { isItem, items, text, type Dataset, type Element } from './part10.ts'
import { sopReference } from './patient-study.ts'
import { categoryCode } from './sr-segment.ts'
import type { CodeDictionary } from './sr-codes.ts'
import { contentItems } from './sr-content.ts'
import { DOCUMENTS, writtenAt } from './sr-header.ts'
import type { ReviewModel } from './sr-model.ts'
import type { Templates } from './sr-templates.ts'
import { cleanLine, cleanText } from './sr-text.ts'
import { CHARACTERS_MAX } from './sr-words.ts'
import { deriveUid } from './uid.ts'
import { denaturalize, writeDataset, type NaturalDataset } from './write-part10.ts'

export interface SignedReportInput {
  readonly case: Case
  /** Of one sign-off: one reader, one time. */
  readonly reviews: readonly [GivenReview, ...GivenReview[]]
  /** The machine's report as the PACS holds it. */
  readonly machine: Dataset
}

export interface SignedReportOptions {
  readonly templates: Pick<Templates, 'dictionary' | 'reviewItems'>
  /** Who answers for the reader; '' where none is configured. */
  readonly institution: string
}

/** Bytes of one PN component group, and characters of LO. */
const LINE_MAX = 64
const BLIND = "Scored before the machine's verdict was shown."

/** UIDs derive from the case and the sign-off, the time is that of the sign-off: the same input gives the same bytes. */
export function signedReport(input: SignedReportInput, options: SignedReportOptions): StoreItem {
  const { machine, case: judged } = input
  const sopClassUid = text(machine, 'SOPClassUID')
  if (text(machine, 'StudyInstanceUID') !== judged.studyInstanceUid || sopClassUid === '')
    throw unlike('it belongs to another study')
  const header = denaturalize(headerOf(input, options))
  // The series grows with every sign-off: it has no one date.
  const { [SERIES_DATE]: _date, [SERIES_TIME]: _time, ...kept } = writable(machine)
  const bytes = writeDataset({
    ...kept,
    ...header,
    [EVIDENCE]: { vr: 'SQ', Value: evidenceWithProposal(input) },
    [CONTENT]: { vr: 'SQ', Value: withReviews(machine, input, options) },
  })
  return {
    studyInstanceUid: judged.studyInstanceUid,
    seriesInstanceUid: seriesUidOf(judged),
    sopInstanceUid: instanceUidOf(input),
    sopClassUid,
    bytes,
  }
}

const [SERIES_DATE, SERIES_TIME] = [tagOf('SeriesDate'), tagOf('SeriesTime')]
const CONTENT = tagOf('ContentSequence')
const EVIDENCE = tagOf('CurrentRequestedProcedureEvidenceSequence')
const EVIDENCE_SERIES = tagOf('ReferencedSeriesSequence')

function seriesUidOf({ id }: Case): string {
  return deriveUid(id, `${DOCUMENTS.signed.name} series`)
}

function instanceUidOf({ case: { id }, reviews: [{ signOffId }] }: SignedReportInput): string {
  return deriveUid(id, DOCUMENTS.signed.name, signOffId)
}

/** What differs from the machine's header (PS3.3 C.17.1, C.17.2). */
function headerOf(input: SignedReportInput, { institution }: SignedReportOptions): NaturalDataset {
  const { case: judged, reviews, machine } = input
  const [{ reader, reviewedAt }] = reviews
  const { date, time, offset } = writtenAt(new Date(reviewedAt), text(machine, 'TimezoneOffsetFromUTC'))
  return {
    SeriesInstanceUID: seriesUidOf(judged),
    SeriesNumber: DOCUMENTS.signed.seriesNumber,
    SeriesDescription: DOCUMENTS.signed.seriesDescription,
    SOPInstanceUID: instanceUidOf(input),
    InstanceNumber: '1',
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    ContentDate: date,
    ContentTime: time,
    TimezoneOffsetFromUTC: offset,
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'VERIFIED',
    PreliminaryFlag: 'FINAL',
    VerifyingObserverSequence: [
      {
        VerifyingObserverName: [{ Alphabetic: personName(reader.name) }],
        VerifyingObserverIdentificationCodeSequence: [],
        // Type 1: it cannot be left empty.
        VerifyingOrganization: cleanLine(institution, LINE_MAX) || 'not stated',
        VerificationDateTime: `${date}${time}${offset}`,
      },
    ],
    PredecessorDocumentsSequence: [predecessorOf(machine)],
  }
}

function predecessorOf(machine: Dataset): NaturalDataset {
  return {
    StudyInstanceUID: text(machine, 'StudyInstanceUID'),
    ReferencedSeriesSequence: [
      {
        SeriesInstanceUID: text(machine, 'SeriesInstanceUID'),
        ReferencedSOPSequence: [sopReference(text(machine, 'SOPClassUID'), text(machine, 'SOPInstanceUID'))],
      },
    ],
  }
}

/** The machine's list, and the proposal where the reader decided on it: all that the content names (PS3.3 C.17.2.3). */
function evidenceWithProposal({ machine, case: judged, reviews }: SignedReportInput): Dataset[] {
  const isNamed = reviews.some(({ correction }) => correction !== null)
  const proposal = isNamed ? (judged.correction?.proposal ?? null) : null
  return items(machine, 'CurrentRequestedProcedureEvidenceSequence').map((study) => {
    const own = writable(study)
    if (proposal === null || text(study, 'StudyInstanceUID') !== judged.studyInstanceUid) return own
    const added = denaturalize({
      SeriesInstanceUID: proposal.seriesInstanceUid,
      ReferencedSOPSequence: [sopReference(proposal.sopClassUid, proposal.sopInstanceUid)],
    })
    const series = [...items(study, 'ReferencedSeriesSequence').map(writable), added]
    return { ...own, [EVIDENCE_SERIES]: { vr: 'SQ', Value: series } }
  })
}

/** What separates the parts of a name in DICOM (PS3.5 6.2.1) is none of a name that a person gave. */
function personName(name: string): string {
  return cleanLine(name.replaceAll(/[\\^=]/g, ' '), LINE_MAX)
}

/** The machine's content tree, with the reviews after the codes of its Qualitative Evaluations: row 13, before the texts of row 14. */
function withReviews(machine: Dataset, input: SignedReportInput, options: SignedReportOptions): Dataset[] {
  const { dictionary, reviewItems } = options.templates
  const added = contentItems(reviewItems, reviewModel(input, dictionary)).map(denaturalize)
  const { scheme, value } = dictionary.codes['qualitativeEvaluations'] ?? { scheme: '', value: '' }
  let found = false
  const content = items(machine, 'ContentSequence').map((item) => {
    const concept = items(item, 'ConceptNameCodeSequence')[0] ?? {}
    const isPlace = text(concept, 'CodeValue') === value && text(concept, 'CodingSchemeDesignator') === scheme
    if (!isPlace) return writable(item)
    found = true
    const inside = items(item, 'ContentSequence')
    const firstText = inside.findIndex((one) => text(one, 'ValueType') === 'TEXT')
    const own: Denaturalized[] = inside.map(writable)
    const within = own.toSpliced(firstText < 0 ? inside.length : firstText, 0, ...added)
    return { ...writable(item), [CONTENT]: { vr: 'SQ', Value: within } }
  })
  if (!found) throw unlike('it has no qualitative evaluations')
  return content
}

function unlike(why: string): PlumblineError {
  return new PlumblineError('bad-dicom', `The PACS holds another report than was stored there: ${why}.`, {
    nextStep: 'Look at the verdict report of this case in the PACS.',
  })
}

function reviewModel({ case: judged, reviews }: SignedReportInput, dictionary: CodeDictionary): ReviewModel {
  const { object, segments } = judged
  const reference = (segmentNumber: number | null) => ({
    sopClassUid: object.sopClassUid,
    sopInstanceUid: object.sopInstanceUid,
    segmentNumber,
    frameNumber: null,
  })
  return {
    readerName: personName(reviews[0].reader.name),
    reviews: reviews.map((review) => {
      const { id, segment, verdict, kind, machine, category, reason, comment, blind } = review
      const label = segments.find(({ number }) => number === segment)?.label ?? ''
      return {
        observationUid: deriveUid(judged.id, 'review', id),
        verdict: dictionary.verdicts[verdict],
        kind: dictionary.reviewKinds[kind],
        machineVerdict: dictionary.verdicts[machine.verdict],
        category: categoryCode(category, null, dictionary),
        reason: reason === null ? null : dictionary.reviewReasons[reason],
        correction: decisionOf(review, judged, dictionary),
        comment: cleanText(comment, CHARACTERS_MAX.sentence) || null,
        blind: blind ? BLIND : null,
        segmentName: segment === null ? null : cleanText(`${segment}: ${label}`, CHARACTERS_MAX.trackingId),
        segment: segment === null || object.modality === 'RTSTRUCT' ? null : reference(segment),
        roi:
          segment === null || object.modality === 'SEG'
            ? null
            : { reference: reference(null), number: String(segment) },
      }
    }),
  }
}

/** Null where the reader said nothing of a proposal. */
function decisionOf(
  { segment, correction }: GivenReview,
  judged: Case,
  dictionary: CodeDictionary,
): ReviewModel['reviews'][number]['correction'] {
  const proposed = proposedFor(judged.correction, segment)
  if (correction === null || proposed === null) return null
  const { sopClassUid, sopInstanceUid } = proposed.proposal
  return {
    decision: dictionary.correctionDecisions[correction],
    proposal: {
      sopClassUid,
      sopInstanceUid,
      segmentNumber: proposed.segment.proposedNumber,
      frameNumber: null,
    },
  }
}

/** As read to as written: numbers that DICOM has as text become text, group lengths (PS3.5 7.2) are left out. */
function writable(dataset: Dataset): Record<string, Element> {
  return Object.fromEntries(
    Object.entries(dataset).flatMap(([tag, element]) =>
      element === undefined || tag.endsWith('0000') ? [] : [[tag, writableElement(element)]],
    ),
  )
}

function writableElement({ vr, Value }: Element): Element {
  if (vr === 'SQ') return { vr, Value: Value.filter(isItem).map(writable) }
  if (vr === 'DS')
    return { vr, Value: Value.map((value) => (typeof value === 'number' ? decimalString(value) : value)) }
  if (vr === 'IS') return { vr, Value: Value.map(String) }
  return { vr, Value }
}
