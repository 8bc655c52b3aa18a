/** How far the image under a mask differs from the image around it. */
import type { Mask, Volume } from '../domain/geometry.ts'
import { measureMask } from './measure.ts'
import { dilate } from './morphology.ts'
import { areaUnderCurve } from './rank.ts'
import { restrict } from './restrict.ts'
import { runsOf } from './runs.ts'
import { framed } from './shell.ts'

export interface Ring {
  /** Layers of voxels left out next to the mask: its partial volume. */
  readonly gap: number
  /** Layers taken beyond. */
  readonly layers: number
}

/** Of more values every n-th is taken. */
const VALUES_MAX = 4000

/**
 * 2 AUC - 1 of the values inside against those in a ring around: 0 where they are alike, 1 where all inside are higher, -1 where
 * all are lower. Null without a value on either side. The ring is taken as far as it lies inside or outside of `other`, where
 * one is given.
 */
export function excessOver(
  mask: Mask,
  volume: Volume,
  { gap, layers }: Ring,
  where: 'inside' | 'outside' | null = null,
  other: Mask = mask,
): number | null {
  const tight = measureMask(mask)?.tight
  if (tight === undefined) return null
  const inner = framed(mask, tight, gap + layers)
  const near = dilate(inner, gap)
  const wide = dilate(near, layers)
  for (let n = 0; n < wide.voxels.length; n++) if (near.voxels[n] === 1) wide.voxels[n] = 0
  const ring = where === null ? wide : restrict(wide, other, where)
  const [inside, around] = [valuesUnderMask(inner, volume), valuesUnderMask(ring, volume)]
  if (inside.length === 0 || around.length === 0) return null
  return 2 * areaUnderCurve(inside, around) - 1
}

/** As `excessOver`, whichever way: 1 where inside and ring have no value in common. */
export function contrastTo(...args: Parameters<typeof excessOver>): number | null {
  const excess = excessOver(...args)
  return excess === null ? null : Math.abs(excess)
}

/** Ascending; slices without an image left out. */
function valuesUnderMask(mask: Mask, { geometry, instances, voxels }: Volume): Float32Array {
  const runs = runsOf(mask)
  const { origin } = mask.box
  const total = mask.voxels.reduce((sum, voxel) => sum + voxel, 0)
  const step = Math.max(1, Math.ceil(total / VALUES_MAX))
  const taken: number[] = []
  let next = 0
  for (let run = 0; run < runs.count; run++) {
    const k = origin[2] + (runs.k[run] ?? 0)
    if (instances[k] === null) continue
    const row = (k * geometry.size[1] + origin[1] + (runs.j[run] ?? 0)) * geometry.size[0] + origin[0]
    const [first, last] = [runs.start[run] ?? 0, runs.end[run] ?? 0]
    for (let i = first + next; i <= last; i += step) taken.push(voxels[row + i] ?? 0)
    const length = last - first + 1
    next = next >= length ? next - length : (step - ((length - next) % step)) % step
  }
  return Float32Array.from(taken).toSorted()
}
