/** The frames of multi-frame images that an object says it was made from: a SEG in its frames (PS3.3 C.7.6.16.2.6). */
import type { FrameReference } from '../domain/segmentation.ts'
import { items, numbers, text, type Dataset } from './part10.ts'

/** Each frame once; empty where images are named as a whole, or none are. */
export function referencedFrames(dataset: Dataset): FrameReference[] {
  const groups = [
    ...items(dataset, 'SharedFunctionalGroupsSequence'),
    ...items(dataset, 'PerFrameFunctionalGroupsSequence'),
  ]
  // Frames share what they repeat (parse.ts), so each item need be looked at once only.
  const derivations = new Set(groups.flatMap((group) => items(group, 'DerivationImageSequence')))
  return framesOf([...derivations].flatMap((derivation) => items(derivation, 'SourceImageSequence')))
}

/** The frames that items name as an Image SOP Instance Reference (PS3.3 table 10-3), each once. */
export function framesOf(images: readonly Dataset[]): FrameReference[] {
  const byImage = new Map<string, Set<number>>()
  for (const image of images) collect(image, byImage)
  return [...byImage].flatMap(([sopInstanceUid, frames]) =>
    [...frames].map((frameNumber) => ({ sopInstanceUid, frameNumber })),
  )
}

function collect(image: Dataset, byImage: Map<string, Set<number>>): void {
  const frames = numbers(image, 'ReferencedFrameNumber').filter((n) => Number.isInteger(n) && n > 0)
  if (frames.length === 0) return
  const uid = text(image, 'ReferencedSOPInstanceUID')
  const known = byImage.get(uid) ?? new Set()
  byImage.set(uid, known)
  for (const frame of frames) known.add(frame)
}
