/** What a report says of one segment. */
import type { SegmentResult } from '../domain/case.ts'
import type { Code } from '../domain/code.ts'
import type { SegmentCorrection } from '../domain/correction.ts'
import type { Finding } from '../domain/evidence.ts'
import { CATEGORY_OF_SCORE, type Category, type Score } from '../domain/opinion.ts'
import type { Segment } from '../domain/segmentation.ts'
import type { ReportInput } from '../ports.ts'
import { evidenceCode, hasTerm, TARGET_VALUES, unitCode, type CodeDictionary } from './sr-codes.ts'
import type { Algorithm, Measurement, Reference, SegmentReport } from './sr-model.ts'
import { cleanText } from './sr-text.ts'
import {
  CHARACTERS_MAX,
  correctionTexts,
  evidenceText,
  findingText,
  opinionTexts,
  sentences,
  SUB_SCORES,
  targetText,
} from './sr-words.ts'
import { deriveUid, isUid } from './uid.ts'

/** The first ones are the worst. */
const IMAGES_PER_FINDING_MAX = 5

/** (91723000, SCT, Anatomical Structure), and the codes it had before. */
const ANATOMICAL_STRUCTURE = ['91723000', '123037004', 'T-D000A']

export interface SegmentContext {
  readonly input: ReportInput
  readonly dictionary: CodeDictionary
  /** The source images by SOP Instance UID. What is not among them cannot be referred to: its SOP class is unknown. */
  readonly images: ReadonlyMap<string, Reference>
}

/** What is said of one segment. */
export function segmentReport(result: SegmentResult, context: SegmentContext): SegmentReport {
  const { input, dictionary } = context
  const segment = input.segmentation.segments.find(({ number }) => number === result.number) ?? null
  const correction = input.case.correction?.segments.find(({ number }) => number === result.number) ?? null
  return {
    name: nameOf(result, input.case.object.modality),
    ...trackingOf(result, segment, input),
    ...regionOf(result.number, input),
    category: usable(segment?.category ?? null),
    finding: usable(result.code) ?? dictionary.segmentOfUnknownType,
    ...siteOf(result, segment, dictionary),
    algorithm: measurementAlgorithm(input),
    measurements: [...measurementsOf(result, context), ...correctionMeasurements(correction, dictionary)],
    verdict: dictionary.verdicts[result.verdict],
    qualityCategory: categoryCode(result.score, result.category, dictionary),
    target: dictionary.targetStatus[result.target.status],
    findings: result.findings.map((finding) => findingOf(finding, context)),
    reasons: sentences(result.reasons),
    corrections: sentences(
      correction === null ? [] : correctionTexts(correction, input.case.correction?.proposal ?? null),
    ),
    evidenceTexts: sentences([...result.evidence.map(evidenceText), targetText(result.target)]),
    ...opinionTexts(result.opinion, dictionary),
    anchor: anchorOf(result.number, context),
  }
}

function regionOf(
  number: number,
  input: ReportInput,
): Pick<SegmentReport, 'segment' | 'sourceSeriesUid' | 'roi'> {
  const named = input.segmentation.references.flatMap(({ seriesInstanceUid }) => seriesInstanceUid ?? [])
  const sourceSeriesUid = input.source?.seriesInstanceUid ?? named.find(isUid) ?? null
  if (input.case.object.modality === 'SEG') {
    return { segment: objectReference(input, number), sourceSeriesUid, roi: null }
  }
  return {
    segment: null,
    sourceSeriesUid,
    roi: { reference: objectReference(input, null), number: String(number) },
  }
}

function objectReference({ case: { object } }: ReportInput, segmentNumber: number | null): Reference {
  const { sopClassUid, sopInstanceUid } = object
  return { sopClassUid, sopInstanceUid, segmentNumber, frameNumber: null }
}

/** The tracking identifiers of the object are kept: they tie its segment, our groups and later reports together. */
function trackingOf(result: SegmentResult, segment: Segment | null, { case: { id, object } }: ReportInput) {
  const number = String(result.number)
  const uid = segment?.trackingUid ?? ''
  return {
    observationUid: deriveUid(id, 'observation', number),
    trackingId:
      cleanText(segment?.trackingId ?? '', CHARACTERS_MAX.trackingId) || nameOf(result, object.modality),
    trackingUid: isUid(uid) ? uid : deriveUid(object.sopInstanceUid, 'tracking', number),
  }
}

/** As a tracking identifier, where the object has none: it tells segments apart. */
function nameOf({ number, label }: SegmentResult, modality: 'SEG' | 'RTSTRUCT'): string {
  const noun = modality === 'SEG' ? 'Segment' : 'ROI'
  return cleanText(`${noun} ${number}: ${label}`, CHARACTERS_MAX.trackingId).replace(/:$/, '')
}

/** The region as the object says, else the structure itself where it is anatomy. */
function siteOf(result: SegmentResult, segment: Segment | null, { lateralities }: CodeDictionary) {
  const category = segment?.category ?? null
  const isAnatomy = category !== null && ANATOMICAL_STRUCTURE.includes(category.value)
  const site = usable(segment?.anatomicRegion ?? null) ?? (isAnatomy ? usable(result.code) : null)
  const { laterality } = result
  const side = laterality === null || laterality === 'unpaired' ? null : lateralities[laterality]
  return site === null
    ? { site, siteLaterality: null, laterality: side }
    : { site, siteLaterality: side, laterality: null }
}

function usable(code: Code | null): Code | null {
  return code === null || code.value.trim() === '' || code.scheme.trim() === '' ? null : code
}

function measurementAlgorithm({ case: { provenance } }: ReportInput): Algorithm {
  return { name: 'Plumbline measurements', version: provenance.version, parameters: [] }
}

function anchorOf(number: number, { input, images }: SegmentContext): SegmentReport['anchor'] {
  const anchor = input.anchors.get(number)
  const image = anchor === undefined ? undefined : images.get(anchor.sopInstanceUid)
  if (anchor === undefined || image === undefined) return null
  return { image: { ...image, frameNumber: anchor.frameNumber }, point: anchor.columnRow }
}

/**
 * Evidence that has a term of its own or that a finding rests on, target match, score and sub-scores, as far as there
 * are any; the score and what findings rest on come first, because viewers write the first few into the image. All evidence is in the text (`evidenceTexts`): as numbers under one generic code it would bury the others.
 */
function measurementsOf(result: SegmentResult, { input, dictionary }: SegmentContext): Measurement[] {
  const { opinion, score, target } = result
  const behind = new Set(result.findings.flatMap((finding) => finding.evidence))
  const evidence = result.evidence.filter(({ id, name }) => behind.has(id) || hasTerm(name, dictionary))
  const one = unitCode('1', dictionary)
  const reasoner =
    opinion === null
      ? null
      : { name: opinion.reasoner, version: input.case.provenance.version, parameters: [] }
  const said = (concept: Code, value: number | null | undefined): Measurement[] =>
    value === null || value === undefined ? [] : [{ concept, value, unit: one, algorithm: reasoner }]
  const measured = (name: (typeof TARGET_VALUES)[number]): Measurement[] =>
    said(dictionary.targetValues[name], target[name]).map((value) => ({ ...value, algorithm: null }))
  const ordered = [
    ...evidence.filter(({ id }) => behind.has(id)),
    ...evidence.filter(({ id }) => !behind.has(id)),
  ]
  return [
    ...said(dictionary.score, score),
    ...ordered.map(({ name, value, unit }) => ({
      concept: evidenceCode(name, dictionary),
      value,
      unit: unitCode(unit, dictionary),
      algorithm: null,
    })),
    ...TARGET_VALUES.flatMap(measured),
    ...SUB_SCORES.flatMap((name) =>
      said(dictionary.subScores[name], opinion?.clinicalSynthesis.subScores[name]),
    ),
  ]
}

/** As far as there are any: the mean over the samples of the pseudo ground truth. */
function correctionMeasurements(
  correction: SegmentCorrection | null,
  dictionary: CodeDictionary,
): Measurement[] {
  if (correction?.before == null || correction.after === null) return []
  const { before, after, iterations, volumeChangeCm3, addedPathMm } = correction
  const terms = dictionary.correctionValues
  const algorithm = { name: correction.model ?? '', version: '1', parameters: [] }
  const rows = [
    [terms.before, before.mean, '1'],
    [terms.after, after.mean, '1'],
    [terms.iterations, iterations, '1'],
    [terms.volumeChangeCm3, volumeChangeCm3, 'cm3'],
    [terms.addedPathMm, addedPathMm, 'mm'],
  ] as const
  return rows.flatMap(([concept, value, unit]) =>
    value === null ? [] : [{ concept, value, unit: unitCode(unit, dictionary), algorithm }],
  )
}

/** A category as coded; from the score where only that is known. */
export function categoryCode(
  score: Score | null,
  category: Category | null,
  { categories }: CodeDictionary,
): Code | null {
  if (category !== null) return categories[category]
  return score === null ? null : categories[CATEGORY_OF_SCORE[score]]
}

function findingOf(
  finding: Finding,
  { dictionary, images }: SegmentContext,
): SegmentReport['findings'][number] {
  const imageAt = (uid: string, n: number): Reference[] => {
    const image = images.get(uid)
    return image === undefined ? [] : [{ ...image, frameNumber: finding.frames?.[n] ?? null }]
  }
  return {
    mode: dictionary.failureModes[finding.mode],
    severity: dictionary.severities[finding.severity],
    text: findingText(finding),
    images: finding.instances.flatMap(imageAt).slice(0, IMAGES_PER_FINDING_MAX),
  }
}
