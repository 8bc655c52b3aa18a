/** Bytes of any segmentation object that Plumbline judges to the one form that the rest of the program knows. */
import type { Segmentation } from '../domain/segmentation.ts'
import { PlumblineError } from '../errors.ts'
import type { ReadLimits } from './limits.ts'
import type { ByteSource } from './byte-source.ts'
import { readPart10, text } from './part10.ts'
import { readRtStruct } from './rtstruct.ts'
import { readSeg } from './seg.ts'
import {
  LABEL_MAP_SEGMENTATION_STORAGE,
  RT_STRUCTURE_SET_STORAGE,
  SEGMENTATION_STORAGE,
} from './segmentation-header.ts'

/** Reads a SEG (binary, fractional, label map) or an RTSTRUCT. Throws PlumblineError('bad-dicom' | 'unsupported-dicom' | 'limit-exceeded'). */
export async function readSegmentation(
  file: Uint8Array | ByteSource,
  limits: ReadLimits,
): Promise<Segmentation> {
  const part10 = readPart10(file, { maxBytes: limits.objectBytesMax, itemsMax: limits.sequenceItemsMax })
  switch (text(part10.dataset, 'SOPClassUID')) {
    case SEGMENTATION_STORAGE:
    case LABEL_MAP_SEGMENTATION_STORAGE:
      return readSeg(part10, limits)
    case RT_STRUCTURE_SET_STORAGE:
      return readRtStruct(part10.dataset, limits)
    default:
      throw new PlumblineError(
        'unsupported-dicom',
        'The object is neither a segmentation (SEG) nor a structure set (RTSTRUCT).',
      )
  }
}
