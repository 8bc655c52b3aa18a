/** What is known of an image series before its pixels are read, from Part 10 headers or from DICOM JSON metadata. */
import { whyPicturesStay } from './burned-in.ts'
import type { InstanceSummary, PlaneSummary, SeriesSummary } from '../domain/segmentation.ts'
import { factsOf } from './case-facts.ts'
import { frameAttributes } from './functional-groups.ts'
import { number, text, type Dataset } from './part10.ts'
import { tagOf } from './dictionary.ts'
import { imageOrientation, imagePosition, pixelSpacing } from './plane-attributes.ts'

/** A header: parsed from a file, or DICOM JSON (PS3.18 F), where an element may have no Value. */
export type Header = Readonly<
  Record<string, { readonly vr: string; readonly Value?: readonly unknown[] } | undefined>
>

const READ_TAGS = [
  'SOPInstanceUID',
  'SOPClassUID',
  'ImagePositionPatient',
  'ImageOrientationPatient',
  'PixelSpacing',
  'Rows',
  'Columns',
  'SeriesInstanceUID',
  'Modality',
  'PatientID',
  'StudyInstanceUID',
  'FrameOfReferenceUID',
  'SharedFunctionalGroupsSequence',
  'PerFrameFunctionalGroupsSequence',
].map(tagOf)

/** Of the first header only: what the case's facts are made from. */
const FACT_TAGS = [
  'Manufacturer',
  'ManufacturerModelName',
  'InstitutionName',
  'PatientSex',
  'PatientAge',
  'PatientBirthDate',
  'StudyDate',
  'PatientSize',
  'PatientWeight',
].map(tagOf)

/** Throws nothing: what is missing or malformed is null, or 0 for rows and columns. */
export function summariseInstance(header: Header): InstanceSummary {
  const dataset = asDataset(header)
  const frames = frameAttributes(dataset).map(planeOf)
  return {
    sopInstanceUid: text(dataset, 'SOPInstanceUID'),
    sopClassUid: text(dataset, 'SOPClassUID'),
    ...(frames[0] ?? planeOf(dataset)),
    rows: number(dataset, 'Rows') ?? 0,
    columns: number(dataset, 'Columns') ?? 0,
    ...(frames.length > 1 && { frames }),
  }
}

function planeOf(attributes: Dataset): PlaneSummary {
  return {
    position: imagePosition(attributes),
    orientation: imageOrientation(attributes),
    pixelSpacingMm: pixelSpacing(attributes),
  }
}

/** Summary of one series' headers; null without any. Series-level values are the first header's. */
export function summariseSeries(headers: readonly Header[]): SeriesSummary | null {
  const [first] = headers
  if (first === undefined) return null
  const dataset = asDataset(first)
  const facts = factsOf(asDataset(first, FACT_TAGS))
  return {
    seriesInstanceUid: text(dataset, 'SeriesInstanceUID'),
    modality: text(dataset, 'Modality'),
    patientId: text(dataset, 'PatientID'),
    studyInstanceUid: text(dataset, 'StudyInstanceUID'),
    frameOfReferenceUid: text(dataset, 'FrameOfReferenceUID') || null,
    instances: headers.map(summariseInstance),
    ...(whyPicturesStay(headers) !== null && { hasBurnedInText: true }),
    ...(facts !== null && { facts }),
  }
}

/** Only what is read here: metadata may be large. */
function asDataset(header: Header, tags: readonly string[] = READ_TAGS): Dataset {
  return completed(Object.fromEntries(tags.map((tag) => [tag, header[tag]])))
}

/** Every element with its Value, which JSON leaves out where it is empty; items of sequences likewise. */
function completed(header: Header): Dataset {
  return Object.fromEntries(
    Object.entries(header).flatMap(([tag, element]) => {
      if (element === undefined) return []
      const { vr, Value = [] } = element
      return [[tag, { vr, Value: vr === 'SQ' ? Value.filter(isItem).map(completed) : Value }] as const]
    }),
  )
}

function isItem(value: unknown): value is Header {
  return typeof value === 'object' && value !== null
}
