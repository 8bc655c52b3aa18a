/** From a judged case to what its report says (sr-model.ts). All text is cleaned and shortened here. */
import type { Case, SegmentResult, TargetMatch } from '../domain/case.ts'
import type { Code } from '../domain/code.ts'
import { CATEGORY_OF_SCORE, type Category, type Opinion, type Score, type Statement } from '../domain/opinion.ts'
import type { Evidence, Finding } from '../domain/evidence.ts'
import type { Segment } from '../domain/segmentation.ts'
import type { ReportInput } from '../ports.ts'
import { evidenceCode, modalityCode, unitCode, type CodeDictionary } from './sr-codes.ts'
import type { Algorithm, Measurement, Reference, ReportModel, SegmentReport } from './sr-model.ts'
import { cleanText } from './sr-text.ts'
import { deriveUid, isUid } from './uid.ts'

/** The program that signs the report. */
export interface Device {
  readonly name: string
  readonly manufacturer: string
  readonly model: string
  readonly serial: string
  readonly softwareVersion: string
  readonly institution?: string
}

/** Characters of one text, and images named per finding, at most. */
const LIMITS = { trackingId: 256, name: 64, sentence: 1024, stage: 8192, imagesPerFinding: 5 } as const

/** (91723000, SCT, Anatomical Structure) and the code it had before. */
const ANATOMICAL_STRUCTURE = ['91723000', '123037004', 'T-D000A']

interface Context {
  readonly input: ReportInput
  readonly dictionary: CodeDictionary
  /** The source images by SOP Instance UID. What is not among them cannot be referred to: its SOP class is unknown. */
  readonly images: ReadonlyMap<string, Reference>
}

/** What the report of this case says. */
export function buildReportModel(input: ReportInput, device: Device, dictionary: CodeDictionary): ReportModel {
  const images = (input.source?.instances ?? []).map(({ sopClassUid, sopInstanceUid }) => ({
    sopClassUid,
    sopInstanceUid,
    segmentNumber: null,
  }))
  const context = { input, dictionary, images: new Map(images.map((image) => [image.sopInstanceUid, image])) }
  const { case: judged, source } = input
  const segments = judged.segments.map((result) => segmentReport(result, context))
  return {
    device: { ...deviceTexts(device), uid: deviceUid(device) },
    library:
      source === null || images.length === 0
        ? null
        : { modality: modalityCode(source.modality, dictionary), frameOfReferenceUid: source.frameOfReferenceUid, images },
    software: softwareOf(device, judged),
    anchored: segments.filter(({ anchor }) => anchor !== null),
    unanchored: segments.filter(({ anchor }) => anchor === null),
    verdict: dictionary.verdicts[judged.verdict ?? 'not-assessable'],
    qualityCategory: categoryCode(judged.score, null, dictionary),
    reasons: sentences(judged.reasons),
  }
}

/** The observer: the same program under the same name is the same device. */
export function deviceUid({ manufacturer, model, serial }: Device): string {
  return deriveUid('device', manufacturer, model, serial)
}

function deviceTexts({ name, manufacturer, model, serial }: Device): Omit<ReportModel['device'], 'uid'> {
  const clean = (text: string) => cleanText(text, LIMITS.name) || 'unknown'
  return { name: clean(name), manufacturer: clean(manufacturer), model: clean(model), serial: clean(serial) }
}

function softwareOf(device: Device, { provenance }: Case): Algorithm {
  const models = provenance.models.map(({ name, sha256 }) => `model ${name} sha256:${sha256}`)
  return {
    name: cleanText(device.model, LIMITS.name) || 'unknown',
    version: cleanText(device.softwareVersion, LIMITS.name) || 'unknown',
    parameters: sentences([`policy ${provenance.policy}`, ...models]),
  }
}

function regionOf(number: number, input: ReportInput): Pick<SegmentReport, 'segment' | 'sourceSeriesUid' | 'roi'> {
  const named = input.segmentation.references.flatMap(({ seriesInstanceUid }) => seriesInstanceUid ?? [])
  const sourceSeriesUid = input.source?.seriesInstanceUid ?? named.find(isUid) ?? null
  if (input.case.object.modality === 'SEG') {
    return { segment: objectReference(input, number), sourceSeriesUid, roi: null }
  }
  return { segment: null, sourceSeriesUid, roi: { reference: objectReference(input, null), number: String(number) } }
}

function objectReference({ case: { object } }: ReportInput, segmentNumber: number | null): Reference {
  return { sopClassUid: object.sopClassUid, sopInstanceUid: object.sopInstanceUid, segmentNumber }
}

/** What is said of one segment. */
function segmentReport(result: SegmentResult, context: Context): SegmentReport {
  const { input, dictionary } = context
  const segment = input.segmentation.segments.find(({ number }) => number === result.number) ?? null
  return {
    ...trackingOf(result, segment, input),
    ...regionOf(result.number, input),
    category: usable(segment?.category ?? null),
    finding: usable(result.code) ?? dictionary.segmentOfUnknownType,
    ...siteOf(result, segment, dictionary),
    algorithm: measurementAlgorithm(input),
    measurements: measurementsOf(result, context),
    verdict: dictionary.verdicts[result.verdict],
    qualityCategory: categoryCode(result.score, result.category, dictionary),
    target: dictionary.targetStatus[result.target.status],
    findings: result.findings.map((finding) => findingOf(finding, context)),
    reasons: sentences(result.reasons),
    evidenceTexts: sentences([...result.evidence.map(evidenceText), targetText(result.target)]),
    ...opinionTexts(result.opinion, dictionary),
    anchor: anchorOf(result.number, context),
  }
}

/** The tracking identifiers of the object are kept: they tie its segment, our groups and later reports together. */
function trackingOf(result: SegmentResult, segment: Segment | null, { case: { id, object } }: ReportInput) {
  const number = String(result.number)
  const uid = segment?.trackingUid ?? ''
  return {
    observationUid: deriveUid(id, 'observation', number),
    trackingId: cleanText(segment?.trackingId ?? '', LIMITS.trackingId) || derivedTrackingId(result, object.modality),
    trackingUid: isUid(uid) ? uid : deriveUid(object.sopInstanceUid, 'tracking', number),
  }
}

function derivedTrackingId({ number, label }: SegmentResult, modality: 'SEG' | 'RTSTRUCT'): string {
  const noun = modality === 'SEG' ? 'Segment' : 'ROI'
  return cleanText(`${noun} ${number}: ${label}`, LIMITS.trackingId).replace(/:$/, '')
}

/** The region as the object says, else the structure itself where it is anatomy. */
function siteOf(result: SegmentResult, segment: Segment | null, { lateralities }: CodeDictionary) {
  const category = segment?.category ?? null
  const isAnatomy = category !== null && ANATOMICAL_STRUCTURE.includes(category.value)
  const site = usable(segment?.anatomicRegion ?? null) ?? (isAnatomy ? usable(result.code) : null)
  const { laterality } = result
  const side = laterality === null || laterality === 'unpaired' ? null : lateralities[laterality]
  return site === null ? { site, siteLaterality: null, laterality: side } : { site, siteLaterality: side, laterality: null }
}

function usable(code: Code | null): Code | null {
  return code === null || code.value.trim() === '' || code.scheme.trim() === '' ? null : code
}

function measurementAlgorithm({ case: { provenance } }: ReportInput): Algorithm {
  return { name: 'Plumbline measurements', version: provenance.version, parameters: [] }
}

function anchorOf(number: number, { input, images }: Context): SegmentReport['anchor'] {
  const anchor = input.anchors.get(number)
  const image = anchor === undefined ? undefined : images.get(anchor.sopInstanceUid)
  return anchor === undefined || image === undefined ? null : { image, point: anchor.columnRow }
}

/** Evidence, target match, score and sub-scores, as far as there are any. */
function measurementsOf(result: SegmentResult, { input, dictionary }: Context): Measurement[] {
  const { opinion, evidence, score, target } = result
  const one = unitCode('1', dictionary)
  const reasoner =
    opinion === null ? null : { name: opinion.reasoner, version: input.case.provenance.version, parameters: [] }
  const said = (concept: Code, value: number | null | undefined): Measurement[] =>
    value === null || value === undefined ? [] : [{ concept, value, unit: one, algorithm: reasoner }]
  const measured = (name: 'strength' | 'compactness' | 'purity'): Measurement[] =>
    said(dictionary.targetValues[name], target[name]).map((value) => ({ ...value, algorithm: null }))
  return [
    ...evidence.map(({ name, value, unit }) => ({
      concept: evidenceCode(name, dictionary),
      value,
      unit: unitCode(unit, dictionary),
      algorithm: null,
    })),
    ...measured('strength'),
    ...measured('compactness'),
    ...measured('purity'),
    ...said(dictionary.score, score),
    ...keysOf(dictionary.subScores).flatMap((name) =>
      said(dictionary.subScores[name], opinion?.clinicalSynthesis.subScores[name]),
    ),
  ]
}

function categoryCode(score: Score | null, category: Category | null, { categories }: CodeDictionary): Code | null {
  if (category !== null) return categories[category]
  return score === null ? null : categories[CATEGORY_OF_SCORE[score]]
}

function findingOf(finding: Finding, { dictionary, images }: Context): SegmentReport['findings'][number] {
  const basis = basisText(finding.evidence)
  return {
    mode: dictionary.failureModes[finding.mode],
    severity: dictionary.severities[finding.severity],
    text: cleanText(`${finding.id} (${finding.severity}): ${finding.text}${basis}`, LIMITS.sentence),
    images: finding.instances.flatMap((uid) => images.get(uid) ?? []).slice(0, LIMITS.imagesPerFinding),
  }
}

/** One evidence in words: `E1 volume = 812.4 cm3 (whole segment); expected 900 to 2500 (source)`. */
function evidenceText({ id, name, value, unit, where, expected }: Evidence): string {
  const measured = `${id} ${name} = ${value}${unit === '1' ? '' : ` ${unit}`} (${where})`
  if (expected === undefined) return measured
  const { low, high, source } = expected
  const range = [low === null ? null : `from ${low}`, high === null ? null : `to ${high}`].filter((part) => part !== null)
  return `${measured}; expected ${range.join(' ')} (${source})`
}

function targetText({ status, source }: TargetMatch): string {
  return `Claimed target in the image: ${status} (${source})`
}

function opinionTexts(opinion: Opinion | null, dictionary: CodeDictionary): Pick<SegmentReport, 'stages' | 'reasoner'> {
  if (opinion === null) return { stages: [], reasoner: null }
  const { strengths, weaknesses, statements, subScores } = opinion.clinicalSynthesis
  const scores = keysOf(dictionary.subScores).flatMap((name) =>
    subScores[name] === undefined ? [] : [`${dictionary.subScores[name].meaning}: ${subScores[name]}`],
  )
  const lines = {
    knowledgeRecall: opinion.knowledgeRecall.statements.map(statementText),
    visualFeatures: opinion.visualFeatures.statements.map(statementText),
    anatomicalInference: opinion.anatomicalInference.statements.map(statementText),
    clinicalSynthesis: [
      ...statements.map(statementText),
      ...strengths.map((strength) => `Strength: ${statementText(strength)}`),
      ...weaknesses.map((weakness) => `Weakness: ${statementText(weakness)}`),
      ...scores,
    ],
  }
  const stages = keysOf(lines).map((stage) => ({
    concept: dictionary.stages[stage],
    text: cleanText(lines[stage].join('\n'), LIMITS.stage),
  }))
  const abstained = opinion.abstained === null ? '' : ` Abstained: ${opinion.abstained}`
  return {
    stages: stages.filter(({ text }) => text !== ''),
    reasoner: cleanText(`${opinion.reasoner}: ${opinion.note}${abstained}`, LIMITS.sentence) || null,
  }
}

function statementText({ text, basis }: Statement): string {
  return `${text}${basisText(basis)}`
}

function basisText(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` [${ids.join(', ')}]`
}

/** TEXT items must not be empty. */
function sentences(texts: readonly string[]): string[] {
  return texts.map((text) => cleanText(text, LIMITS.sentence)).filter((text) => text !== '')
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[]
}
