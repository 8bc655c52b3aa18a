/**
 * The verdict report: a DICOM SR by TID 1500 (PS3.16). What it says is built in sr-build-model.ts, its tree is data
 * (dicom-templates/verdict-sr.yaml), its header is in sr-header.ts. Besides, where it is wanted, the same as plain text.
 */
import { PRODUCT_NAME } from '../domain/product.ts'
import type { ReportInput, ReportWriter, StoreItem } from '../ports.ts'
import { writePart10, type NaturalDataset } from './write-part10.ts'
import { tagOf } from './dictionary.ts'
import { buildReportModel, type Device } from './sr-build-model.ts'
import { contentItems } from './sr-content.ts'
import {
  codingSchemes,
  documentHeader,
  firstText,
  patientAndStudy,
  type Attributes,
  type MachineDocument,
} from './sr-header.ts'
import type { TemplateNode } from './sr-template.ts'
import type { Templates } from './sr-templates.ts'

/** The same tree is legal in all three (PS3.3 A.35). */
export const SR_SOP_CLASSES = {
  'comprehensive-3d': '1.2.840.10008.5.1.4.1.1.88.34',
  comprehensive: '1.2.840.10008.5.1.4.1.1.88.33',
  enhanced: '1.2.840.10008.5.1.4.1.1.88.22',
} as const
export type SrSopClass = keyof typeof SR_SOP_CLASSES

const BASIC_TEXT_SR = '1.2.840.10008.5.1.4.1.1.88.11'

/** The designator of our private coding scheme. */
const OWN_SCHEME = '99PLUMB'

export interface ReportWriterOptions {
  readonly templates: Templates
  readonly device: Device
  readonly sopClass: SrSopClass
  /** Also a text report. Default: no. */
  readonly text?: boolean
}

/**
 * Writes the verdict of a case as one SR, COMPLETE, UNVERIFIED and PRELIMINARY: no person has looked at it. UIDs derive from
 * the case id and the time is that of the decision, so the same input gives the same bytes.
 */
export function createReportWriter(options: ReportWriterOptions): ReportWriter {
  return {
    verdictReports(input) {
      const datasets = [
        reportDataset(input, options),
        ...(options.text === true ? [textReportDataset(input, options)] : []),
      ]
      return datasets.map((dataset) => storeItemOf(dataset, input))
    },
  }
}

/** The report by keyword. */
export function reportDataset(input: ReportInput, options: ReportWriterOptions): NaturalDataset {
  const { templates, sopClass } = options
  return documentOf(input, options, 'verdict', SR_SOP_CLASSES[sopClass], templates.verdictReport)
}

/** The same as text, by keyword. */
export function textReportDataset(input: ReportInput, options: ReportWriterOptions): NaturalDataset {
  return documentOf(input, options, 'text', BASIC_TEXT_SR, options.templates.textReport)
}

function documentOf(
  input: ReportInput,
  { templates, device }: ReportWriterOptions,
  kind: MachineDocument,
  sopClassUid: string,
  template: TemplateNode,
): NaturalDataset {
  const model = buildReportModel(input, device, templates.dictionary)
  return {
    SOPClassUID: sopClassUid,
    ...patientAndStudy(input.header, input.case.studyInstanceUid),
    ...documentHeader(input, device, kind),
    CodingSchemeIdentificationSequence: codingSchemes(templates.dictionary),
    ...contentItems(template, model)[0],
  }
}

function storeItemOf(dataset: NaturalDataset, input: ReportInput): StoreItem {
  return {
    studyInstanceUid: input.case.studyInstanceUid,
    seriesInstanceUid: String(dataset['SeriesInstanceUID']),
    sopInstanceUid: String(dataset['SOPInstanceUID']),
    sopClassUid: String(dataset['SOPClassUID']),
    bytes: writePart10(dataset),
  }
}

/**
 * Is this instance a report of ours? Intake must never take our own output for new work. Takes DICOM JSON or what
 * readPart10 gives. Any one sign is enough: a PACS may change or drop the others.
 */
export function isOurReport(instance: Attributes): boolean {
  if (firstText(instance, 'Modality') !== 'SR') return false
  const equipment = itemsOf(instance, 'ContributingEquipmentSequence')
  const schemes = itemsOf(instance, 'CodingSchemeIdentificationSequence')
  return (
    [instance, ...equipment].some((item) => firstText(item, 'Manufacturer') === PRODUCT_NAME) ||
    schemes.some((item) => firstText(item, 'CodingSchemeDesignator') === OWN_SCHEME)
  )
}

function itemsOf(attributes: Attributes, keyword: string): Attributes[] {
  return (attributes[tagOf(keyword)]?.Value ?? []).filter(
    (item): item is Attributes => typeof item === 'object' && item !== null,
  )
}
