/** Voxels of one picture of a view, in the order in which they are shown. */
import type { Geometry, Mask } from '../../domain/geometry.ts'
import type { Axis, PlaneAxis, View } from './view.ts'

/** A rectangle of pixels of a picture, row by row; its first pixel is (x, y) of the picture. */
export interface PlaneOf<Values> {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly values: Values
}

/** What a picture is made of: an image, or a response map. */
export interface Grid {
  readonly geometry: Geometry
  /** Slice-major (k, j, i). */
  readonly voxels: Int16Array | Float32Array
}

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Values of picture `slice` in a rectangle that lies inside of it. */
export function imagePlane(grid: Grid, view: View, slice: number, at: Rectangle): PlaneOf<Float32Array> {
  const { size } = grid.geometry
  const values = new Float32Array(at.width * at.height)
  const [stepX, stepY] = [stepOf(size, view.right), stepOf(size, view.down)]
  const origin =
    slice * strideOf(size, view.across) +
    placeOf(size, view.right, at.x) * strideOf(size, view.right.axis) +
    placeOf(size, view.down, at.y) * strideOf(size, view.down.axis)
  for (let y = 0, to = 0; y < at.height; y++) {
    let from = origin + y * stepY
    for (let x = 0; x < at.width; x++, from += stepX) values[to++] = grid.voxels[from] ?? 0
  }
  return { ...at, values }
}

/** The mask's box in picture `slice`, 1 inside; null where the box does not reach it. */
export function maskPlane(mask: Mask, view: View, slice: number): PlaneOf<Uint8Array> | null {
  const { origin, size } = mask.box
  const depth = slice - origin[view.across]
  if (depth < 0 || depth >= size[view.across]) return null
  const [width, height] = [size[view.right.axis], size[view.down.axis]]
  const values = new Uint8Array(width * height)
  const [stepX, stepY] = [stepOf(size, view.right), stepOf(size, view.down)]
  const start =
    depth * strideOf(size, view.across) +
    placeOf(size, view.right, 0) * strideOf(size, view.right.axis) +
    placeOf(size, view.down, 0) * strideOf(size, view.down.axis)
  for (let y = 0, to = 0; y < height; y++) {
    let from = start + y * stepY
    for (let x = 0; x < width; x++, from += stepX) values[to++] = mask.voxels[from] ?? 0
  }
  return {
    x: firstOf(mask, view.right),
    y: firstOf(mask, view.down),
    width,
    height,
    values,
  }
}

/** Where a box of voxels begins along a direction of the picture. */
function firstOf({ geometry, box }: Mask, { axis, sign }: PlaneAxis): number {
  return sign > 0 ? box.origin[axis] : geometry.size[axis] - box.origin[axis] - box.size[axis]
}

type Size = readonly [number, number, number]

function strideOf([columns, rows]: Size, axis: Axis): number {
  return axis === 0 ? 1 : axis === 1 ? columns : columns * rows
}

function stepOf(size: Size, { axis, sign }: PlaneAxis): number {
  return sign * strideOf(size, axis)
}

/** Index of the grid at a pixel, and back: it is its own inverse. */
export function placeOf(size: Size, { axis, sign }: PlaneAxis, pixel: number): number {
  return sign > 0 ? pixel : size[axis] - 1 - pixel
}
