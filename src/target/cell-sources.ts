/** What is known at the cells of a response map from outside the image: the patient's body, the object's own probabilities. */
import type { Geometry, Mask, Vector3 } from '../domain/geometry.ts'
import type { Body } from '../imaging/body.ts'
import { middlesAlong, type CellGrid } from '../imaging/cells.ts'
import { invertAffine, multiply, transform } from '../imaging/geometry.ts'

/** 1 at cells whose middle lies in the body; all are where no body was found. */
export function bodyAt(grid: CellGrid, body: Body | null): Uint8Array {
  const inside = new Uint8Array(grid.size[0] * grid.size[1] * grid.size[2])
  if (body === null) return inside.fill(1)
  const along = (axis: 0 | 1 | 2): number[] =>
    middlesAlong(grid, axis).map((voxel) =>
      Math.min(body.size[axis] - 1, Math.floor(voxel / body.step[axis])),
    )
  const [columns, rows, slices] = [along(0), along(1), along(2)]
  let n = 0
  for (const k of slices)
    for (const j of rows) {
      const row = (k * body.size[1] + j) * body.size[0]
      for (const i of columns) inside[n++] = body.cells[row + i] ?? 0
    }
  return inside
}

/**
 * The probability that the object stores at the middle of each cell, 0..1 (nearest voxel; 0 where it stores none). `image`:
 * the grid that the cells were made from. Null where the object has none, or only 0 and 1: a mask in other clothes.
 */
export function probabilityAt(grid: CellGrid, image: Geometry, own: Mask): Float32Array | null {
  const { probability } = own
  if (probability === undefined || !hasShades(probability.values)) return null
  const { box, values } = probability
  const toOwn = multiply(invertAffine(own.geometry.affine), image.affine)
  const [columns, rows, slices] = [middlesAlong(grid, 0), middlesAlong(grid, 1), middlesAlong(grid, 2)]
  const response = new Float32Array(columns.length * rows.length * slices.length)
  let n = 0
  for (const k of slices) {
    for (const j of rows) {
      for (const i of columns) {
        const at = transform(toOwn, [i, j, k])
        response[n++] = valueIn(box.origin, box.size, values, at) / 255
      }
    }
  }
  return response
}

function valueIn(origin: Vector3, size: Vector3, values: Uint8Array, [x, y, z]: Vector3): number {
  const [i, j, k] = [Math.round(x) - origin[0], Math.round(y) - origin[1], Math.round(z) - origin[2]]
  if (i < 0 || j < 0 || k < 0 || i >= size[0] || j >= size[1] || k >= size[2]) return 0
  return values[(k * size[1] + j) * size[0] + i] ?? 0
}

function hasShades(values: Uint8Array): boolean {
  return values.some((value) => value > 0 && value < 255)
}
