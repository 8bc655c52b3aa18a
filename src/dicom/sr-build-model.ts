/** From a judged case to what its report says (sr-model.ts). All text is cleaned and shortened on the way. */
import type { Case, SegmentResult, VerdictKind } from '../domain/case.ts'
import type { ReportInput } from '../ports.ts'
import { modalityCode, type CodeDictionary } from './sr-codes.ts'
import type { Algorithm, ReportModel } from './sr-model.ts'
import { categoryCode, segmentReport } from './sr-segment.ts'
import { cleanText } from './sr-text.ts'
import { CHARACTERS_MAX, sentences } from './sr-words.ts'
import { deriveUid } from './uid.ts'

/** The program that signs the report. */
export interface Device {
  readonly name: string
  readonly manufacturer: string
  readonly model: string
  readonly serial: string
  readonly softwareVersion: string
  readonly institution?: string
}

/** What the report of this case says. */
export function buildReportModel(
  input: ReportInput,
  device: Device,
  dictionary: CodeDictionary,
): ReportModel {
  const images = (input.source?.instances ?? []).map(({ sopClassUid, sopInstanceUid }) => ({
    sopClassUid,
    sopInstanceUid,
    segmentNumber: null,
    frameNumber: null,
  }))
  const context = { input, dictionary, images: new Map(images.map((image) => [image.sopInstanceUid, image])) }
  const { case: judged, source } = input
  const segments = worstFirst(judged.segments).map((result) => segmentReport(result, context))
  return {
    device: { ...deviceTexts(device), uid: deviceUid(device) },
    library:
      source === null || images.length === 0
        ? null
        : {
            modality: modalityCode(source.modality, dictionary),
            frameOfReferenceUid: source.frameOfReferenceUid,
            images,
          },
    software: softwareOf(device, judged),
    anchored: segments.filter(({ anchor }) => anchor !== null),
    unanchored: segments.filter(({ anchor }) => anchor === null),
    verdict: dictionary.verdicts[judged.verdict ?? 'not-assessable'],
    qualityCategory: categoryCode(judged.score, null, dictionary),
    reasons: sentences(judged.reasons),
  }
}

const WORST_FIRST: readonly VerdictKind[] = ['reject', 'not-assessable', 'review', 'accept']

/** Viewers jump to the first group of a report. */
function worstFirst(segments: readonly SegmentResult[]): SegmentResult[] {
  return segments.toSorted(
    (a, b) =>
      WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict) ||
      (a.score ?? 0) - (b.score ?? 0) ||
      a.number - b.number,
  )
}

/** The observer: the same program under the same name is the same device. */
export function deviceUid({ manufacturer, model, serial }: Device): string {
  return deriveUid('device', manufacturer, model, serial)
}

function deviceTexts({ name, manufacturer, model, serial }: Device): Omit<ReportModel['device'], 'uid'> {
  return { name: named(name), manufacturer: named(manufacturer), model: named(model), serial: named(serial) }
}

function named(text: string): string {
  return cleanText(text, CHARACTERS_MAX.name) || 'unknown'
}

function softwareOf(device: Device, { provenance }: Case): Algorithm {
  const models = provenance.models.map(({ name, sha256 }) => `model ${name} sha256:${sha256}`)
  return {
    name: named(device.model),
    version: named(device.softwareVersion),
    parameters: sentences([`policy ${provenance.policy}`, ...models]),
  }
}
