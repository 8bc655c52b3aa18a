/** Do the images of a series belong together: one patient, one study, one series, each image itself (PS3.3 C.7.1 to C.7.3)? */
import type { Modality } from '../domain/geometry.ts'
import { PlumblineError } from '../errors.ts'
import { length, subtract } from '../imaging/geometry.ts'
import { SAME_POSITION_MM } from '../imaging/stack.ts'
import { damaged } from './element-values.ts'
import { isUidLike } from './json.ts'
import { text, type Dataset } from './part10.ts'
import type { Slice } from './slice-groups.ts'

/** What all images share, and what to call several of them. */
const SHARED = [
  ['PatientID', 'patients'],
  ['StudyInstanceUID', 'studies'],
  ['SeriesInstanceUID', 'series'],
  ['Modality', 'modalities'],
] as const

/**
 * The modality of images of one series. Throws PlumblineError: 'bad-dicom' without images or where they belong to
 * several series, studies or patients, 'unsupported-dicom' for modalities other than CT, MR and PET.
 */
export function commonModality(images: readonly Dataset[]): Modality {
  const [first] = images
  if (first === undefined) throw new PlumblineError('bad-dicom', 'The image series holds no images.')
  for (const [keyword, several] of SHARED) {
    const shared = text(first, keyword)
    if (images.some((image) => text(image, keyword) !== shared))
      throw new PlumblineError('bad-dicom', `The images belong to several ${several}.`)
  }
  const modality = text(first, 'Modality')
  if (modality === 'CT' || modality === 'MR' || modality === 'PT') return modality
  throw new PlumblineError('unsupported-dicom', 'The image series is neither CT, MR nor PET.')
}

/** An image may come twice. Throws PlumblineError('bad-dicom') where two different ones have one name, or one has none. */
export function requireOwnIdentities(slices: readonly Slice[]): void {
  const known = new Map<string, Slice>()
  for (const slice of slices) {
    const { sopInstanceUid, frameIndex, position } = slice
    if (!isUidLike(sopInstanceUid)) throw damaged('its SOPInstanceUID is missing or not a UID')
    const name = `${sopInstanceUid} ${frameIndex}`
    const other = known.get(name)
    if (other === undefined) known.set(name, slice)
    else if (length(subtract(position, other.position)) > SAME_POSITION_MM)
      throw new PlumblineError(
        'bad-dicom',
        'Images at different positions have the same SOPInstanceUID: which one is meant cannot be told.',
      )
  }
}
