/**
 * A verdict report (DICOM SR, dicom-templates/verdict-sr.yaml) back into a case, as far as it goes. Not in a report are:
 * the case id, the label and producer of the object, labels of segments that have a tracking identifier of their own, the
 * knowledge entry, `unpaired` as a side, the reasoner's own score, images of a finding after the fifth, and whether the
 * source series was found by reference.
 */
import { Case, type SourceSeries } from '../../../src/domain/case.ts'
import { CATEGORY_OF_SCORE, Score, type Category } from '../../../src/domain/opinion.ts'
import { PRODUCT_NAME } from '../../../src/domain/product.ts'
import { codeOf, itemsOf, TAG, textOf, type DicomItem } from './dicom-json.ts'
import { segmentOf } from './report-segment.ts'
import { CONCEPT, meaningOf, OWN_SCHEME } from './report-terms.ts'
import { about, children, codeAbout, inside, pointers, textsAbout } from './report-tree.ts'

/** The judged objects, by SOP class: SEG, label map SEG, RTSTRUCT. */
const MODALITY_OF_CLASS: Readonly<Record<string, Case['object']['modality']>> = {
  '1.2.840.10008.5.1.4.1.1.66.4': 'SEG',
  '1.2.840.10008.5.1.4.1.1.66.7': 'SEG',
  '1.2.840.10008.5.1.4.1.1.481.3': 'RTSTRUCT',
}

/** Any one sign is enough: an archive may change or drop the others. */
export function isOurReport(instance: DicomItem): boolean {
  if (textOf(instance, TAG.modality) !== 'SR') return false
  const makers = [instance, ...itemsOf(instance, TAG.contributingEquipment)]
  const schemes = itemsOf(instance, TAG.codingSchemeIdentification)
  return (
    makers.some((item) => textOf(item, TAG.manufacturer) === PRODUCT_NAME) ||
    schemes.some((item) => textOf(item, TAG.codingSchemeDesignator) === OWN_SCHEME)
  )
}

/** `labelOfSeries`: what the archive calls the series of the object. Null when the instance is no verdict report. */
export function readReport(
  instance: DicomItem,
  labelOfSeries: (seriesInstanceUid: string) => string,
): Case | null {
  const root = children(instance)
  const measurements = inside(CONCEPT.imagingMeasurements, root)
  const evaluations = inside(CONCEPT.qualitativeEvaluations, root)
  const object = objectOf(instance)
  const verdict = meaningOf.verdict(codeAbout(CONCEPT.verdict, evaluations))
  if (object === null || verdict === null) return null
  const decidedAt = decisionTime(instance)
  const known = decidedAt ?? new Date(0).toISOString()
  const read = Case.safeParse({
    id: textOf(instance, TAG.sopInstanceUid),
    studyInstanceUid: textOf(instance, TAG.studyInstanceUid),
    state: 'done',
    object: { ...object, label: labelOfSeries(object.seriesInstanceUid) },
    sourceSeries: sourceSeriesOf(instance, root),
    verdict,
    score: scoreOfCategory(meaningOf.category(codeAbout(CONCEPT.category, evaluations))),
    reasons: textsAbout(CONCEPT.reason, evaluations),
    segments: segmentsOf(measurements, evaluations),
    correction: null,
    reports: [reportRefOf(instance)],
    provenance: provenanceOf(instance, textsAbout(CONCEPT.algorithmParameters, measurements)),
    receivedAt: known,
    updatedAt: known,
    decidedAt,
  })
  return read.success ? read.data : null
}

/** With a point in an image: a measurement group. Without: under its verdict. */
function segmentsOf(measurements: readonly DicomItem[], evaluations: readonly DicomItem[]): Case['segments'] {
  const groups = about(CONCEPT.measurementGroup, measurements).map((group) => {
    const items = children(group)
    return segmentOf(items, codeAbout(CONCEPT.verdict, items))
  })
  const others = about(CONCEPT.segmentVerdict, evaluations).map((item) =>
    segmentOf(children(item), codeOf(item, TAG.conceptCode)),
  )
  return [...groups, ...others].filter((segment) => segment !== null).toSorted((a, b) => a.number - b.number)
}

interface EvidenceSeries {
  readonly seriesInstanceUid: string
  readonly instances: readonly { readonly sopClassUid: string; readonly sopInstanceUid: string }[]
}

/** All that the report says it is about (PS3.3 C.17.2.3), series by series. */
function evidenceSeries(instance: DicomItem): EvidenceSeries[] {
  return itemsOf(instance, TAG.requestedProcedureEvidence)
    .flatMap((study) => itemsOf(study, TAG.referencedSeries))
    .map((series) => ({
      seriesInstanceUid: textOf(series, TAG.seriesInstanceUid),
      instances: itemsOf(series, TAG.referencedSop).map((reference) => ({
        sopClassUid: textOf(reference, TAG.referencedSopClassUid),
        sopInstanceUid: textOf(reference, TAG.referencedSopInstanceUid),
      })),
    }))
}

function objectOf(instance: DicomItem): Omit<Case['object'], 'label'> | null {
  for (const { seriesInstanceUid, instances } of evidenceSeries(instance)) {
    for (const reference of instances) {
      const modality = MODALITY_OF_CLASS[reference.sopClassUid]
      const producer = { manufacturer: '', algorithm: '', version: '' }
      if (modality !== undefined) return { modality, ...reference, seriesInstanceUid, producer }
    }
  }
  return null
}

/** The image library and, for its series, the list of evidence. */
function sourceSeriesOf(instance: DicomItem, root: readonly DicomItem[]): SourceSeries | null {
  const library = inside(CONCEPT.imageLibraryGroup, inside(CONCEPT.imageLibrary, root))
  const images = pointers('IMAGE', library)
  const [first] = images
  const holds = ({ instances }: EvidenceSeries) =>
    instances.some(({ sopInstanceUid }) => sopInstanceUid === first?.sopInstanceUid)
  const series = evidenceSeries(instance).find(holds)
  if (series === undefined) return null
  return {
    seriesInstanceUid: series.seriesInstanceUid,
    modality: codeAbout(CONCEPT.modality, library)?.value ?? '',
    foundBy: 'reference',
    note: 'Named by the report, which does not say how it was found.',
    instanceCount: images.length,
  }
}

function reportRefOf(instance: DicomItem): Case['reports'][number] {
  return {
    kind: 'SR',
    sopClassUid: textOf(instance, TAG.sopClassUid),
    sopInstanceUid: textOf(instance, TAG.sopInstanceUid),
    seriesInstanceUid: textOf(instance, TAG.seriesInstanceUid),
  }
}

function provenanceOf(instance: DicomItem, parameters: readonly string[]): Case['provenance'] {
  const [own] = itemsOf(instance, TAG.contributingEquipment).filter(
    (item) => textOf(item, TAG.manufacturer) === PRODUCT_NAME,
  )
  const models = parameters.map((text) => /^model (.+) sha256:(\S+)$/.exec(text))
  return {
    version: textOf(own ?? instance, TAG.softwareVersions),
    policy: parameters.flatMap((text) => /^policy (.+)$/.exec(text)?.[1] ?? [])[0] ?? '',
    models: models.flatMap((match) =>
      match === null ? [] : { name: match[1] ?? '', sha256: match[2] ?? '' },
    ),
  }
}

/** Content Date and Time in the time zone that the report states (PS3.3 C.12.1.1.8), to the second; null without. */
function decisionTime(instance: DicomItem): string | null {
  const date = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(textOf(instance, TAG.contentDate))
  const time = /^(\d{2}):?(\d{2}):?(\d{2})/.exec(textOf(instance, TAG.contentTime))
  const offset = /^([+-]\d{2})(\d{2})$/.exec(textOf(instance, TAG.timezoneOffset))
  if (date === null || time === null) return null
  const day = date.slice(1).join('-')
  const zone = offset === null ? 'Z' : offset.slice(1).join(':')
  const at = new Date(`${day}T${time.slice(1).join(':')}${zone}`)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}

/** The object's score is coded as its category. */
function scoreOfCategory(category: Category | null): Score | null {
  const score = [1, 2, 3, 4, 5].map((value) => Score.parse(value))
  return score.find((value) => CATEGORY_OF_SCORE[value] === category) ?? null
}
