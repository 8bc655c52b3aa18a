/**
 * The image along straight lines across a mask's surface: what the judgement of a boundary is made of. Lines stand on
 * faces between a voxel inside and one outside, along the outward normal of the smoothed mask.
 */
import type { Mask, Vector3, Volume } from '../domain/geometry.ts'
import { spacingMm } from './geometry.ts'

export interface ProfileOptions {
  /** Most lines; of more faces every n-th is taken. */
  readonly pointsMax: number
  /** Samples on either side of the surface. */
  readonly reach: number
  /** Samples are one voxel apart along the line, but never closer than this. */
  readonly stepMinMm: number
}

export interface Profiles {
  readonly count: number
  /** Values per line: 2 * reach, at -(reach - 0.5) .. +(reach - 0.5) steps from the surface, outwards. */
  readonly samples: number
  /** Line-major. */
  readonly values: Float32Array
  /** Outward unit normal per line, along the grid's axes i, j, k. */
  readonly normals: Float32Array
  /** Distance of two samples per line, mm. */
  readonly stepMm: Float32Array
  /** Slice of the whole grid per line. */
  readonly slices: Int32Array
}

/** Lines that leave the grid, or cross a slice without an image, are left out. Volume and mask share their grid. */
export function boundaryProfiles(mask: Mask, volume: Volume, options: ProfileOptions): Profiles {
  const grid = framed(mask)
  const faces = pickFaces(grid, options.pointsMax)
  const samples = 2 * options.reach
  const spacing = spacingMm(volume.geometry)
  const values = new Float32Array(faces.length * samples)
  const normals = new Float32Array(faces.length * 3)
  const stepMm = new Float32Array(faces.length)
  const slices = new Int32Array(faces.length)
  const line = new Float32Array(samples)
  let count = 0
  for (const face of faces) {
    const [n, axis, sign] = [Math.floor(face / 8), (face >> 1) & 3, (face & 1) === 0 ? 1 : -1]
    const normal = normalAt(grid, n, axis, sign, spacing)
    const point = pointAt(grid, mask, n, axis, sign)
    const step = Math.max(options.stepMinMm, voxelAlong(normal, spacing))
    if (!sampleLine(volume, point, normal, { spacing, step, reach: options.reach }, line)) continue
    values.set(line, count * samples)
    normals.set(normal, count * 3)
    stepMm[count] = step
    slices[count] = Math.round(point[2])
    count++
  }
  return { count, samples, values, normals, stepMm, slices }
}

/** The mask's box with two empty voxels around it, so that every neighbour of a neighbour exists. */
interface Framed {
  readonly voxels: Uint8Array
  readonly size: Vector3
  /** Steps of the index along i, j, k. */
  readonly strides: Vector3
}

function framed({ box: { size }, voxels }: Mask): Framed {
  const [columns, rows, slices] = [size[0] + 4, size[1] + 4, size[2] + 4]
  const wide = new Uint8Array(columns * rows * slices)
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      const from = (k * size[1] + j) * size[0]
      wide.set(voxels.subarray(from, from + size[0]), ((k + 2) * rows + j + 2) * columns + 2)
    }
  }
  return { voxels: wide, size: [columns, rows, slices], strides: [1, columns, columns * rows] }
}

/** Of larger boxes only every n-th row of voxels is looked at. */
const VOXELS_PER_ROW_STEP = 1_500_000

/** Faces as one number each: voxel index inside * 8 + axis * 2 + (1 towards lower indices). */
function pickFaces(grid: Framed, pointsMax: number): number[] {
  const faces = facesOf(grid)
  const stride = Math.ceil(faces.length / pointsMax)
  return stride <= 1 ? faces : faces.filter((_, n) => n % stride === 0)
}

function facesOf({ voxels, size: [columns, rows, slices], strides }: Framed): number[] {
  const rowStep = Math.ceil(voxels.length / VOXELS_PER_ROW_STEP)
  const faces: number[] = []
  for (let k = 2; k < slices - 2; k++) {
    for (let j = 2; j < rows - 2; j++) {
      // Another row in every slice, so that no direction is preferred.
      if ((j + k) % rowStep !== 0) continue
      const from = (k * rows + j) * columns
      for (let n = from + 2; n < from + columns - 2; n++) {
        if (voxels[n] === 0) continue
        for (let axis = 0; axis < 3; axis++) {
          const step = strides[axis] ?? 0
          if (voxels[n + step] === 0) faces.push(n * 8 + axis * 2)
          if (voxels[n - step] === 0) faces.push(n * 8 + axis * 2 + 1)
        }
      }
    }
  }
  return faces
}

/** Centre of the face, in indices of the whole grid. */
function pointAt({ size }: Framed, { box }: Mask, n: number, axis: number, sign: number): Vector3 {
  const j = Math.floor(n / size[0])
  const index = [n % size[0], j % size[1], Math.floor(j / size[1])]
  const at = (a: 0 | 1 | 2): number => box.origin[a] + (index[a] ?? 0) - 2 + (a === axis ? sign / 2 : 0)
  return [at(0), at(1), at(2)]
}

/** Outward normal: minus the gradient of the mask summed over the 3 x 3 x 3 neighbours on both sides of the face. */
function normalAt(
  { voxels, strides }: Framed,
  n: number,
  axis: number,
  sign: number,
  spacing: Vector3,
): Vector3 {
  const gradient: [number, number, number] = [0, 0, 0]
  const other = n + sign * (strides[axis] ?? 0)
  for (const centre of [n, other]) {
    for (let dk = -1; dk <= 1; dk++) {
      for (let dj = -1; dj <= 1; dj++) {
        for (let di = -1; di <= 1; di++) {
          if (voxels[centre + di + dj * strides[1] + dk * strides[2]] === 0) continue
          gradient[0] -= di
          gradient[1] -= dj
          gradient[2] -= dk
        }
      }
    }
  }
  const [x, y, z] = [gradient[0] / spacing[0], gradient[1] / spacing[1], gradient[2] / spacing[2]]
  const length = Math.hypot(x, y, z)
  if (length > 0) return [x / length, y / length, z / length]
  return [axis === 0 ? sign : 0, axis === 1 ? sign : 0, axis === 2 ? sign : 0]
}

/** Length of a voxel along a direction, mm. */
function voxelAlong(normal: Vector3, spacing: Vector3): number {
  return 1 / Math.hypot(normal[0] / spacing[0], normal[1] / spacing[1], normal[2] / spacing[2])
}

interface LineShape {
  readonly spacing: Vector3
  readonly step: number
  readonly reach: number
}

/** Writes the samples of one line; false where it leaves the images. */
function sampleLine(
  volume: Volume,
  point: Vector3,
  normal: Vector3,
  { spacing, step, reach }: LineShape,
  line: Float32Array,
): boolean {
  const di = (normal[0] * step) / spacing[0]
  const dj = (normal[1] * step) / spacing[1]
  const dk = (normal[2] * step) / spacing[2]
  for (let n = 0; n < line.length; n++) {
    const t = n - reach + 0.5
    const value = valueAt(volume, point[0] + t * di, point[1] + t * dj, point[2] + t * dk)
    if (Number.isNaN(value)) return false
    line[n] = value
  }
  return true
}

/** Trilinear; NaN outside the grid and next to slices without an image. */
function valueAt({ geometry: { size }, voxels, instances }: Volume, i: number, j: number, k: number): number {
  if (i < 0 || j < 0 || k < 0 || i > size[0] - 1 || j > size[1] - 1 || k > size[2] - 1) return NaN
  const [i0, j0, k0] = [Math.floor(i), Math.floor(j), Math.floor(k)]
  const [fi, fj, fk] = [i - i0, j - j0, k - k0]
  if (instances[k0] === null || (fk > 0 && instances[k0 + 1] === null)) return NaN
  // On the last column, row or slice the fraction is 0: the neighbour may be any voxel.
  const right = fi > 0 ? 1 : 0
  const below = fj > 0 ? size[0] : 0
  const next = fk > 0 ? size[0] * size[1] : 0
  const n = (k0 * size[1] + j0) * size[0] + i0
  const near = bilinear(voxels, n, right, below, fi, fj)
  return near + fk * (bilinear(voxels, n + next, right, below, fi, fj) - near)
}

function bilinear(
  voxels: Volume['voxels'],
  n: number,
  right: number,
  below: number,
  fi: number,
  fj: number,
): number {
  const upper = (voxels[n] ?? 0) + fi * ((voxels[n + right] ?? 0) - (voxels[n] ?? 0))
  const m = n + below
  const lower = (voxels[m] ?? 0) + fi * ((voxels[m + right] ?? 0) - (voxels[m] ?? 0))
  return upper + fj * (lower - upper)
}
