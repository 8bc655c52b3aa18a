/** Compact pieces of tissue near a mask that look like what is in it and belong to no mask. */
import type { Mask, Volume } from '../domain/geometry.ts'
import { cellMask, cellsAround, middleOf, robustDeviation, valuesIn, voxelsOf, type Cells } from './cells.ts'
import { findComponents, onlyComponent, onlyComponents, type Component } from './components.ts'
import { voxelVolumeMm3 } from './geometry.ts'
import { dilate } from './morphology.ts'
import { areaUnderCurve } from './rank.ts'

export interface Lookalikes {
  /** P(a value in the mask > one in the ring around it), ties half: 1 stands out bright, 0 dark, 0.5 not at all. */
  readonly auc: number
  /** Largest first. */
  readonly pieces: readonly Piece[]
  /** All voxels of the pieces' cells. */
  readonly voxels: () => Mask
}

export interface Piece {
  readonly cm3: number
  /** Slice of the whole grid through its middle. */
  readonly slice: number
  /** Share of it that lies in the organ that was given; 0 without one. */
  readonly inOrgan: number
  /** Its median against that of the mask, in robust standard deviations of the mask. */
  readonly otherness: number
}

/** How far around the mask's box is searched. */
const MARGIN_MM = 60
/** Within an organ that is known. */
const ORGAN_MARGIN_MM = 120
/** The ring: this many cells beyond a gap of cells of partial volume. */
const RING_GAP = 1
const RING_CELLS = 3
/** What touches a mask, nearly or really, is part of its boundary. */
const APART_CELLS = 2
/** Comparable in size: so much smaller than the largest piece of the mask (in a known organ: than the smallest, crumbs left out), so much larger than the largest. */
const SIZE_MIN = 0.25
const SIZE_MAX = 4
/** Smaller ones are as often a vessel or a node of no interest. */
const CM3_MIN = 0.2
/** Share of the piece's own box that it fills: a ball fills 0.52, vessels and folds less than this. */
const FILL_MIN = 0.3

export interface Search {
  /** Masks of other structures: nothing is looked for in them. */
  readonly others: readonly Mask[]
  /** Where it may be, if that is known: it is searched farther around. */
  readonly organs: readonly Mask[]
  /** How much the mask must stand out: else everything is alike. */
  readonly aucMin: number
  /** Which of the pieces count; null: all. */
  readonly isTarget: ((piece: Piece) => boolean) | null
}

/** Searches only where the mask stands out; else the pieces are empty. Null without values. */
export function findLookalikes(mask: Mask, volume: Volume, search: Search): Lookalikes | null {
  const { others, organs, aucMin, isTarget } = search
  const cells = cellsAround(mask, volume, organs.length > 0 ? ORGAN_MARGIN_MM : MARGIN_MM)
  const taken = takenCells(cells, others)
  const inside = valuesIn(cells.mask.voxels, cells.values)
  const around = valuesIn(ringOf(cells.mask, taken), cells.values)
  if (inside.length === 0 || around.length === 0) return null
  const auc = areaUnderCurve(inside, around)
  if (Math.max(auc, 1 - auc) < aucMin) return { auc, pieces: [], voxels: () => emptied(mask) }
  const alike = alikeCells(cells, taken, likeRange(inside, auc > 0.5))
  const found = findComponents(alike)
  const isComparable = comparableTo(cells, alike, organs.length > 0)
  const organ = organCells(cells, organs)
  const pieces = found.components.flatMap((component, label) => {
    if (!isComparable(component)) return []
    const part = onlyComponent(alike, found, label)
    const piece = describe(component, cells, part, { organ, inside })
    return isTarget === null || isTarget(piece) ? [{ label, piece }] : []
  })
  const labels = new Set(pieces.map(({ label }) => label))
  return {
    auc,
    pieces: pieces.map(({ piece }) => piece),
    voxels: () => voxelsOf(onlyComponents(alike, found, labels), cells, mask.geometry),
  }
}

/** Of a size with the mask's own pieces, compact, and not cut by the end of the search. */
function comparableTo(cells: Cells, alike: Mask, isInOrgan: boolean): (piece: Component) => boolean {
  const sizes = findComponents(cells.mask).components.map(({ voxelCount }) => voxelCount)
  const largest = sizes[0] ?? 0
  const least = sizes.findLast((size) => cm3Of(size, cells) >= CM3_MIN) ?? largest
  // Where it may be anywhere, small pieces are found by chance.
  const smallest = isInOrgan ? least : largest
  return (piece) =>
    piece.voxelCount >= SIZE_MIN * smallest &&
    piece.voxelCount <= SIZE_MAX * largest &&
    fillOf(piece) >= FILL_MIN &&
    !isCut(piece, alike) &&
    cm3Of(piece.voxelCount, cells) >= CM3_MIN
}

function emptied(mask: Mask): Mask {
  return { ...mask, voxels: new Uint8Array(mask.voxels.length) }
}

/** The cells of all masks, with those next to them. */
function takenCells({ mask, step, origin }: Cells, others: readonly Mask[]): Mask {
  const voxels = Uint8Array.from(mask.voxels)
  for (const other of others) {
    const cells = cellMask(other, { step, origin, size: mask.box.size })
    for (let n = 0; n < voxels.length; n++) if (cells[n] === 1) voxels[n] = 1
  }
  return dilate({ ...mask, voxels }, APART_CELLS)
}

/** Around the mask, but for what lies in or next to another one. */
function ringOf(mask: Mask, taken: Mask): Uint8Array {
  const gap = dilate(mask, RING_GAP).voxels
  const near = dilate(mask, APART_CELLS).voxels
  const ring = dilate(mask, RING_GAP + RING_CELLS).voxels
  for (let n = 0; n < ring.length; n++) {
    // Near this mask it may be told apart; near others only beyond what they take.
    if (gap[n] === 1 || (taken.voxels[n] === 1 && near[n] === 0)) ring[n] = 0
  }
  return ring
}

/** From the fainter quartile inside to as far beyond the strongest values as these lie from it. */
function likeRange(inside: Float32Array, isBright: boolean): { low: number; high: number } {
  const at = (share: number): number => inside[Math.floor(share * (inside.length - 1))] ?? 0
  const [faint, strong] = isBright ? [at(0.25), at(0.95)] : [at(0.75), at(0.05)]
  const beyond = strong + (strong - faint)
  return { low: Math.min(faint, beyond), high: Math.max(faint, beyond) }
}

function alikeCells(
  { mask, values }: Cells,
  taken: Mask,
  { low, high }: { low: number; high: number },
): Mask {
  const voxels = new Uint8Array(mask.voxels.length)
  for (let n = 0; n < voxels.length; n++) {
    const value = values[n] ?? NaN
    if (taken.voxels[n] === 0 && value >= low && value <= high) voxels[n] = 1
  }
  return { ...mask, voxels }
}

function fillOf({ voxelCount, box: { size } }: Component): number {
  return voxelCount / (size[0] * size[1] * size[2])
}

/** Its size is not known where the search ends. */
function isCut({ box }: Component, { box: { size } }: Mask): boolean {
  return ([0, 1, 2] as const).some(
    (axis) => box.origin[axis] === 0 || box.origin[axis] + box.size[axis] === size[axis],
  )
}

function describe(
  { voxelCount, centroid }: Component,
  cells: Cells,
  { voxels }: Mask,
  { organ, inside }: { readonly organ: Uint8Array; readonly inside: Float32Array },
): Piece {
  const { step, origin, values } = cells
  const inOrgan = voxels.reduce((sum, voxel, n) => sum + voxel * (organ[n] ?? 0), 0) / voxelCount
  const difference = Math.abs(middleOf(valuesIn(voxels, values)) - middleOf(inside))
  return {
    cm3: cm3Of(voxelCount, cells),
    slice: origin[2] + Math.round(centroid[2] * step[2]),
    inOrgan,
    otherness: difference / robustDeviation(inside),
  }
}

function cm3Of(count: number, { step, mask }: Cells): number {
  return (count * voxelVolumeMm3(mask.geometry) * step[0] * step[1] * step[2]) / 1000
}

function organCells({ mask, step, origin }: Cells, organs: readonly Mask[]): Uint8Array {
  const voxels = new Uint8Array(mask.voxels.length)
  for (const organ of organs) {
    const cells = cellMask(organ, { step, origin, size: mask.box.size })
    for (let n = 0; n < voxels.length; n++) if (cells[n] === 1) voxels[n] = 1
  }
  return voxels
}
