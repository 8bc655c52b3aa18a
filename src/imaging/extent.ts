/** How long a mask is along a direction. */
import type { Mask, Vector3 } from '../domain/geometry.ts'
import { axisVectorMm, dot } from './geometry.ts'

/**
 * Distance between the outermost voxel sides along a unit vector (LPS), mm; 0 for an empty mask. Exact along the axes of
 * the grid; across them a voxel counts with all of its diagonal.
 */
export function extentAlongMm({ geometry, box, voxels }: Mask, direction: Vector3): number {
  const step = (axis: 0 | 1 | 2): number => dot(axisVectorMm(geometry.affine, axis), direction)
  const [columnMm, rowMm, sliceMm] = [step(0), step(1), step(2)]
  const [columns, rows, slices] = box.size
  let [low, high] = [Infinity, -Infinity]
  for (let row = 0; row < rows * slices; row++) {
    const from = row * columns
    let first = 0
    while (first < columns && voxels[from + first] === 0) first++
    if (first === columns) continue
    let last = columns - 1
    while (voxels[from + last] === 0) last--
    const atRow = (row % rows) * rowMm + Math.floor(row / rows) * sliceMm
    const [a, b] = [atRow + first * columnMm, atRow + last * columnMm]
    low = Math.min(low, a, b)
    high = Math.max(high, a, b)
  }
  return high < low ? 0 : high - low + Math.abs(columnMm) + Math.abs(rowMm) + Math.abs(sliceMm)
}
