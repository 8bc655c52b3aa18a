/** One slice with a mask's outline, as a PNG to look at a finding. */
import { encode } from 'fast-png'
import type { Mask, Volume } from '../../domain/geometry.ts'

const MARGIN = 25
const ZOOM_TO = 480
const CT_WINDOW = { low: -160, high: 240 }
const LUNG_WINDOW = { low: -1350, high: 150 }
const OUTLINE = [255, 40, 40] as const
const TRUTH_OUTLINE = [60, 220, 60] as const

/**
 * The mask's surroundings in slice k of its grid; grey where there is an image, else the mask alone. `truth`: another mask to be
 * outlined, in green, below it.
 */
export function slicePicture(mask: Mask, volume: Volume | null, k: number, truth: Mask = mask): Uint8Array {
  const [columns, rows] = mask.geometry.size
  const { origin, size } = unionOf(mask.box, truth.box)
  const left = Math.max(0, origin[0] - MARGIN)
  const top = Math.max(0, origin[1] - MARGIN)
  const width = Math.min(columns, origin[0] + size[0] + MARGIN) - left
  const height = Math.min(rows, origin[1] + size[1] + MARGIN) - top
  const zoom = Math.max(1, Math.floor(ZOOM_TO / Math.max(width, height)))
  const grey = greyLevels(volume, k, { left, top, width, height }, mask)
  const data = new Uint8Array(width * zoom * height * zoom * 3)
  for (let y = 0, n = 0; y < height * zoom; y++) {
    const j = Math.floor(y / zoom)
    for (let x = 0; x < width * zoom; x++, n += 3) {
      const i = Math.floor(x / zoom)
      const isEdge = (one: Mask): boolean =>
        isInside(one, left + i, top + j, k) &&
        !(
          isInside(one, left + Math.floor((x - 1) / zoom), top + j, k) &&
          isInside(one, left + Math.floor((x + 1) / zoom), top + j, k) &&
          isInside(one, left + i, top + Math.floor((y - 1) / zoom), k) &&
          isInside(one, left + i, top + Math.floor((y + 1) / zoom), k)
        )
      const level = grey[j * width + i] ?? 0
      data.set(isEdge(mask) ? OUTLINE : isEdge(truth) ? TRUTH_OUTLINE : [level, level, level], n)
    }
  }
  return encode({ width: width * zoom, height: height * zoom, data, channels: 3, depth: 8 })
}

function unionOf(a: Mask['box'], b: Mask['box']): { origin: [number, number]; size: [number, number] } {
  const low = (axis: 0 | 1): number => Math.min(a.origin[axis], b.origin[axis])
  const extent = (axis: 0 | 1): number =>
    Math.max(a.origin[axis] + a.size[axis], b.origin[axis] + b.size[axis]) - low(axis)
  return { origin: [low(0), low(1)], size: [extent(0), extent(1)] }
}

function isInside({ box, voxels }: Mask, i: number, j: number, k: number): boolean {
  const [a, b, c] = [i - box.origin[0], j - box.origin[1], k - box.origin[2]]
  if (a < 0 || b < 0 || c < 0 || a >= box.size[0] || b >= box.size[1] || c >= box.size[2]) return false
  return voxels[(c * box.size[1] + b) * box.size[0] + a] === 1
}

interface Window {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

function greyLevels(volume: Volume | null, k: number, at: Window, mask: Mask): Uint8Array {
  const levels = new Uint8Array(at.width * at.height)
  const values = new Float32Array(levels.length)
  const inside: number[] = []
  for (let j = 0, n = 0; j < at.height; j++) {
    for (let i = 0; i < at.width; i++, n++) {
      const isSet = isInside(mask, at.left + i, at.top + j, k)
      const [columns, rows] = mask.geometry.size
      values[n] =
        volume === null
          ? Number(isSet)
          : (volume.voxels[(k * rows + at.top + j) * columns + at.left + i] ?? 0)
      if (isSet) inside.push(values[n] ?? 0)
    }
  }
  const { low, high } = greyRange(volume, values, inside)
  for (let n = 0; n < levels.length; n++)
    levels[n] = Math.max(0, Math.min(255, (255 * ((values[n] ?? 0) - low)) / (high - low || 1)))
  return levels
}

function greyRange(
  volume: Volume | null,
  values: Float32Array,
  inside: readonly number[],
): { low: number; high: number } {
  if (volume?.modality === 'CT') {
    const mean = inside.reduce((sum, value) => sum + value, 0) / Math.max(1, inside.length)
    return mean < -400 ? LUNG_WINDOW : CT_WINDOW
  }
  const ordered = values.toSorted()
  return { low: ordered[0] ?? 0, high: ordered[Math.floor(0.995 * (ordered.length - 1))] ?? 1 }
}
