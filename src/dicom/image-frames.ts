/** Image files to the planes in them: one of a single-frame image, one per frame of a multi-frame image. */
import { PlumblineError } from '../errors.ts'
import { isOrientation } from '../imaging/geometry.ts'
import type { ByteSource } from './byte-source.ts'
import { damaged } from './element-values.ts'
import { frameAttributes, hasFrameGroups } from './functional-groups.ts'
import type { ReadLimits } from './limits.ts'
import { number, numbers, readPart10, text, type Dataset, type Part10 } from './part10.ts'
import { imageOrientation, imagePosition, pixelSpacing } from './plane-attributes.ts'
import type { Slice } from './slice-groups.ts'

/**
 * All planes of all files. Throws PlumblineError: 'bad-dicom' where one cannot be placed in the patient,
 * 'unsupported-dicom' for frames without functional groups, 'limit-exceeded' for too many images, frames counted.
 */
export function readImageFrames(files: readonly (Uint8Array | ByteSource)[], limits: ReadLimits): Slice[] {
  const slices: Slice[] = []
  for (const file of files) {
    const part10 = readPart10(file, { maxBytes: limits.objectBytesMax })
    const frames = frameCount(part10.dataset)
    if (slices.length + frames > limits.seriesInstancesMax) throw tooManyFrames(limits.seriesInstancesMax)
    if (hasFrameGroups(part10.dataset)) slices.push(...framesOf(part10, frames))
    else if (frames === 1) slices.push(readSlice(part10, part10.dataset, 0, null))
    else throw withoutGroups()
  }
  return slices
}

function frameCount(dataset: Dataset): number {
  const [frames = 1, ...rest] = numbers(dataset, 'NumberOfFrames')
  if (rest.length > 0 || !Number.isInteger(frames) || frames < 1)
    throw damaged('its NumberOfFrames is not a legal number')
  return frames
}

function framesOf(part10: Part10, count: number): Slice[] {
  const frames = frameAttributes(part10.dataset)
  if (frames.length !== count) throw damaged(`it says it has ${count} frames and describes ${frames.length}`)
  return frames.map((attributes, index) =>
    readSlice(part10, attributes, index, count === 1 ? null : index + 1),
  )
}

function readSlice(
  part10: Part10,
  attributes: Dataset,
  frameIndex: number,
  frameNumber: number | null,
): Slice {
  const orientation = imageOrientation(attributes)
  return {
    part10,
    attributes,
    frameIndex,
    frameNumber,
    sopInstanceUid: text(part10.dataset, 'SOPInstanceUID'),
    instanceNumber: number(part10.dataset, 'InstanceNumber') ?? Infinity,
    frameOfReferenceUid: text(attributes, 'FrameOfReferenceUID') || null,
    position: imagePosition(attributes) ?? notPlaced('ImagePositionPatient'),
    orientation:
      orientation !== null && isOrientation(orientation) ? orientation : notPlaced('ImageOrientationPatient'),
    pixelSpacingMm: pixelSpacing(attributes) ?? notPlaced('PixelSpacing'),
    rows: number(part10.dataset, 'Rows') ?? notPlaced('Rows'),
    columns: number(part10.dataset, 'Columns') ?? notPlaced('Columns'),
  }
}

/** An image without this attribute has no place in the patient. */
export function notPlaced(keyword: string): never {
  throw new PlumblineError(
    'bad-dicom',
    `An image of the series has no usable ${keyword}: it cannot be placed in the patient.`,
  )
}

function withoutGroups(): PlumblineError {
  return new PlumblineError(
    'unsupported-dicom',
    'The image series is a multi-frame object that does not say where its frames lie.',
    {
      nextStep: 'Let the modality or the PACS provide the classic single-frame series.',
    },
  )
}

function tooManyFrames(limit: number): PlumblineError {
  return new PlumblineError(
    'limit-exceeded',
    `The image series has more than ${limit} images, frames counted.`,
    {
      nextStep: 'Raise limits.seriesInstancesMax if series of this size are expected.',
    },
  )
}
