/** Real masks where they belong, and the same masks where they do not: what the response without an encoder tells apart. */
import type { Prepared } from '../../compute/assess.ts'
import type { Mask, Vector3, Volume } from '../../domain/geometry.ts'
import { countOutsideBody, type Body } from '../../imaging/body.ts'
import { measureMask } from '../../imaging/measure.ts'
import type { Random } from '../../phantom/random.ts'
import { scoreAsPublished } from '../../target/medveriseg/scores.ts'
import { findResponse, type Response } from '../../target/verify.ts'
import { SIDE } from './simulation.ts'
import type { TargetRow } from './scores.ts'

/** Displacements, in boxes of the mask along the axes of its slices. */
export const MOVES = [
  { kind: 'moved by half its width', share: 0.5 },
  { kind: 'moved beside itself', share: 1.1 },
] as const
const OUTSIDE_BODY_MAX = 0.05

/** Rows of every segment of a case that can be scored where it lies; moved masks stay in the body and the image. */
export function realRows(
  { volume, body, placed }: Prepared,
  patient: string,
  group: string,
  random: Random,
): TargetRow[] {
  if (volume === null) return []
  return placed.flatMap(({ mask, ownMask }) => {
    if (mask === null || measureMask(mask) === null) return []
    const present = rowOf({ mask, ownMask, volume, body }, { kind: 'present', label: 1, patient, group })
    if (present === null) return []
    const wrong = MOVES.flatMap(({ kind, share }) => {
      const moved = movedMask(mask, share, volume, body, random)
      const row =
        moved === null
          ? null
          : rowOf({ mask: moved, ownMask: null, volume, body }, { kind, label: 0, patient, group })
      return row === null ? [] : [row]
    })
    return [present, ...wrong]
  })
}

interface Where {
  readonly mask: Mask
  readonly ownMask: Mask | null
  readonly volume: Volume
  readonly body: Body | null
}

export function rowOf(
  where: Where,
  about: Pick<TargetRow, 'kind' | 'label' | 'patient' | 'group'>,
): TargetRow | null {
  const response = findResponse({ ...where, pieces: null })
  if (typeof response === 'string') return null
  return {
    ...about,
    modality: where.volume.modality,
    ours: response.scores,
    published: scoreAsPublished(squareOf(response)),
  }
}

/** In the first direction of four that leaves it in image and body. */
export function movedMask(
  mask: Mask,
  share: number,
  volume: Volume,
  body: Body | null,
  random: Random,
): Mask | null {
  const first = Math.floor(4 * random())
  for (let turn = 0; turn < 4; turn++) {
    const [axis, sign] = (
      [
        [0, 1],
        [0, -1],
        [1, 1],
        [1, -1],
      ] as const
    )[(first + turn) % 4] ?? [0, 1]
    const origin: [number, number, number] = [...mask.box.origin]
    origin[axis] += sign * Math.ceil(share * mask.box.size[axis])
    const end = origin[axis] + mask.box.size[axis]
    if (origin[axis] < 0 || end > volume.geometry.size[axis]) continue
    const moved: Mask = { geometry: mask.geometry, box: { origin, size: mask.box.size }, voxels: mask.voxels }
    const outside = body === null ? 0 : countOutsideBody(moved, body).total
    if (outside <= OUTSIDE_BODY_MAX * (measureMask(moved)?.voxelCount ?? 0)) return moved
  }
  return null
}

/** The published scores know planes: the slice with most of the mask, by its nearest cells on a square. */
function squareOf({ cells, map }: Response): { side: number; values: Float64Array } {
  const [columns, rows, slices]: Vector3 = map.size
  const area = columns * rows
  const inSlice = Array.from({ length: slices }, (_, k) =>
    cells.mask.voxels.subarray(k * area, (k + 1) * area).reduce((sum, one) => sum + one, 0),
  )
  const slice = inSlice.indexOf(Math.max(...inSlice)) * area
  const values = Float64Array.from({ length: SIDE * SIDE }, (_, n) => {
    const i = Math.floor((((n % SIDE) + 0.5) / SIDE) * columns)
    const j = Math.floor(((Math.floor(n / SIDE) + 0.5) / SIDE) * rows)
    const value = map.values[slice + j * columns + i] ?? NaN
    return Number.isNaN(value) ? 0 : value
  })
  return { side: SIDE, values }
}
