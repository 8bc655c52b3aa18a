/**
 * Prompts for promptable models from the pseudo ground truth and the error mask, as HERMES publishes them: a box with a
 * margin, scribbles along the outlines of what is missing (positive) and too much (negative), 16 clicks on the convex hull.
 */
import type { PromptKind } from '../domain/correction.ts'
import { convexHull, spread } from './convex-hull.ts'
import type { ErrorCells } from './error-cells.ts'
import { innerOutline, middleOf, outline, piecesOf } from './plane-cells.ts'
import type { Cells, Scene } from './scene.ts'

export interface Point {
  readonly column: number
  readonly row: number
  readonly positive: boolean
}
export type PlaneBox = readonly [firstColumn: number, firstRow: number, lastColumn: number, lastRow: number]

/** Prompts on one slice of a scene, in its cells. */
export interface SlicePrompts {
  readonly k: number
  readonly box: PlaneBox | null
  readonly points: readonly Point[]
}
export interface Prompts {
  readonly kind: PromptKind
  readonly slices: readonly SlicePrompts[]
}

/** Margin of a box on the grid that the model sees. */
export const BOX_PAD_PX = 10
export const HULL_CLICKS = 16

export interface PromptInput {
  readonly truth: Cells
  readonly errors: ErrorCells
  readonly scene: Scene
  /** Slices that get prompts. */
  readonly slices: readonly number[]
  /** Longest side of the model's input in its pixels; null: it sees the cells themselves. */
  readonly modelSide: number | null
}

export function makePrompts(kind: PromptKind, input: PromptInput): Prompts {
  const slices = input.slices.map((k) => MAKE[kind](k, input)).filter((slice) => slice !== null)
  return { kind, slices }
}

const MAKE: Readonly<Record<PromptKind, (k: number, input: PromptInput) => SlicePrompts | null>> = {
  box: boxOf,
  scribbles: scribblesOf,
  clicks: clicksOf,
}

/** An empty slice of the pseudo ground truth has a box without cells: nothing of it belongs to the structure. */
function boxOf(k: number, { truth, scene, modelSide }: PromptInput): SlicePrompts {
  const [columns, rows] = scene.size
  const cells = planeOf(truth, k, scene)
  const pad = modelSide === null ? BOX_PAD_PX : (BOX_PAD_PX * Math.max(columns, rows)) / modelSide
  let [left, top, right, bottom] = [columns, rows, -1, -1]
  for (let n = 0; n < cells.length; n++) {
    if (cells[n] !== 1) continue
    const [i, j] = [n % columns, Math.floor(n / columns)]
    left = Math.min(left, i)
    right = Math.max(right, i)
    top = Math.min(top, j)
    bottom = Math.max(bottom, j)
  }
  if (right < 0) return { k, box: [0, 0, -1, -1], points: [] }
  const low = (at: number): number => Math.max(0, Math.floor(at - pad))
  const high = (at: number, size: number): number => Math.min(size - 1, Math.ceil(at + pad))
  return { k, box: [low(left), low(top), high(right, columns), high(bottom, rows)], points: [] }
}

function scribblesOf(k: number, { errors, scene }: PromptInput): SlicePrompts | null {
  const [columns] = scene.size
  const along = (cells: Cells, positive: boolean): Point[] =>
    innerOutline(planeOf(cells, k, scene), columns).map((n) => pointAt(n, columns, positive))
  const points = [...along(errors.missing, true), ...along(errors.tooMuch, false)]
  return points.length === 0 ? null : { k, box: null, points }
}

function clicksOf(k: number, { truth, errors, scene }: PromptInput): SlicePrompts | null {
  const [columns] = scene.size
  const cells = planeOf(truth, k, scene)
  const inside = outline(cells, columns)
  // The hull of what bends lies outside of it in part: a click there goes to the outline nearby.
  const hull = spread(convexHull(cells, columns), HULL_CLICKS).map(([i, j]) => nearest(inside, i, j, columns))
  const tooMuch = planeOf(errors.tooMuch, k, scene)
  const negative = piecesOf(tooMuch, scene).map((piece) => pointAt(middleOf(piece, columns), columns, false))
  const points = [...hull.map((n) => pointAt(n, columns, true)), ...negative]
  return points.length === 0 ? null : { k, box: null, points }
}

function pointAt(n: number, columns: number, positive: boolean): Point {
  return { column: n % columns, row: Math.floor(n / columns), positive }
}

function nearest(cells: readonly number[], i: number, j: number, columns: number): number {
  let [found, least] = [-1, Infinity]
  for (const n of cells) {
    const away = ((n % columns) - i) ** 2 + (Math.floor(n / columns) - j) ** 2
    if (away < least) [found, least] = [n, away]
  }
  return found
}

function planeOf(cells: Cells, k: number, { size }: Scene): Cells {
  const plane = size[0] * size[1]
  return cells.subarray(k * plane, (k + 1) * plane)
}
