/** RT Structure Set to segmentation: every ROI a set of contours (PS3.3 A.19.3, C.8.8.5, C.8.8.6, C.8.8.8). */
import type { Contour, Segment, Segmentation, SegmentShape } from '../domain/segmentation.ts'
import type { Vector3 } from '../domain/geometry.ts'
import { PlumblineError } from '../errors.ts'
import type { ReadLimits } from './limits.ts'
import { items, number, numbers, text, type Dataset } from './part10.ts'
import {
  codeOf,
  codesOf,
  collectReferences,
  distinct,
  lateralityOf,
  modifiersOf,
  producerOf,
  requiredUid,
  RT_STRUCTURE_SET_STORAGE,
  tooManySegments,
} from './segmentation-header.ts'

/** One ROI of the three sequences that describe it. */
interface Roi {
  readonly number: number
  readonly definition: Dataset
  readonly contourItems: readonly Dataset[]
  readonly observations: readonly Dataset[]
}

/** Reads a parsed RTSTRUCT. Throws PlumblineError('bad-dicom' | 'limit-exceeded'); what is wrong with one ROI stays with it. */
export function readRtStruct(dataset: Dataset, limits: ReadLimits): Segmentation {
  const rois = roisOf(dataset)
  if (rois.length > limits.segmentsMax) throw tooManySegments(rois.length, limits.segmentsMax)
  requireWithinLimit(rois, limits)
  const frameOfReferenceUid = mainFrameOfReference(dataset, rois)
  const notes: string[] = []
  const segments = rois.map((roi) => segmentOf(roi, frameOfReferenceUid, notes))
  const generation = distinct(rois.map(({ definition }) => text(definition, 'ROIGenerationAlgorithm'))).join(
    ', ',
  )
  const model = text(dataset, 'ManufacturerModelName')
  return {
    object: {
      modality: 'RTSTRUCT',
      sopClassUid: RT_STRUCTURE_SET_STORAGE,
      sopInstanceUid: requiredUid(dataset, 'SOPInstanceUID'),
      seriesInstanceUid: requiredUid(dataset, 'SeriesInstanceUID'),
      label:
        text(dataset, 'StructureSetLabel') ||
        text(dataset, 'StructureSetName') ||
        text(dataset, 'SeriesDescription'),
      producer: producerOf(
        dataset,
        [model, generation && model ? `(${generation})` : generation].join(' ').trim(),
        '',
      ),
    },
    studyInstanceUid: requiredUid(dataset, 'StudyInstanceUID'),
    patientId: text(dataset, 'PatientID'),
    frameOfReferenceUid,
    references: referencesOf(dataset, rois),
    segments,
    notes,
  }
}

/** Joins Structure Set ROI, ROI Contour and RT ROI Observations by ROI number; contours of an undeclared ROI make one too. */
function roisOf(dataset: Dataset): Roi[] {
  const contourItems = byRoiNumber(items(dataset, 'ROIContourSequence'))
  const observations = byRoiNumber(items(dataset, 'RTROIObservationsSequence'))
  const join = (roiNumber: number, definition: Dataset): Roi => ({
    number: roiNumber,
    definition,
    contourItems: contourItems.get(roiNumber) ?? [],
    observations: observations.get(roiNumber) ?? [],
  })
  const rois = items(dataset, 'StructureSetROISequence').map((definition): Roi => {
    const roiNumber = number(definition, 'ROINumber')
    if (roiNumber === null)
      throw new PlumblineError('bad-dicom', 'A structure of the RTSTRUCT has no ROI number.')
    return join(roiNumber, definition)
  })
  const declared = new Set(rois.map((roi) => roi.number))
  if (declared.size < rois.length)
    throw new PlumblineError('bad-dicom', 'Two structures of the RTSTRUCT share one ROI number.')
  const undeclared = [...contourItems.keys()].filter((roiNumber) => !declared.has(roiNumber))
  return [...rois, ...undeclared.map((roiNumber) => join(roiNumber, {}))]
}

function byRoiNumber(all: readonly Dataset[]): Map<number, Dataset[]> {
  const groups = new Map<number, Dataset[]>()
  for (const item of all) {
    const roiNumber = number(item, 'ReferencedROINumber') ?? -1
    const group = groups.get(roiNumber)
    if (group === undefined) groups.set(roiNumber, [item])
    else group.push(item)
  }
  return groups
}

function requireWithinLimit(rois: readonly Roi[], limits: ReadLimits): void {
  const points = rois
    .flatMap(contoursOf)
    .reduce((sum, contour) => sum + (contour['30060050']?.Value.length ?? 0) / 3, 0)
  if (points <= limits.contourPointsMax) return
  throw new PlumblineError(
    'limit-exceeded',
    `The RTSTRUCT has ${points} contour points, more than ${limits.contourPointsMax}.`,
    {
      nextStep: 'Raise limits.contourPointsMax if objects of this size are expected.',
    },
  )
}

function contoursOf(roi: Roi): Dataset[] {
  return roi.contourItems.flatMap((item) => items(item, 'ContourSequence'))
}

/** The frame of reference that most ROIs are drawn in. */
function mainFrameOfReference(dataset: Dataset, rois: readonly Roi[]): string | null {
  const uids = rois
    .map(({ definition }) => text(definition, 'ReferencedFrameOfReferenceUID'))
    .filter((uid) => uid !== '')
  const counted = distinct(uids).map((uid) => ({ uid, count: uids.filter((other) => other === uid).length }))
  const [main] = counted.toSorted((a, b) => b.count - a.count)
  const [declared] = items(dataset, 'ReferencedFrameOfReferenceSequence').map((item) =>
    text(item, 'FrameOfReferenceUID'),
  )
  return main?.uid ?? (declared || text(dataset, 'FrameOfReferenceUID') || null)
}

function segmentOf(roi: Roi, frameOfReferenceUid: string | null, notes: string[]): Segment {
  const { definition, observations } = roi
  const [observation] = observations
  const label =
    text(definition, 'ROIName') || (observation === undefined ? '' : text(observation, 'ROIObservationLabel'))
  const sequence = 'RTROIIdentificationCodeSequence'
  const modifiers = observations.flatMap((item) => [
    ...modifiersOf(item, sequence, 'SegmentedPropertyTypeModifierCodeSequence'),
    ...codesOf(item, 'AdditionalRTROIIdentificationCodeSequence'),
  ])
  return {
    number: roi.number,
    label,
    code: observation === undefined ? null : codeOf(observation, sequence),
    category: null,
    anatomicRegion: null,
    laterality: lateralityOf(modifiers),
    trackingId: null,
    trackingUid: null,
    shape: shapeOf(roi, frameOfReferenceUid, notes),
  }
}

function shapeOf(roi: Roi, frameOfReferenceUid: string | null, notes: string[]): SegmentShape {
  const own = text(roi.definition, 'ReferencedFrameOfReferenceUID')
  if (Object.keys(roi.definition).length === 0)
    return unreadable('It has contours but the structure set does not declare it.')
  if (own !== '' && own !== frameOfReferenceUid)
    return unreadable('It is drawn in another frame of reference than most of the object.')
  const contours: Contour[] = []
  let withoutVolume = 0
  for (const item of contoursOf(roi)) {
    const geometricType = text(item, 'ContourGeometricType')
    if (geometricType === 'POINT' || geometricType.startsWith('OPEN_')) {
      withoutVolume++
      continue
    }
    if (geometricType !== 'CLOSED_PLANAR' && geometricType !== 'CLOSEDPLANAR_XOR')
      return unreadable('A contour has no known geometric type.')
    const points = pointsOf(item)
    if (typeof points === 'string') return unreadable(points)
    contours.push({ points, geometricType, sopInstanceUids: distinct(imageUids(item)) })
  }
  if (withoutVolume > 0 && contours.length === 0)
    return unreadable('It has no volume: it consists of points or open lines.')
  if (withoutVolume > 0)
    notes.push(
      `Structure ${roi.number}: ${withoutVolume} points or open lines have no volume and were left out.`,
    )
  return { kind: 'contours', contours }
}

/** Points of one contour, or why there are none to trust. */
function pointsOf(contour: Dataset): Vector3[] | string {
  const values = numbers(contour, 'ContourData')
  const declared = number(contour, 'NumberOfContourPoints')
  if (values.length === 0 || values.length % 3 !== 0)
    return 'The coordinates of a contour do not come in threes.'
  if (!values.every(Number.isFinite)) return 'A coordinate of a contour is not a number.'
  if (declared !== null && declared !== values.length / 3)
    return 'A contour has another number of points than it says.'
  return Array.from({ length: values.length / 3 }, (_, n) => [
    values[3 * n] ?? 0,
    values[3 * n + 1] ?? 0,
    values[3 * n + 2] ?? 0,
  ])
}

function unreadable(reason: string): SegmentShape {
  return { kind: 'unreadable', reason }
}

function imageUids(item: Dataset): string[] {
  return items(item, 'ContourImageSequence').map((image) => text(image, 'ReferencedSOPInstanceUID'))
}

function referencesOf(dataset: Dataset, rois: readonly Roi[]): Segmentation['references'] {
  const references = collectReferences()
  for (const frame of items(dataset, 'ReferencedFrameOfReferenceSequence')) {
    for (const study of items(frame, 'RTReferencedStudySequence')) {
      for (const series of items(study, 'RTReferencedSeriesSequence'))
        references.add(text(series, 'SeriesInstanceUID') || null, imageUids(series))
    }
  }
  for (const roi of rois) for (const contour of contoursOf(roi)) references.add(null, imageUids(contour))
  return references.result()
}
