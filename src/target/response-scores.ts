/**
 * How well a response map and a mask agree: four numbers in place of MedVeriSeg's three. They see the mask, do not change
 * with the size of the target, and know that some structures have several pieces.
 */
import type { Mask, Vector3 } from '../domain/geometry.ts'
import { findComponents, type Components } from '../imaging/components.ts'
import { dilate } from '../imaging/morphology.ts'
import { areaUnderCurve, valueAtRank } from '../imaging/rank.ts'

/** A response at cells of a regular grid, in the order k, j, i; one slice for a response over a plane. */
export interface ResponseMap {
  readonly size: Vector3
  readonly spacingMm: Vector3
  /** NaN where nothing is known, or nothing of the patient is. */
  readonly values: Float32Array
}

export interface ResponseScores {
  /** 2 AUROC - 1 of the response inside against outside, 0..1; 0 also where the inside responds less. */
  readonly strength: number
  /** Mean response inside over the median outside, in robust standard deviations of the outside. */
  readonly contrast: number
  /** How ball-like the strongest pieces are, times their share of the response, 0..1. */
  readonly compactness: number
  /** Share of the response that lies in the mask or next to it, 0..1. */
  readonly purity: number
  /** Share of the mask that responds, 0..1. */
  readonly coverage: number
}

export interface ScoreOptions {
  /** How many pieces the structure has; null: any number, those that touch the mask count. */
  readonly pieces: number | null
  /** What lies so near to the mask is neither inside nor outside. */
  readonly toleranceCells: number
}

/** Median absolute deviation to standard deviation, normal distribution. */
const MAD_TO_SD = 1.4826
/** A background that hardly varies is taken to vary by this share of the whole range. */
const DEVIATION_MIN = 0.05
/** Responses count from so many standard deviations above the background. */
const ENERGY_FROM = 2

/** `mask`: 1 at the cells of the segment. Null where nothing lies inside, or nothing outside. */
export function scoreResponse(
  map: ResponseMap,
  mask: Uint8Array,
  { pieces, toleranceCells }: ScoreOptions,
): ResponseScores | null {
  const near = dilate(onCells(map, mask), toleranceCells).voxels
  const inside = valuesWhere(map.values, (n) => mask[n] === 1)
  const outside = valuesWhere(map.values, (n) => near[n] === 0)
  if (inside.length === 0 || outside.length === 0) return null
  const median = medianOf(outside)
  const deviation = deviationOf(outside, median, map.values)
  const energy = map.values.map((value) => Math.max(0, (value - median) / deviation - ENERGY_FROM) || 0)
  return {
    strength: 2 * Math.max(0.5, areaUnderCurve(inside.toSorted(), outside.toSorted())) - 1,
    contrast: (meanOf(inside) - median) / deviation,
    compactness: compactnessOf(map, energy, mask, pieces),
    ...sharesOf(energy, mask, near),
  }
}

function onCells({ size }: ResponseMap, voxels: Uint8Array): Mask {
  const geometry = { frameOfReferenceUid: null, size, affine: [] }
  return { geometry, box: { origin: [0, 0, 0], size }, voxels }
}

function valuesWhere(values: Float32Array, isTaken: (n: number) => boolean): Float32Array {
  const taken = new Float32Array(values.length)
  let count = 0
  for (let n = 0; n < values.length; n++) {
    const value = values[n] ?? NaN
    if (!Number.isNaN(value) && isTaken(n)) taken[count++] = value
  }
  return taken.subarray(0, count)
}

function medianOf(values: Float32Array): number {
  return valueAtRank(values, (values.length - 1) >> 1)
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function deviationOf(outside: Float32Array, median: number, all: Float32Array): number {
  const mad = medianOf(outside.map((value) => Math.abs(value - median)))
  let [low, high] = [Infinity, -Infinity]
  for (const value of all) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return Math.max(MAD_TO_SD * mad, DEVIATION_MIN * (high - low), Number.MIN_VALUE)
}

function sharesOf(
  energy: Float32Array,
  mask: Uint8Array,
  near: Uint8Array,
): Pick<ResponseScores, 'purity' | 'coverage'> {
  let [all, close, cells, responding] = [0, 0, 0, 0]
  for (let n = 0; n < energy.length; n++) {
    const value = energy[n] ?? 0
    all += value
    if (near[n] === 1) close += value
    if (mask[n] !== 1) continue
    cells++
    if (value > 0) responding++
  }
  return { purity: all === 0 ? 0 : close / all, coverage: responding / cells }
}

/** Of one connected piece of the response. */
interface Piece {
  cells: number
  energy: number
  isInMask: boolean
  /** Sums of energy times position and position squared, mm. */
  readonly first: [number, number, number]
  readonly second: [number, number, number]
}

/** A ball (disc) of even response gives 1 whatever its size, two of them too where two are expected. */
function compactnessOf(
  map: ResponseMap,
  energy: Float32Array,
  mask: Uint8Array,
  expected: number | null,
): number {
  const active = onCells(
    map,
    Uint8Array.from(energy, (value) => (value > 0 ? 1 : 0)),
  )
  const found = piecesOf(map, energy, mask, findComponents(active))
  const total = found.reduce((sum, piece) => sum + piece.energy, 0)
  const top =
    expected === null
      ? found.filter(({ isInMask }) => isInMask)
      : found.toSorted((a, b) => b.energy - a.energy).slice(0, expected)
  if (total === 0 || top.length === 0) return 0
  const size = top.reduce((sum, { cells }) => sum + cells, 0)
  const asBall = top.reduce((sum, piece) => sum + cellsAsBall(piece, map), 0)
  const share = top.reduce((sum, piece) => sum + piece.energy, 0) / total
  return Math.min(1, size / asBall) * share
}

function piecesOf(
  { size: [columns, rows], spacingMm }: ResponseMap,
  energy: Float32Array,
  mask: Uint8Array,
  { components, runs }: Components,
): Piece[] {
  const pieces = components.map(({ voxelCount }): Piece => ({
    cells: voxelCount,
    energy: 0,
    isInMask: false,
    first: [0, 0, 0],
    second: [0, 0, 0],
  }))
  for (let run = 0; run < runs.count; run++) {
    const piece = pieces[runs.label[run] ?? 0]
    const [j, k] = [runs.j[run] ?? 0, runs.k[run] ?? 0]
    const [y, z] = [j * spacingMm[1], k * spacingMm[2]]
    const row = (k * rows + j) * columns
    if (piece === undefined) continue
    for (let i = runs.start[run] ?? 0; i <= (runs.end[run] ?? 0); i++) {
      const value = energy[row + i] ?? 0
      const x = i * spacingMm[0]
      piece.energy += value
      piece.first[0] += value * x
      piece.first[1] += value * y
      piece.first[2] += value * z
      piece.second[0] += value * x * x
      piece.second[1] += value * y * y
      piece.second[2] += value * z * z
      if (mask[row + i] === 1) piece.isInMask = true
    }
  }
  return pieces
}

/** Cells of the disc, or of the ball, whose even response has the same second moment. */
function cellsAsBall({ energy, first, second }: Piece, { size, spacingMm }: ResponseMap): number {
  const axes = size[2] === 1 ? ([0, 1] as const) : ([0, 1, 2] as const)
  let [momentMm2, cellMm] = [0, 1]
  for (const axis of axes) {
    const mean = first[axis] / energy
    // A cell is no point: its own extent adds a twelfth of its edge squared.
    momentMm2 += Math.max(0, second[axis] / energy - mean * mean) + spacingMm[axis] ** 2 / 12
    cellMm *= spacingMm[axis]
  }
  // Disc: moment r^2 / 2 of both axes. Ball: 3 r^2 / 5 of all three.
  if (axes.length === 2) return (2 * Math.PI * momentMm2) / cellMm
  return ((4 * Math.PI) / 3) * (((5 * momentMm2) / 3) ** 1.5 / cellMm)
}
