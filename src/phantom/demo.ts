/** The demo studies as DICOM instances: images and, made from their true masks, segmentation objects. */
import type { Mask } from '../domain/geometry.ts'
import type { InstanceRef, StoreItem } from '../ports.ts'
import { cielabOf } from '../dicom/cielab.ts'
import type { PatientStudy, SeriesHeader, SourceImages } from '../dicom/patient-study.ts'
import { RT_STRUCTURE_SET_STORAGE, SEGMENTATION_STORAGE } from '../dicom/segmentation-header.ts'
import { deriveUid } from '../dicom/uid.ts'
import {
  CT_IMAGE_STORAGE,
  MR_IMAGE_STORAGE,
  writeImageSeries,
  type Acquisition,
  type ImageSeries,
} from '../dicom/write-image.ts'
import { writeRtStruct } from '../dicom/write-rtstruct.ts'
import { writeSeg } from '../dicom/write-seg.ts'
import { DEMO_CASES, DEMO_PATIENTS, type DemoCase, type DemoPatient, type DemoSegment } from './demo-cases.ts'
import { withFault } from './faults.ts'
import { makeCtPatient, makeMrPatient, PHANTOM_SIZE, type PhantomPatient } from './patient.ts'
import { redrawn } from './redraw.ts'
import { ANATOMICAL_STRUCTURE, STRUCTURES } from './structures.ts'

/** Part of every UID: raise it when the demo's pixels or masks change, so that old ones are not taken for new. */
const EDITION = 'demo 1'
const BOUNDARY_NOISE_MM = 1
const CT_OFFSET = 1024

/** One study that can be made. The references need no pixels, so a start can see what is stored already. */
export interface DemoStudy {
  readonly patient: DemoPatient
  readonly studyInstanceUid: string
  readonly images: readonly InstanceRef[]
  readonly segmentations: readonly (InstanceRef & { readonly caseId: string })[]
}

/** Part 10 bytes of one demo study. Store the images before the segmentations. */
export interface MadeStudy {
  readonly study: DemoStudy
  readonly images: readonly StoreItem[]
  readonly segmentations: readonly StoreItem[]
}

/** What the demo consists of; the same on every start. */
export function demoStudies(): DemoStudy[] {
  return DEMO_PATIENTS.map((patient) => {
    const studyInstanceUid = uidOf(patient.id, 'study')
    const imageSopClassUid = patient.modality === 'CT' ? CT_IMAGE_STORAGE : MR_IMAGE_STORAGE
    const [, , slices] = PHANTOM_SIZE[patient.modality]
    return {
      patient,
      studyInstanceUid,
      images: Array.from({ length: slices }, (_, k) => ({
        studyInstanceUid,
        seriesInstanceUid: uidOf(patient.id, 'images'),
        sopInstanceUid: uidOf(patient.id, 'image', String(k)),
        sopClassUid: imageSopClassUid,
      })),
      segmentations: DEMO_CASES.filter((demoCase) => demoCase.patient === patient.id).map((demoCase) => ({
        caseId: demoCase.id,
        studyInstanceUid,
        seriesInstanceUid: uidOf(demoCase.id, 'series'),
        sopInstanceUid: uidOf(demoCase.id, 'object'),
        sopClassUid: demoCase.modality === 'SEG' ? SEGMENTATION_STORAGE : RT_STRUCTURE_SET_STORAGE,
      })),
    }
  })
}

/** Makes the studies one by one, so that only one is in memory. */
export function* makeDemoStudies(studies: readonly DemoStudy[] = demoStudies()): Generator<MadeStudy> {
  for (const study of studies) yield makeDemoStudy(study)
}

export function makeDemoStudy(study: DemoStudy): MadeStudy {
  const { patient } = study
  const options = { seed: patient.seed, frameOfReferenceUid: uidOf(patient.id, 'frame of reference') }
  const phantom = patient.modality === 'CT' ? makeCtPatient(options) : makeMrPatient(options)
  return {
    study,
    images: [...writeImageSeries(imageSeries(study, phantom))],
    segmentations: DEMO_CASES.filter((demoCase) => demoCase.patient === patient.id).map((demoCase, index) =>
      writeObject(demoCase, study, phantom, index),
    ),
  }
}

/** The mask of one demo segment: a redrawn truth with its fault. */
export function demoMask(phantom: PhantomPatient, segment: DemoSegment, seed: number): Mask {
  const truth = phantom.truth(segment.drawn ?? segment.structure)
  return withFault(redrawn(truth, BOUNDARY_NOISE_MM, seed), segment.fault)
}

function uidOf(...parts: string[]): string {
  return deriveUid(EDITION, ...parts)
}

function patientStudy({ patient, studyInstanceUid }: DemoStudy): PatientStudy {
  return {
    patientName: patient.name,
    patientId: patient.patientId,
    patientBirthDate: '19600101',
    patientSex: patient.sex,
    studyInstanceUid,
    studyDate: patient.studyDate,
    studyTime: '090000',
    studyId: patient.patientId.slice(-6),
    studyDescription: patient.studyDescription,
    accessionNumber: '',
    referringPhysicianName: '',
  }
}

const ACQUISITIONS: Readonly<Record<'CT' | 'MR', Acquisition>> = {
  CT: { modality: 'CT', kvp: 120, rescaleIntercept: -CT_OFFSET, rescaleSlope: 1 },
  MR: {
    modality: 'MR',
    scanningSequence: 'SE',
    repetitionTimeMs: 4200,
    echoTimeMs: 105,
    echoTrainLength: 16,
  },
}

function imageSeries(study: DemoStudy, phantom: PhantomPatient): ImageSeries {
  const ct = phantom.modality === 'CT'
  const images = study.images
  return {
    patientStudy: patientStudy(study),
    series: {
      seriesInstanceUid: images[0]?.seriesInstanceUid ?? '',
      seriesNumber: 2,
      seriesDescription: ct ? 'SYNTHETIC portal venous 5 mm' : 'SYNTHETIC T2 oblique 3 mm',
      seriesDate: study.patient.studyDate,
      seriesTime: '090500',
    },
    equipment: { manufacturer: 'Synthetic demo', algorithm: 'Plumbline phantom', version: '1' },
    acquisition: ACQUISITIONS[phantom.modality],
    bodyPart: ct ? 'CHESTABDOMEN' : 'PROSTATE',
    geometry: phantom.geometry,
    voxels: ct ? phantom.voxels.map((hu) => Math.max(0, hu + CT_OFFSET)) : phantom.voxels,
    sopInstanceUids: images.map((image) => image.sopInstanceUid),
    window: ct ? { center: 40, width: 400 } : { center: 550, width: 1100 },
  }
}

function writeObject(
  demoCase: DemoCase,
  study: DemoStudy,
  phantom: PhantomPatient,
  index: number,
): StoreItem {
  const series: SeriesHeader = {
    seriesInstanceUid: uidOf(demoCase.id, 'series'),
    seriesNumber: 101 + index,
    seriesDescription: `SYNTHETIC ${demoCase.producer.algorithm} ${demoCase.description}`,
    seriesDate: study.patient.studyDate,
    seriesTime: `10${String(index).padStart(2, '0')}00`,
  }
  const source: SourceImages = {
    seriesInstanceUid: study.images[0]?.seriesInstanceUid ?? '',
    sopClassUid: study.images[0]?.sopClassUid ?? '',
    sopInstanceUids: study.images.map((image) => image.sopInstanceUid),
  }
  const common = {
    patientStudy: patientStudy(study),
    series,
    sopInstanceUid: uidOf(demoCase.id, 'object'),
    producer: demoCase.producer,
    geometry: phantom.geometry,
    source,
  }
  const seed = study.patient.seed * 100 + index * 10
  const drawn = demoCase.segments.map((segment, number) => ({
    structure: STRUCTURES[segment.structure],
    mask: demoMask(phantom, segment, seed + number),
  }))
  return demoCase.modality === 'SEG' ? segOf(demoCase, common, drawn) : rtStructOf(demoCase, common, drawn)
}

type Common = Omit<Parameters<typeof writeRtStruct>[0], 'rois' | 'structureSetLabel'>
type Drawn = readonly {
  readonly structure: (typeof STRUCTURES)[keyof typeof STRUCTURES]
  readonly mask: Mask
}[]

function segOf(demoCase: DemoCase, common: Common, drawn: Drawn): StoreItem {
  return writeSeg({
    ...common,
    contentLabel: 'SEGMENTATION',
    contentDescription: `SYNTHETIC ${demoCase.description}`,
    contentCreatorName: `${demoCase.producer.algorithm}^`,
    segments: drawn.map(({ structure, mask }) => ({
      label: structure.label,
      category: ANATOMICAL_STRUCTURE,
      type: structure.type,
      typeModifier: structure.laterality,
      anatomicRegion: null,
      algorithmType: 'AUTOMATIC',
      trackingId: `${demoCase.id} ${structure.id}`,
      trackingUid: uidOf(demoCase.id, 'tracking', structure.id),
      cielab: cielabOf(structure.rgb),
      mask,
      predecessor: null,
    })),
  })
}

function rtStructOf(demoCase: DemoCase, common: Common, drawn: Drawn): StoreItem {
  return writeRtStruct({
    ...common,
    structureSetLabel: demoCase.producer.algorithm,
    rois: drawn.map(({ structure, mask }) => ({
      name: structure.roiName,
      type: structure.type,
      typeModifier: structure.laterality,
      generation: 'AUTOMATIC',
      interpretedType: 'ORGAN',
      displayColor: structure.rgb,
      mask,
    })),
  })
}
