/** What a thread is given to draw one segment. Apart from draw.ts, which the main thread has no need to load. */
import type { Mask, Volume } from '../domain/geometry.ts'
import type { Body } from '../imaging/body.ts'
import type { Drawing, DrawRequest } from '../ports.ts'
import type { Prepared } from './assess.ts'

export interface DrawTask {
  readonly volume: Volume
  /** On the grid of the volume. */
  readonly mask: Mask
  /** As the object stores it; may carry probabilities. */
  readonly ownMask: Mask | null
  readonly body: Body | null
  /** A PET beside the images; null: there is none. */
  readonly pet: Volume | null
  readonly segment: DrawRequest
}

/** What drawing a segment of an assessed object takes; null where it has no mask or no images. */
export function drawTaskOf(
  { volume, placed, body, pet }: Pick<Prepared, 'volume' | 'placed' | 'body' | 'pet'>,
  segment: DrawRequest,
): DrawTask | null {
  // One mask, not all of the object: what is shared costs nothing, but contours are copied.
  const own = placed.find((one) => one.segment.number === segment.number)
  if (volume === null || own?.mask == null) return null
  return { volume, mask: own.mask, ownMask: own.ownMask, body, pet: pet ?? null, segment }
}

export const NOTHING_DRAWN: Drawing = { figures: [], leftOut: 0 }
