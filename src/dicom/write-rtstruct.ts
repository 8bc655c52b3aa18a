/** RT Structure Sets with closed planar contours traced from masks (PS3.3 A.19.3, C.8.8.5, C.8.8.6, C.8.8.8). */
import type { Producer } from '../domain/case.ts'
import type { Code } from '../domain/code.ts'
import type { Geometry, Mask } from '../domain/geometry.ts'
import type { StoreItem } from '../ports.ts'
import { PlumblineError } from '../errors.ts'
import { indexToLps } from '../imaging/geometry.ts'
import { decimalString } from './decimal-string.ts'
import { writePart10, type NaturalDataset } from './write-part10.ts'
import {
  codeItem,
  equipmentAttributes,
  patientStudyAttributes,
  presentInstances,
  seriesAttributes,
  sopReference,
  type PatientStudy,
  type SeriesHeader,
  type SourceImages,
} from './patient-study.ts'
import { RT_STRUCTURE_SET_STORAGE } from './segmentation-header.ts'
import { traceOutlines, type PlanePoint } from './trace-outlines.ts'

/** Retired, and still the value that Referenced Study Sequence takes (PS3.3 C.8.8.5). */
const DETACHED_STUDY_MANAGEMENT = '1.2.840.10008.3.1.2.3.1'
/** The 16-bit length of a DS value in Explicit VR; the even number below. */
const CONTOUR_DATA_BYTES_MAX = 65_534

export interface RoiInput {
  /** TG-263 name where there is one, at most 16 characters. */
  readonly name: string
  readonly type: Code
  readonly typeModifier: Code | null
  readonly generation: 'AUTOMATIC' | 'SEMIAUTOMATIC' | 'MANUAL'
  /** RT ROI Interpreted Type: ORGAN, GTV, EXTERNAL ... */
  readonly interpretedType: string
  readonly displayColor: readonly [number, number, number]
  /** On the grid of the source images. May be empty: the ROI then has no contour. */
  readonly mask: Mask
}

export interface RtStructInput {
  readonly patientStudy: PatientStudy
  readonly series: SeriesHeader
  readonly sopInstanceUid: string
  readonly structureSetLabel: string
  readonly producer: Producer
  readonly geometry: Geometry
  readonly source: SourceImages
  /** ROI numbers are 1, 2, ... in this order. */
  readonly rois: readonly RoiInput[]
}

/** Throws PlumblineError('bad-request') without a frame of reference, 'limit-exceeded' for a contour that DS cannot hold. */
export function writeRtStruct(input: RtStructInput): StoreItem {
  const { frameOfReferenceUid } = input.geometry
  if (frameOfReferenceUid === null)
    throw new PlumblineError('bad-request', 'An RTSTRUCT needs a frame of reference.')
  const { series } = input
  const bytes = writePart10({
    ...patientStudyAttributes(input.patientStudy),
    ...seriesAttributes(series),
    ...equipmentAttributes(input.producer),
    SOPClassUID: RT_STRUCTURE_SET_STORAGE,
    SOPInstanceUID: input.sopInstanceUid,
    Modality: 'RTSTRUCT',
    InstanceNumber: '1',
    OperatorsName: '',
    FrameOfReferenceUID: frameOfReferenceUid,
    PositionReferenceIndicator: '',
    StructureSetLabel: input.structureSetLabel,
    StructureSetDate: series.seriesDate,
    StructureSetTime: series.seriesTime,
    ReferencedFrameOfReferenceSequence: [referencedFrame(input, frameOfReferenceUid)],
    StructureSetROISequence: input.rois.map((roi, index) =>
      structureSetRoi(roi, index + 1, frameOfReferenceUid, input.producer),
    ),
    ROIContourSequence: input.rois.map((roi, index) => roiContour(roi, index + 1, input)),
    RTROIObservationsSequence: input.rois.map((roi, index) => roiObservation(roi, index + 1)),
    ApprovalStatus: 'UNAPPROVED',
  })
  return {
    bytes,
    sopClassUid: RT_STRUCTURE_SET_STORAGE,
    sopInstanceUid: input.sopInstanceUid,
    seriesInstanceUid: series.seriesInstanceUid,
    studyInstanceUid: input.patientStudy.studyInstanceUid,
  }
}

function referencedFrame(
  { patientStudy, source }: RtStructInput,
  frameOfReferenceUid: string,
): NaturalDataset {
  const images = presentInstances(source).map((uid) => sopReference(source.sopClassUid, uid))
  const series = { SeriesInstanceUID: source.seriesInstanceUid, ContourImageSequence: images }
  const study = {
    ...sopReference(DETACHED_STUDY_MANAGEMENT, patientStudy.studyInstanceUid),
    RTReferencedSeriesSequence: [series],
  }
  return { FrameOfReferenceUID: frameOfReferenceUid, RTReferencedStudySequence: [study] }
}

function structureSetRoi(
  roi: RoiInput,
  number: number,
  frameUid: string,
  producer: Producer,
): NaturalDataset {
  return {
    ROINumber: String(number),
    ReferencedFrameOfReferenceUID: frameUid,
    ROIName: roi.name,
    ROIGenerationAlgorithm: roi.generation,
    ROIGenerationDescription: `${producer.algorithm} ${producer.version}`.slice(0, 64),
  }
}

function roiContour(roi: RoiInput, number: number, input: RtStructInput): NaturalDataset {
  const contours = traceOutlines(roi.mask).flatMap(({ k, polygons }) =>
    polygons.map((polygon) => contourItem(polygon, k, input)),
  )
  return {
    ReferencedROINumber: String(number),
    ROIDisplayColor: roi.displayColor.map(String),
    ...(contours.length > 0 && {
      ContourSequence: contours.map((contour, index) => ({ ContourNumber: String(index + 1), ...contour })),
    }),
  }
}

function contourItem(
  polygon: readonly PlanePoint[],
  k: number,
  { geometry, source }: RtStructInput,
): NaturalDataset {
  const data = polygon.flatMap(([i, j]) => indexToLps(geometry, [i, j, k]).map(contourCoordinate))
  if (data.join('\\').length > CONTOUR_DATA_BYTES_MAX) {
    throw new PlumblineError(
      'limit-exceeded',
      `The contour on slice ${k + 1} has too many points for Contour Data.`,
    )
  }
  const image = source.sopInstanceUids[k] ?? null
  return {
    ...(image !== null && { ContourImageSequence: [sopReference(source.sopClassUid, image)] }),
    ContourGeometricType: 'CLOSED_PLANAR',
    NumberOfContourPoints: String(polygon.length),
    ContourData: data,
  }
}

/** To a thousandth of a millimetre: far below a voxel, and short enough for long contours. */
function contourCoordinate(millimetres: number): string {
  return decimalString(Math.round(millimetres * 1000) / 1000)
}

function roiObservation(roi: RoiInput, number: number): NaturalDataset {
  const modifier = roi.typeModifier && {
    SegmentedPropertyTypeModifierCodeSequence: [codeItem(roi.typeModifier)],
  }
  return {
    ObservationNumber: String(number),
    ReferencedROINumber: String(number),
    ROIObservationLabel: roi.name.slice(0, 16),
    RTROIIdentificationCodeSequence: [{ ...codeItem(roi.type), ...modifier }],
    RTROIInterpretedType: roi.interpretedType,
    ROIInterpreter: '',
  }
}
