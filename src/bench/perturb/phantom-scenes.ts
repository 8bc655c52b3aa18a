/** Synthetic patients as scenes: organs and lesions of which the truth is known. */
import type { Placed } from '../../compute/place.ts'
import type { ReadLimits } from '../../dicom/limits.ts'
import { deriveUid } from '../../dicom/uid.ts'
import type { Code } from '../../domain/code.ts'
import type { Mask, Vector3, Volume } from '../../domain/geometry.ts'
import { indexToLps, length, spacingMm, subtract } from '../../imaging/geometry.ts'
import { paint } from '../../phantom/canvas.ts'
import { makeCtPatient, makeMrPatient, type PhantomPatient } from '../../phantom/patient.ts'
import { onWholeGrid, tight } from '../../phantom/mask-box.ts'
import { between, seededRandom, type Random } from '../../phantom/random.ts'
import { ellipsoid } from '../../phantom/shapes.ts'
import { STRUCTURES, type StructureId } from '../../phantom/structures.ts'
import { valueAt } from '../../imaging/redraw.ts'
import { archivedImages, otherSeriesOf, preparedOn } from './archived.ts'
import { grown } from './mask-edits.ts'
import type { DicomForm, Scene } from './scene.ts'

const CT_ORGANS: readonly StructureId[] = ['liver', 'spleen', 'kidney-right', 'kidney-left', 'aorta']
const ABSENT = {
  CT: ['Prostate', 'Urinary bladder', 'Brain'],
  MR: ['Liver', 'Spleen', 'Brain'],
} as const
const UNITS = { CT: "[hnsf'U]", MR: '1' } as const

/** Darker than the liver by so much, HU. */
const LESION_CONTRAST_HU = 55
const LESION_RADII_MM = [7, 9, 12, 15] as const
const LESION_TRIES_MAX = 500
/** Distance of centres in sums of radii. */
const LESIONS_APART = 1.5

/** Every segment of one patient in turn; the images are made once. */
export function phantomScenes(modality: 'CT' | 'MR', seed: number, limits: ReadLimits): Scene[] {
  const frameOfReferenceUid = deriveUid('perturb', modality, `${seed}`)
  const make = modality === 'CT' ? makeCtPatient : makeMrPatient
  const phantom = make({ seed, frameOfReferenceUid })
  const placed =
    modality === 'CT' ? ctSegments(phantom, seed) : [segmentOf('prostate', 1, phantom.truth('prostate'))]
  const images = archivedImages(modality, phantom.geometry)
  const volume: Volume = {
    geometry: phantom.geometry,
    modality,
    seriesInstanceUid: images.seriesInstanceUid,
    unit: UNITS[modality],
    voxels: phantom.voxels,
    instances: images.instances.map(({ sopInstanceUid }) => sopInstanceUid),
    problems: [],
  }
  const prepared = preparedOn(volume, images, placed)
  const dicom: DicomForm = { images, otherSeries: otherSeriesOf(images), limits }
  const common = { patient: `phantom ${modality} ${seed}`, set: `phantom ${modality}`, prepared, dicom }
  return placed.map(({ segment }) => ({ ...common, absent: ABSENT[modality], number: segment.number }))
}

function ctSegments(phantom: PhantomPatient, seed: number): Placed[] {
  const organs = CT_ORGANS.map((id, n) => segmentOf(id, n + 1, phantom.truth(id)))
  const lesions = paintLesions(phantom, seededRandom(seed))
  return lesions === null ? organs : [...organs, lesionSegment(organs.length + 1, lesions)]
}

function segmentOf(id: StructureId, number: number, mask: Mask): Placed {
  const { label, type, laterality } = STRUCTURES[id]
  const side = laterality?.meaning === 'Left' ? 'left' : laterality?.meaning === 'Right' ? 'right' : null
  const nothing = { category: null, anatomicRegion: null, trackingId: null, trackingUid: null }
  return placedOf({ number, label, code: type, laterality: side, ...nothing }, mask)
}

const LESION: Code = { scheme: 'SCT', value: '52988006', meaning: 'Lesion' }

function lesionSegment(number: number, mask: Mask): Placed {
  const nothing = { category: null, laterality: null, trackingId: null, trackingUid: null }
  const anatomicRegion = STRUCTURES.liver.type
  return placedOf({ number, label: 'Liver lesion', code: LESION, anatomicRegion, ...nothing }, mask)
}

function placedOf(segment: Placed['segment'], mask: Mask): Placed {
  return { segment, mask, ownMask: mask, contours: null, problems: [], notAssessable: null }
}

/** Balls within the liver, apart from each other, made darker in the images; null without room for two. */
function paintLesions(phantom: PhantomPatient, random: Random): Mask | null {
  const { geometry, voxels } = phantom
  const liver = phantom.truth('liver')
  const centres: { readonly centre: Vector3; readonly radiusMm: number }[] = []
  for (const radiusMm of LESION_RADII_MM) {
    const centre = roomFor(radiusMm, liver, centres, random)
    if (centre !== null) centres.push({ centre, radiusMm })
  }
  if (centres.length < 2) return null
  const coats = centres.map(({ centre, radiusMm }) => ({
    label: 1,
    shape: ellipsoid(centre, [radiusMm, radiusMm, radiusMm]),
  }))
  const { labels } = paint(geometry, coats)
  for (let n = 0; n < labels.length; n++)
    if (labels[n] === 1) voxels[n] = (voxels[n] ?? 0) - LESION_CONTRAST_HU
  return tight({ ...onWholeGrid(liver), voxels: labels })
}

function roomFor(
  radiusMm: number,
  liver: Mask,
  taken: readonly { readonly centre: Vector3; readonly radiusMm: number }[],
  random: Random,
): Vector3 | null {
  const inner = grown(liver, -radiusMm - Math.max(...spacingMm(liver.geometry)))
  const { origin, size } = inner.box
  for (let n = 0; n < LESION_TRIES_MAX; n++) {
    const at = (axis: 0 | 1 | 2): number =>
      Math.floor(between(random, origin[axis], origin[axis] + size[axis]))
    const index: Vector3 = [at(0), at(1), at(2)]
    const centre = indexToLps(liver.geometry, index)
    const isApart = taken.every(
      (other) => length(subtract(centre, other.centre)) > LESIONS_APART * (radiusMm + other.radiusMm),
    )
    if (valueAt(inner, ...index) === 1 && isApart) return centre
  }
  return null
}
