/**
 * The part of the images that a segment is refined in: a box around it, in cells. A cell is one voxel, or several of a
 * slice where the box would hold too many; slices are never joined. All arrays of cells run slice by slice (k, j, i).
 */
import type { Box, Geometry, Mask, Modality, Vector3, Volume } from '../domain/geometry.ts'
import { spacingMm } from '../imaging/geometry.ts'

export interface Scene {
  /** Cells along i, j, k. */
  readonly size: Vector3
  /** Voxel index of the first voxel of the first cell. */
  readonly origin: Vector3
  /** Voxels per cell along i and j. */
  readonly step: number
  /** Distance between neighbouring cells. */
  readonly cellMm: Vector3
  /** Mean image value per cell. A slice without an image has those of the slice nearest to it. */
  readonly values: Float32Array
  /** What made the images: what their values mean. */
  readonly modality: Modality
  /** The grid that the cells were made from. */
  readonly geometry: Geometry
}

/** One value per cell: 1 inside, 0 outside. */
export type Cells = Uint8Array

interface SceneLimits {
  /** Of the images around the box, within slices and across them. */
  readonly marginMm: readonly [inSlice: number, across: number]
  readonly cellsMax: number
}

/** Null where the masks hold no voxel. They lie on the grid of the volume. */
export function sceneAround(masks: readonly Mask[], volume: Volume, limits: SceneLimits): Scene | null {
  const boxes = masks.map(({ box }) => box).filter(({ size }) => size[0] * size[1] * size[2] > 0)
  if (boxes.length === 0) return null
  const { geometry } = volume
  const spacing = spacingMm(geometry)
  const { origin, size } = grown(boxes, geometry, spacing, limits.marginMm)
  const perCell = (size[0] * size[1] * size[2]) / limits.cellsMax
  const step = Math.max(1, Math.ceil(Math.sqrt(perCell)))
  const cells: Vector3 = [Math.ceil(size[0] / step), Math.ceil(size[1] / step), size[2]]
  return {
    size: cells,
    origin,
    step,
    cellMm: [spacing[0] * step, spacing[1] * step, spacing[2]],
    values: cellValues(volume, origin, cells, step),
    modality: volume.modality,
    geometry,
  }
}

function grown(
  boxes: readonly Box[],
  { size }: Geometry,
  spacing: Vector3,
  [inSlice, across]: SceneLimits['marginMm'],
): Box {
  const margin = (axis: 0 | 1 | 2): number => Math.ceil((axis === 2 ? across : inSlice) / spacing[axis])
  const low = (axis: 0 | 1 | 2): number =>
    Math.max(0, Math.min(...boxes.map((box) => box.origin[axis])) - margin(axis))
  const end = (axis: 0 | 1 | 2): number =>
    Math.min(size[axis], Math.max(...boxes.map((box) => box.origin[axis] + box.size[axis])) + margin(axis))
  const origin: Vector3 = [low(0), low(1), low(2)]
  return { origin, size: [end(0) - origin[0], end(1) - origin[1], end(2) - origin[2]] }
}

function cellValues(volume: Volume, origin: Vector3, size: Vector3, step: number): Float32Array {
  const values = new Float32Array(size[0] * size[1] * size[2])
  const plane = size[0] * size[1]
  const isShown = (k: number): boolean => (volume.instances[origin[2] + k] ?? null) !== null
  for (let k = 0; k < size[2]; k++) {
    if (isShown(k)) fillSlice(values.subarray(k * plane, (k + 1) * plane), volume, origin, k, size, step)
  }
  for (let k = 0; k < size[2]; k++) {
    if (isShown(k)) continue
    const nearest = nearestShown(k, size[2], isShown)
    if (nearest !== null) values.copyWithin(k * plane, nearest * plane, (nearest + 1) * plane)
  }
  return values
}

function nearestShown(k: number, slices: number, isShown: (k: number) => boolean): number | null {
  for (let away = 1; away < slices; away++) {
    for (const other of [k - away, k + away]) if (other >= 0 && other < slices && isShown(other)) return other
  }
  return null
}

function fillSlice(
  out: Float32Array,
  { geometry, voxels }: Volume,
  origin: Vector3,
  k: number,
  [columns, rows]: Vector3,
  step: number,
): void {
  const [width, height] = geometry.size
  const slice = (origin[2] + k) * height
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      let [sum, count] = [0, 0]
      const lastRow = Math.min(height, origin[1] + (j + 1) * step)
      const lastColumn = Math.min(width, origin[0] + (i + 1) * step)
      for (let row = origin[1] + j * step; row < lastRow; row++) {
        for (let column = origin[0] + i * step; column < lastColumn; column++, count++) {
          sum += voxels[(slice + row) * width + column] ?? 0
        }
      }
      out[j * columns + i] = sum / count
    }
  }
}

/** A mask on the grid of the scene, cell by cell: inside where at least half of the voxels are. */
export function cellsOf({ box, voxels }: Mask, { size, origin, step }: Scene): Cells {
  const counts = new Uint16Array(size[0] * size[1] * size[2])
  const [i0, j0, k0] = [box.origin[0] - origin[0], box.origin[1] - origin[1], box.origin[2] - origin[2]]
  for (let k = Math.max(0, -k0); k < box.size[2] && k + k0 < size[2]; k++) {
    for (let j = Math.max(0, -j0); j < box.size[1]; j++) {
      const row = Math.floor((j + j0) / step)
      if (row >= size[1]) break
      const from = (k * box.size[1] + j) * box.size[0]
      const to = ((k + k0) * size[1] + row) * size[0]
      for (let i = Math.max(0, -i0); i < box.size[0]; i++) {
        const column = Math.floor((i + i0) / step)
        if (column >= size[0]) break
        if (voxels[from + i] === 1) counts[to + column] = (counts[to + column] ?? 0) + 1
      }
    }
  }
  const half = (step * step) / 2
  return Uint8Array.from(counts, (count) => (count >= half ? 1 : 0))
}

/**
 * Cells as a mask on the voxel grid. Cells that are as they were in `before`, and beside no other, keep its very voxels, so
 * that what was not refined comes back bit for bit. The scene holds all of `before`.
 */
export function maskOfCells(cells: Cells, before: Mask, scene: Scene): Mask {
  const { size, step, geometry } = scene
  const box = sceneBox(scene)
  const voxels = voxelsIn(before, box)
  const isRedrawn = changedCells(cells, cellsOf(before, scene), scene)
  for (let k = 0, n = 0; k < box.size[2]; k++) {
    for (let j = 0; j < box.size[1]; j++) {
      const row = (k * size[1] + Math.floor(j / step)) * size[0]
      for (let i = 0; i < box.size[0]; i++, n++) {
        const cell = row + Math.floor(i / step)
        if (isRedrawn[cell] === 1) voxels[n] = cells[cell] ?? 0
      }
    }
  }
  return { geometry, box, voxels }
}

/** Cells that differ; where they hold several voxels, with those beside them, whose odd voxels would be left alone. */
function changedCells(cells: Cells, was: Cells, { size, step }: Scene): Cells {
  const changed = cells.map((cell, n) => (cell === was[n] ? 0 : 1))
  if (step === 1) return changed
  const [columns] = size
  const wider = changed.slice()
  for (let n = 0; n < changed.length; n++) {
    if (changed[n] === 1) wider[n - 1] = wider[n + 1] = wider[n - columns] = wider[n + columns] = 1
  }
  return wider
}

/** The voxels of all cells, as far as the grid goes. */
function sceneBox({ size, origin, step, geometry }: Scene): Box {
  const extent = (axis: 0 | 1): number => Math.min(size[axis] * step, geometry.size[axis] - origin[axis])
  return { origin, size: [extent(0), extent(1), size[2]] }
}

/** The voxels of a mask in another box of its grid, in shared memory; what lies beyond that box is left out. */
export function voxelsIn(mask: Mask, { origin, size }: Box): Uint8Array {
  const voxels = new Uint8Array(new SharedArrayBuffer(size[0] * size[1] * size[2]))
  const [i0, j0, k0] = mask.box.origin.map((from, axis) => from - (origin[axis] ?? 0))
  const [columns, rows, slices] = mask.box.size
  const [from, to] = [Math.max(0, -(i0 ?? 0)), Math.min(columns, size[0] - (i0 ?? 0))]
  if (to <= from) return voxels
  for (let k = Math.max(0, -(k0 ?? 0)); k < slices && k + (k0 ?? 0) < size[2]; k++) {
    for (let j = Math.max(0, -(j0 ?? 0)); j < rows && j + (j0 ?? 0) < size[1]; j++) {
      const row = (k * rows + j) * columns
      const place = ((k + (k0 ?? 0)) * size[1] + j + (j0 ?? 0)) * size[0] + (i0 ?? 0)
      voxels.set(mask.voxels.subarray(row + from, row + to), place + from)
    }
  }
  return voxels
}

export function countCells(cells: Cells): number {
  let count = 0
  for (let n = 0; n < cells.length; n++) if (cells[n] === 1) count++
  return count
}

/** Cells as a mask on a grid of their own, for the functions of src/imaging. */
export function asMask(cells: Cells, { size, cellMm, geometry }: Scene): Mask {
  const affine = [cellMm[0], 0, 0, 0, 0, cellMm[1], 0, 0, 0, 0, cellMm[2], 0, 0, 0, 0, 1]
  const { frameOfReferenceUid } = geometry
  return {
    geometry: { frameOfReferenceUid, size, affine },
    box: { origin: [0, 0, 0], size },
    voxels: cells,
  }
}
