/** The images that a segmentation refers to: of several at one position, these are measured on. */
import type { Segmentation } from '../domain/segmentation.ts'

/** SOP Instance UIDs; of multi-frame images the frames that are named (from 1), none named: all of them. */
export type PreferredImages = ReadonlyMap<string, ReadonlySet<number>>

export function preferredImages({
  references,
  referencedFrames = [],
}: Pick<Segmentation, 'references' | 'referencedFrames'>): PreferredImages {
  const preferred = new Map<string, Set<number>>()
  for (const { sopInstanceUids } of references)
    for (const uid of sopInstanceUids) preferred.set(uid, new Set())
  for (const { sopInstanceUid, frameNumber } of referencedFrames) {
    const frames = preferred.get(sopInstanceUid) ?? new Set()
    preferred.set(sopInstanceUid, frames.add(frameNumber))
  }
  return preferred
}

export function isPreferred(
  image: { readonly sopInstanceUid: string; readonly frameNumber: number | null },
  preferred: PreferredImages,
): boolean {
  const frames = preferred.get(image.sopInstanceUid)
  if (frames === undefined) return false
  return frames.size === 0 || image.frameNumber === null || frames.has(image.frameNumber)
}
