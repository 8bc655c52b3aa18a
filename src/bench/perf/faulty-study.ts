/** A synthetic patient whose liver is to be mended: what a refinement is measured on. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CT_IMAGE_STORAGE, writeImageSeries } from '../../dicom/write-image.ts'
import { writeSeg } from '../../dicom/write-seg.ts'
import type { Producer } from '../../domain/case.ts'
import type { Vector3 } from '../../domain/geometry.ts'
import { withFault } from '../../phantom/faults.ts'
import { makeCtPatient } from '../../phantom/patient.ts'
import { ANATOMICAL_STRUCTURE, STRUCTURES } from '../../phantom/structures.ts'
import { studyHeader } from './study-header.ts'

/** Name of the folder: raise it when what is written changes. */
export const FAULTY_EDITION = 'faulty 1'
const GRID: { readonly size: Vector3; readonly spacingMm: Vector3 } = {
  size: [512, 512, 100],
  spacingMm: [0.75, 0.75, 4.2],
}
const SEED = 3001

const { patientStudy, series, uid } = studyHeader(FAULTY_EDITION, '2')
const producer: Producer = { manufacturer: 'Synthetic bench', algorithm: 'Phantom', version: '1' }

/** CT of 100 slices of 512 x 512, and a SEG of its liver without the slices in its middle. */
export async function writeFaultyStudy(folder: string): Promise<void> {
  const patient = makeCtPatient({ seed: SEED, frameOfReferenceUid: uid('frame of reference'), grid: GRID })
  const sopInstanceUids = Array.from({ length: GRID.size[2] }, (_, k) => uid('image', String(k)))
  const images = writeImageSeries({
    patientStudy,
    series: series('images', 2),
    equipment: producer,
    acquisition: { modality: 'CT', kvp: 120, rescaleIntercept: 0, rescaleSlope: 1 },
    bodyPart: 'ABDOMEN',
    geometry: patient.geometry,
    voxels: patient.voxels,
    sopInstanceUids,
    window: { center: 40, width: 400 },
  })
  let number = 0
  for (const { bytes } of images) await writeFile(join(folder, `ct-${number++}.dcm`), bytes)
  const { type, label } = STRUCTURES.liver
  const { bytes } = writeSeg({
    patientStudy,
    series: series('seg', 101),
    sopInstanceUid: uid('seg object'),
    contentLabel: 'BENCH',
    contentDescription: '',
    contentCreatorName: '',
    producer,
    geometry: patient.geometry,
    source: { seriesInstanceUid: uid('images'), sopClassUid: CT_IMAGE_STORAGE, sopInstanceUids },
    segments: [
      {
        mask: withFault(patient.truth('liver'), 'slice-gap'),
        predecessor: null,
        label,
        category: ANATOMICAL_STRUCTURE,
        type,
        typeModifier: null,
        anatomicRegion: null,
        algorithmType: 'AUTOMATIC',
        trackingId: '1',
        trackingUid: uid('segment'),
        cielab: null,
      },
    ],
  })
  await writeFile(join(folder, 'seg.dcm'), bytes)
}
