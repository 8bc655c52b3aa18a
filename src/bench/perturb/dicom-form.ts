/** A scene's object as DICOM bytes, and read back as the service reads it: for what only a file can have wrong. */
import type { Prepared } from '../../compute/assess.ts'
import { placeAll } from '../../compute/place.ts'
import type { SourceImages } from '../../dicom/patient-study.ts'
import { readSegmentation } from '../../dicom/read-segmentation.ts'
import { deriveUid } from '../../dicom/uid.ts'
import { CT_IMAGE_STORAGE, MR_IMAGE_STORAGE } from '../../dicom/write-image.ts'
import { writeRtStruct } from '../../dicom/write-rtstruct.ts'
import { writeSeg } from '../../dicom/write-seg.ts'
import type { Code, Laterality } from '../../domain/code.ts'
import type { Geometry, Mask } from '../../domain/geometry.ts'
import type { Contour, Segmentation, SeriesSummary } from '../../domain/segmentation.ts'
import { locateSource } from '../../target/source-series.ts'
import { othersOf, targetOf, type DicomForm, type Scene } from './scene.ts'

/** What is written in place of the truth. */
export interface WrittenAs {
  readonly as: 'SEG' | 'RTSTRUCT'
  readonly patientId?: string
  readonly studyInstanceUid?: string
  readonly frameOfReferenceUid?: string
  /** The series that the object says it was drawn on. */
  readonly source?: SeriesSummary
  /** Part of every UID of the object. */
  readonly uidPart?: string
  /** Segments in the opposite order, which numbers them anew. */
  readonly isReversed?: boolean
  /** What a program does to contours between reading and drawing them. */
  readonly redrawContours?: (contours: readonly Contour[]) => Contour[]
}

export interface Rewritten {
  readonly prepared: Prepared
  /** Of the scene's segment in the object that was written. */
  readonly number: number
}

const LATERALITY: Readonly<Partial<Record<Laterality, Code>>> = {
  left: { scheme: 'SCT', value: '7771000', meaning: 'Left' },
  right: { scheme: 'SCT', value: '24028007', meaning: 'Right' },
}
const CATEGORY: Code = { scheme: 'SCT', value: '91723000', meaning: 'Anatomical Structure' }
const PRODUCER = { manufacturer: 'Synthetic', algorithm: 'Perturb', version: '1' }
const DATE = { seriesDate: '20250101', seriesTime: '120000' }

/** Null for scenes that cannot be written. Throws what the writers and readers throw. */
export async function rewritten(scene: Scene, changes: WrittenAs): Promise<Rewritten | null> {
  const { dicom } = scene
  if (dicom === null) return null
  const order = (changes.isReversed ?? false) ? -1 : 1
  const placed = [targetOf(scene), ...othersOf(scene)].toSorted(
    (a, b) => order * (a.segment.number - b.segment.number),
  )
  const bytes =
    changes.as === 'SEG' ? segBytes(placed, dicom, changes) : rtStructBytes(placed, dicom, changes)
  const number = placed.findIndex(({ segment }) => segment.number === scene.number) + 1
  return { prepared: await readBack(scene.prepared, bytes, dicom, changes.redrawContours), number }
}

/** An object as the service would judge it on the images of a scene. Throws what the reader throws. */
export async function readBack(
  on: Prepared,
  bytes: Uint8Array,
  dicom: DicomForm,
  redrawContours?: WrittenAs['redrawContours'],
): Promise<Prepared> {
  const read = await readSegmentation(bytes, dicom.limits)
  return preparedFrom(on, withContours(read, redrawContours), dicom)
}

function withContours(segmentation: Segmentation, redraw: WrittenAs['redrawContours']): Segmentation {
  if (redraw === undefined) return segmentation
  const segments = segmentation.segments.map((segment) =>
    segment.shape.kind === 'contours'
      ? { ...segment, shape: { ...segment.shape, contours: redraw(segment.shape.contours) } }
      : segment,
  )
  return { ...segmentation, segments }
}

function preparedFrom(prepared: Prepared, segmentation: Segmentation, dicom: DicomForm): Prepared {
  const location = locateSource(segmentation, [dicom.images, dicom.otherSeries])
  const { patientId, studyInstanceUid, frameOfReferenceUid, references, segments } = segmentation
  return {
    ...prepared,
    object: {
      segmentation: { patientId, studyInstanceUid, frameOfReferenceUid, references },
      source: location.series,
      sourceNote: location.note,
      missingInstances: location.missingInstances,
      seriesProblems: [],
    },
    placed: placeAll(segments, prepared.volume, dicom.limits),
  }
}

type Placed = ReturnType<typeof targetOf>

function common({ images, otherSeries }: DicomForm, changes: WrittenAs) {
  const part = changes.uidPart ?? ''
  const named = changes.source ?? images
  const source: SourceImages = {
    seriesInstanceUid: named.seriesInstanceUid,
    sopClassUid: images.modality === 'CT' ? CT_IMAGE_STORAGE : MR_IMAGE_STORAGE,
    // A series of another length is named by its first image over and over: what counts is whose image it is.
    sopInstanceUids: images.instances.map(
      ({ sopInstanceUid }, n) =>
        (named === otherSeries ? named.instances[n % named.instances.length] : undefined)?.sopInstanceUid ??
        sopInstanceUid,
    ),
  }
  const patientStudy = {
    patientName: 'Synthetic^Perturbed',
    patientId: changes.patientId ?? images.patientId,
    patientBirthDate: '',
    patientSex: '' as const,
    studyInstanceUid: changes.studyInstanceUid ?? images.studyInstanceUid,
    studyDate: '20250101',
    studyTime: '120000',
    studyId: '1',
    studyDescription: '',
    accessionNumber: '',
    referringPhysicianName: '',
  }
  const seriesInstanceUid = deriveUid('perturb', 'series', part)
  const series = { seriesInstanceUid, seriesNumber: 9, seriesDescription: 'SYNTHETIC', ...DATE }
  const sopInstanceUid = deriveUid('perturb', 'object', part)
  return { patientStudy, series, sopInstanceUid, producer: PRODUCER, source }
}

function inFrame(geometry: Geometry, { frameOfReferenceUid }: WrittenAs): Geometry {
  return frameOfReferenceUid === undefined ? geometry : { ...geometry, frameOfReferenceUid }
}

function segBytes(placed: readonly Placed[], dicom: DicomForm, changes: WrittenAs): Uint8Array {
  const geometry = inFrame(placed[0]?.mask.geometry ?? EMPTY, changes)
  return writeSeg({
    ...common(dicom, changes),
    geometry,
    contentLabel: 'SEGMENTATION',
    contentDescription: 'SYNTHETIC',
    contentCreatorName: 'Perturb^',
    segments: placed.map(({ segment, mask }) => ({
      label: segment.label,
      category: CATEGORY,
      type: typeOf(segment.code),
      typeModifier: segment.laterality === null ? null : (LATERALITY[segment.laterality] ?? null),
      anatomicRegion: segment.anatomicRegion,
      algorithmType: 'AUTOMATIC',
      trackingId: `${segment.number}`,
      trackingUid: deriveUid('perturb', 'tracking', changes.uidPart ?? '', `${segment.number}`),
      cielab: null,
      mask: onFrame(mask, geometry),
      predecessor: null,
    })),
  }).bytes
}

function rtStructBytes(placed: readonly Placed[], dicom: DicomForm, changes: WrittenAs): Uint8Array {
  const geometry = inFrame(placed[0]?.mask.geometry ?? EMPTY, changes)
  return writeRtStruct({
    ...common(dicom, changes),
    geometry,
    structureSetLabel: 'SYNTHETIC',
    rois: placed.map(({ segment, mask }) => ({
      name: segment.label,
      type: typeOf(segment.code),
      typeModifier: segment.laterality === null ? null : (LATERALITY[segment.laterality] ?? null),
      generation: 'AUTOMATIC',
      interpretedType: 'ORGAN',
      displayColor: [200, 80, 80],
      mask: onFrame(mask, geometry),
    })),
  }).bytes
}

const EMPTY: Geometry = { frameOfReferenceUid: null, size: [0, 0, 0], affine: [] }

function typeOf(code: Code | null): Code {
  if (code === null) throw new RangeError('A segment that is written needs a code.')
  return code
}

function onFrame(mask: Mask, geometry: Geometry): Mask {
  return { ...mask, geometry }
}
