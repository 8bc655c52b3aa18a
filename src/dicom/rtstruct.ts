/** RT Structure Set to segmentation: every ROI a set of contours (PS3.3 A.19.3, C.8.8.5, C.8.8.6, C.8.8.8). */
import type { Segment, Segmentation, SegmentShape } from '../domain/segmentation.ts'
import { PlumblineError } from '../errors.ts'
import type { ReadLimits } from './limits.ts'
import { items, number, text, type Dataset } from './part10.ts'
import { tagOf } from './dictionary.ts'
import { framesOf } from './referenced-frames.ts'
import { imageUids, readContours, unreadable, type RoiShape } from './rtstruct-contours.ts'
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

const CONTOUR_DATA = tagOf('ContourData')
/** Unused structures that the note names. */
const UNUSED_NAMED_MAX = 20

/** One ROI of the three sequences that describe it. */
interface Roi {
  readonly number: number
  readonly definition: Dataset
  /** Its contours, in whichever items they came. */
  readonly contours: readonly Dataset[]
  readonly observations: readonly Dataset[]
}

/** Reads a parsed RTSTRUCT. Throws PlumblineError('bad-dicom' | 'limit-exceeded'); what is wrong with one ROI stays with it. */
export function readRtStruct(dataset: Dataset, limits: ReadLimits): Segmentation {
  const rois = roisOf(dataset)
  if (rois.length > limits.segmentsMax) throw tooManySegments(rois.length, limits.segmentsMax)
  requireWithinLimit(rois, limits)
  const frameOfReferenceUid = mainFrameOfReference(dataset, rois)
  const { judged, note } = withoutUnused(rois)
  const shapes = judged.map((roi) => ({ roi, ...shapeOf(roi, frameOfReferenceUid) }))
  const named = framesOf(contourImages(dataset, rois))
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
    ...(named.length > 0 && { referencedFrames: named }),
    segments: shapes.map(({ roi, shape }) => segmentOf(roi, shape)),
    notes: [...note, ...shapes.flatMap(({ notes }) => notes)],
  }
}

/** Joins Structure Set ROI, ROI Contour and RT ROI Observations by ROI number; contours of an undeclared ROI make one too. */
function roisOf(dataset: Dataset): Roi[] {
  const contourItems = byRoiNumber(items(dataset, 'ROIContourSequence'), isDrawn)
  const observations = byRoiNumber(items(dataset, 'RTROIObservationsSequence'), () => false)
  const join = (roiNumber: number, definition: Dataset): Roi => ({
    number: roiNumber,
    definition,
    contours: (contourItems.get(roiNumber) ?? []).flatMap((item) => items(item, 'ContourSequence')),
    observations: observations.get(roiNumber) ?? [],
  })
  const rois = items(dataset, 'StructureSetROISequence').map((definition): Roi => {
    const roiNumber = roiNumberOf(definition, 'ROINumber')
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

/** Items that name no structure are left out, unless they must name one. */
function byRoiNumber(all: readonly Dataset[], mustName: (item: Dataset) => boolean): Map<number, Dataset[]> {
  const groups = new Map<number, Dataset[]>()
  for (const item of all) {
    const roiNumber = roiNumberOf(item, 'ReferencedROINumber')
    if (roiNumber === null) {
      if (!mustName(item)) continue
      throw new PlumblineError(
        'bad-dicom',
        'Contours of the RTSTRUCT do not say which structure they are of.',
      )
    }
    const group = groups.get(roiNumber)
    if (group === undefined) groups.set(roiNumber, [item])
    else group.push(item)
  }
  return groups
}

function isDrawn(roiContour: Dataset): boolean {
  return items(roiContour, 'ContourSequence').length > 0
}

/** ROI numbers are whole numbers of 32 bits (IS, PS3.5 6.2); null for all else. */
function roiNumberOf(item: Dataset, keyword: string): number | null {
  const value = number(item, keyword)
  return value !== null && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : null
}

function requireWithinLimit(rois: readonly Roi[], limits: ReadLimits): void {
  let [contourCount, points] = [0, 0]
  for (const { contours } of rois) {
    contourCount += contours.length
    for (const contour of contours) points += (contour[CONTOUR_DATA]?.Value.length ?? 0) / 3
  }
  if (contourCount > limits.sequenceItemsMax)
    throw tooMany(contourCount, 'contours', limits, 'sequenceItemsMax')
  if (points > limits.contourPointsMax)
    throw tooMany(Math.ceil(points), 'contour points', limits, 'contourPointsMax')
}

function tooMany(count: number, what: string, limits: ReadLimits, key: keyof ReadLimits): PlumblineError {
  return new PlumblineError(
    'limit-exceeded',
    `The RTSTRUCT has ${count} ${what}, more than ${limits[key]}.`,
    {
      nextStep: `Raise limits.${key} if objects of this size are expected.`,
    },
  )
}

/**
 * Planning systems list their whole template, drawn or not: a structure without contours beside others that have some
 * is an unused entry, not a failed one. Where none has any, all stay and are judged as empty. Names are free text, so
 * the note gives numbers.
 */
function withoutUnused(rois: readonly Roi[]): { judged: readonly Roi[]; note: string[] } {
  const judged = rois.filter(({ contours }) => contours.length > 0)
  const unused = rois.filter(({ contours }) => contours.length === 0)
  if (judged.length === 0 || unused.length === 0) return { judged: rois, note: [] }
  const named = unused.slice(0, UNUSED_NAMED_MAX).map((roi) => roi.number)
  const more = unused.length > named.length ? ' ...' : ''
  const note = `${unused.length} of ${rois.length} structures are listed without contours (ROI ${named.join(', ')}${more}) and were not judged.`
  return { judged, note: [note] }
}

/** The frame of reference that most ROIs are drawn in; what is not drawn counts only where nothing is. */
function mainFrameOfReference(dataset: Dataset, rois: readonly Roi[]): string | null {
  const drawn = rois.filter(({ contours }) => contours.length > 0)
  const uids = (drawn.length > 0 ? drawn : rois)
    .map(({ definition }) => text(definition, 'ReferencedFrameOfReferenceUID'))
    .filter((uid) => uid !== '')
  const counted = distinct(uids).map((uid) => ({ uid, count: uids.filter((other) => other === uid).length }))
  const [main] = counted.toSorted((a, b) => b.count - a.count)
  const [declared] = items(dataset, 'ReferencedFrameOfReferenceSequence').map((item) =>
    text(item, 'FrameOfReferenceUID'),
  )
  return main?.uid ?? (declared || text(dataset, 'FrameOfReferenceUID') || null)
}

function segmentOf(roi: Roi, shape: SegmentShape): Segment {
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
    shape,
  }
}

function shapeOf(roi: Roi, frameOfReferenceUid: string | null): RoiShape {
  const own = text(roi.definition, 'ReferencedFrameOfReferenceUID')
  if (Object.keys(roi.definition).length === 0)
    return unreadable('It has contours but the structure set does not declare it.')
  if (own !== '' && own !== frameOfReferenceUid)
    return unreadable('It is drawn in another frame of reference than most of the object.')
  return readContours(roi.contours, roi.number)
}

function referencesOf(dataset: Dataset, rois: readonly Roi[]): Segmentation['references'] {
  const references = collectReferences()
  for (const series of referencedSeries(dataset))
    references.add(text(series, 'SeriesInstanceUID') || null, imageUids(series))
  for (const roi of rois) for (const contour of roi.contours) references.add(null, imageUids(contour))
  return references.result()
}

function referencedSeries(dataset: Dataset): Dataset[] {
  return items(dataset, 'ReferencedFrameOfReferenceSequence')
    .flatMap((frame) => items(frame, 'RTReferencedStudySequence'))
    .flatMap((study) => items(study, 'RTReferencedSeriesSequence'))
}

/** Items of Contour Image Sequence: of the series, and of every contour. */
function contourImages(dataset: Dataset, rois: readonly Roi[]): Dataset[] {
  const contours = rois.flatMap((roi) => roi.contours)
  return [...referencedSeries(dataset), ...contours].flatMap((holder) =>
    items(holder, 'ContourImageSequence'),
  )
}
