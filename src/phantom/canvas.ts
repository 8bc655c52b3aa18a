/** A labelled grid that shapes are painted on, later over earlier. */
import type { Geometry, Mask, Vector3 } from '../domain/geometry.ts'
import { axisVectorMm, corners, cross, indexToLps, invertAffine, transform } from '../imaging/geometry.ts'
import { tight } from './mask-box.ts'
import type { Shape } from './shapes.ts'

export interface Canvas {
  readonly geometry: Geometry
  /** Slice-major (k, j, i); 0 is air. */
  readonly labels: Uint8Array
}

/** One coat of paint. `over` limits it to voxels that hold one of these labels. */
export interface Coat {
  readonly label: number
  readonly shape: Shape
  readonly over?: readonly number[]
  /** Deeper than this below the surface another label is painted: the marrow of a bone, the content of a gut. */
  readonly core?: { readonly depthMm: number; readonly label: number }
}

/** Rows along `row`, columns along `column` (unit vectors), slices along their cross product; `centre` is the middle. */
export function gridAround(options: {
  readonly frameOfReferenceUid: string
  readonly size: readonly [number, number, number]
  readonly spacingMm: Vector3
  readonly centre: Vector3
  readonly row: Vector3
  readonly column: Vector3
}): Geometry {
  const { row, column, size, spacingMm, centre } = options
  const normal = cross(row, column)
  const affine: number[] = []
  for (const axis of [0, 1, 2] as const) {
    const steps = [row[axis] * spacingMm[0], column[axis] * spacingMm[1], normal[axis] * spacingMm[2]]
    const toCorner = steps.reduce((sum, step, index) => sum + (step * ((size[index] ?? 1) - 1)) / 2, 0)
    affine.push(...steps, centre[axis] - toCorner)
  }
  affine.push(0, 0, 0, 1)
  return { frameOfReferenceUid: options.frameOfReferenceUid, size, affine }
}

export function paint(geometry: Geometry, coats: readonly Coat[]): Canvas {
  const [columns, rows, slices] = geometry.size
  const canvas: Canvas = { geometry, labels: new Uint8Array(columns * rows * slices) }
  for (const coat of coats) paintCoat(canvas, coat)
  return canvas
}

/**
 * Fields are about distances, so from a voxel d mm away from the surface its row can be walked in strides of d
 * (with a safety factor for fields that grow faster than distance) without asking again.
 */
const STRIDE_SAFETY = 0.5

function paintCoat({ geometry, labels }: Canvas, { label, shape, over, core }: Coat): void {
  const [columns, rows] = geometry.size
  const [xi, yi, zi] = axisVectorMm(geometry.affine, 0)
  const voxelsPerMm = STRIDE_SAFETY / Math.hypot(xi, yi, zi)
  const coreDepthMm = core?.depthMm ?? Infinity
  const { low, high } = indexBox(geometry, shape)
  const allowed = Uint8Array.from({ length: 256 }, (_, value) =>
    over === undefined || over.includes(value) ? 1 : 0,
  )
  for (let k = low[2]; k <= high[2]; k++) {
    for (let j = low[1]; j <= high[1]; j++) {
      const row = (k * rows + j) * columns
      const [x0, y0, z0] = indexToLps(geometry, [0, j, k])
      for (let i = low[0]; i <= high[0];) {
        const distance = shape.field(x0 + xi * i, y0 + yi * i, z0 + zi * i)
        const clear = Math.min(Math.abs(distance), Math.abs(distance + coreDepthMm))
        const next = Math.min(high[0] + 1, i + Math.max(1, Math.floor(clear * voxelsPerMm)))
        if (distance < 0) {
          const colour = core !== undefined && distance < -core.depthMm ? core.label : label
          for (let at = row + i; at < row + next; at++)
            if (allowed[labels[at] ?? 0] === 1) labels[at] = colour
        }
        i = next
      }
    }
  }
}
/** First and last index that a shape can reach, cut to the grid. */
function indexBox(geometry: Geometry, shape: Shape): { low: Vector3; high: Vector3 } {
  const toIndex = invertAffine(geometry.affine)
  const reached = corners({
    origin: shape.low,
    size: [
      shape.high[0] - shape.low[0] + 1,
      shape.high[1] - shape.low[1] + 1,
      shape.high[2] - shape.low[2] + 1,
    ],
  }).map((corner) => transform(toIndex, corner))
  const extent = ([0, 1, 2] as const).map((axis) => {
    const along = reached.map((index) => index[axis])
    const last = geometry.size[axis] - 1
    return [
      Math.max(0, Math.floor(Math.min(...along))),
      Math.min(last, Math.ceil(Math.max(...along))),
    ] as const
  })
  const pick = (end: 0 | 1): Vector3 => [extent[0]?.[end] ?? 0, extent[1]?.[end] ?? 0, extent[2]?.[end] ?? 0]
  return { low: pick(0), high: pick(1) }
}

/** The voxels that hold one of the labels. */
export function maskOf({ geometry, labels }: Canvas, wanted: readonly number[]): Mask {
  const chosen = Uint8Array.from({ length: 256 }, (_, value) => (wanted.includes(value) ? 1 : 0))
  const voxels = new Uint8Array(labels.length)
  for (let index = 0; index < labels.length; index++) voxels[index] = chosen[labels[index] ?? 0] ?? 0
  return tight({ geometry, box: { origin: [0, 0, 0], size: geometry.size }, voxels })
}
