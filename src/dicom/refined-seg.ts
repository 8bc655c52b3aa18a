/**
 * What refinement proposes, as a SEG of its own: derived from the judged object's segments (PS3.3 C.7.6.16.2.6), under the
 * same tracking identifiers, marked as a proposal. Never in the place of the original.
 */
import type { Code } from '../domain/code.ts'
import { PRODUCT_NAME } from '../domain/product.ts'
import { PlumblineError } from '../errors.ts'
import type { InstanceRef, ProposalInput, ProposalWriter, ProposedSegment } from '../ports.ts'
import { cielabOf } from './cielab.ts'
import type { SourceImages } from './patient-study.ts'
import { SEGMENTATION_STORAGE } from './segmentation-header.ts'
import type { CodeDictionary } from './sr-codes.ts'
import { patientAndStudy, writtenAt, firstText } from './sr-header.ts'
import { cleanLine } from './sr-text.ts'
import { deriveUid, isUid } from './uid.ts'
import { segAttributes, type SegSegment } from './write-seg.ts'
import { writePart10 } from './write-part10.ts'

const LO_CHARACTERS = 64
const SERIES_NUMBER = 9003
/** A light blue: seen on grey, and not what findings or verdicts are shown in. */
const COLOUR = cielabOf([86, 180, 233])
const ANATOMICAL_STRUCTURE: Code = { scheme: 'SCT', value: '91723000', meaning: 'Anatomical Structure' }

/** `version`: of this program. */
export function createProposalWriter({
  dictionary,
  version,
}: {
  readonly dictionary: CodeDictionary
  readonly version: string
}): ProposalWriter {
  return {
    refinedSeg(input) {
      const { id, studyInstanceUid } = input.case
      const seriesInstanceUid = deriveUid(id, 'refined proposal series')
      const sopInstanceUid = deriveUid(id, 'refined proposal')
      const attributes = segAttributes({
        series: { seriesInstanceUid, ...seriesOf(input) },
        sopInstanceUid,
        contentLabel: 'REFINED_PROPOSAL',
        contentDescription: 'Refined proposal, not reviewed by a person',
        contentCreatorName: `${PRODUCT_NAME}^`,
        producer: { manufacturer: PRODUCT_NAME, algorithm: `${PRODUCT_NAME} refinement`, version },
        geometry: input.images.geometry,
        source: sourceOf(input),
        segments: input.proposed.map((proposed) => segmentOf(proposed, input, dictionary)),
      })
      const bytes = writePart10({ ...patientAndStudy(input.header, studyInstanceUid), ...attributes })
      return { bytes, sopClassUid: SEGMENTATION_STORAGE, sopInstanceUid, seriesInstanceUid, studyInstanceUid }
    },
  }
}

function seriesOf({ decidedAt, header }: ProposalInput) {
  const { date, time } = writtenAt(decidedAt, firstText(header, 'TimezoneOffsetFromUTC'))
  return {
    seriesNumber: SERIES_NUMBER,
    seriesDescription: 'Plumbline refined proposal',
    seriesDate: date,
    seriesTime: time,
  }
}

function sourceOf({ images, source }: ProposalInput): SourceImages {
  const classes = new Set(source.instances.map(({ sopClassUid }) => sopClassUid))
  const [sopClassUid] = classes
  if (sopClassUid === undefined || classes.size > 1)
    throw new PlumblineError('unsupported-dicom', 'The images are of several kinds, or of none.')
  return {
    seriesInstanceUid: source.seriesInstanceUid,
    sopClassUid,
    sopInstanceUids: images.instances,
    frames: images.frames,
  }
}

/** What the segment was called and tracked by, it stays. */
function segmentOf(
  { segment, mask }: ProposedSegment,
  { case: judged }: ProposalInput,
  { segmentOfUnknownType, lateralities }: CodeDictionary,
): SegSegment {
  const { number, label, code, category, anatomicRegion, laterality } = segment
  const { studyInstanceUid, object } = judged
  const instance: InstanceRef = { studyInstanceUid, ...object }
  const side = laterality === null || laterality === 'unpaired' ? null : lateralities[laterality]
  const trackingUid = segment.trackingUid ?? ''
  return {
    label: cleanLine(label, LO_CHARACTERS) || `Segment ${number}`,
    category: category ?? ANATOMICAL_STRUCTURE,
    type: code ?? segmentOfUnknownType,
    typeModifier: side,
    anatomicRegion,
    algorithmType: 'SEMIAUTOMATIC',
    trackingId: cleanLine(segment.trackingId ?? '', LO_CHARACTERS) || `Segment ${number}`,
    trackingUid: isUid(trackingUid)
      ? trackingUid
      : deriveUid(object.sopInstanceUid, 'tracking', String(number)),
    cielab: COLOUR,
    mask,
    // A structure set is no image that frames could be derived from; the common references name it.
    predecessor: object.modality === 'SEG' ? { instance, segmentNumber: number } : null,
  }
}
