/** What an archive would hold of a volume, so that an object on it can be written and found again. */
import type { Prepared } from '../../compute/assess.ts'
import type { Placed } from '../../compute/place.ts'
import { deriveUid } from '../../dicom/uid.ts'
import { CT_IMAGE_STORAGE, MR_IMAGE_STORAGE } from '../../dicom/write-image.ts'
import type { Geometry, Volume } from '../../domain/geometry.ts'
import type { SeriesSummary } from '../../domain/segmentation.ts'
import { findBody } from '../../imaging/body.ts'
import { axisVectorMm, indexToLps, spacingMm } from '../../imaging/geometry.ts'

/** Segments on a volume, checked as if its images had been found by the references of their object. */
export function preparedOn(volume: Volume, images: SeriesSummary, placed: readonly Placed[]): Prepared {
  const { patientId, studyInstanceUid, frameOfReferenceUid, seriesInstanceUid, instances } = images
  const sopInstanceUids = instances.map(({ sopInstanceUid }) => sopInstanceUid)
  const references = [{ seriesInstanceUid, sopInstanceUids }]
  return {
    object: {
      segmentation: { patientId, studyInstanceUid, frameOfReferenceUid, references },
      source: images,
      sourceNote: '',
      missingInstances: [],
      seriesProblems: [],
    },
    volume,
    body: findBody(volume),
    placed,
    seconds: [],
    norms: [],
  }
}

/** One image per slice, under identifiers that derive from the frame of reference. */
export function archivedImages(modality: 'CT' | 'MR', geometry: Geometry): SeriesSummary {
  const { frameOfReferenceUid } = geometry
  const part = (name: string): string => deriveUid('perturb', frameOfReferenceUid ?? '', name)
  return {
    seriesInstanceUid: part('images'),
    modality,
    patientId: 'SYNTHETIC',
    studyInstanceUid: part('study'),
    frameOfReferenceUid,
    instances: planesOf(geometry).map((plane, k) => ({
      ...plane,
      sopInstanceUid: part(`image ${k}`),
      sopClassUid: modality === 'CT' ? CT_IMAGE_STORAGE : MR_IMAGE_STORAGE,
    })),
  }
}

/** Where every slice lies (PS3.3 C.7.6.2). */
function planesOf(geometry: Geometry) {
  const [columns, rows, slices] = geometry.size
  const [x, y] = spacingMm(geometry)
  const [along, down] = [axisVectorMm(geometry.affine, 0), axisVectorMm(geometry.affine, 1)]
  const orientation = [
    along[0] / x,
    along[1] / x,
    along[2] / x,
    down[0] / y,
    down[1] / y,
    down[2] / y,
  ] as const
  return Array.from({ length: slices }, (_, k) => ({
    position: indexToLps(geometry, [0, 0, k]),
    orientation,
    pixelSpacingMm: [y, x] as const,
    rows,
    columns,
  }))
}

/** The same planes under other identifiers and in another frame of reference: an examination of another day. */
export function otherSeriesOf(images: SeriesSummary): SeriesSummary {
  return {
    ...images,
    seriesInstanceUid: deriveUid(images.seriesInstanceUid, 'other'),
    frameOfReferenceUid: deriveUid(images.seriesInstanceUid, 'other frame'),
    instances: images.instances.map((image) => ({
      ...image,
      sopInstanceUid: deriveUid(image.sopInstanceUid, 'other'),
    })),
  }
}
