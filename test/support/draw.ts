import type { Geometry, Mask, Modality, Vector3, Volume } from '../../src/domain/geometry.ts'

/** Axial grid: voxel (0, 0, 0) at `origin`, i towards the patient's left, j to the back, k to the head. */
export function gridOf(size: Vector3, options: { spacingMm?: Vector3; origin?: Vector3 } = {}): Geometry {
  const [dx, dy, dz] = options.spacingMm ?? [1, 1, 1]
  const [x, y, z] = options.origin ?? [0, 0, 0]
  return { frameOfReferenceUid: '2.25.1', size, affine: [dx, 0, 0, x, 0, dy, 0, y, 0, 0, dz, z, 0, 0, 0, 1] }
}

/** A mask drawn as text, one character per voxel, one string per slice: `#` inside, `.` outside. */
export function drawMask(...slices: string[]): Mask {
  const rows = slices.map((slice) => slice.trim().split(/\s+/))
  const size: Vector3 = [rows[0]?.[0]?.length ?? 0, rows[0]?.length ?? 0, slices.length]
  const voxels = Uint8Array.from(rows.flat().join(''), (letter) => (letter === '#' ? 1 : 0))
  return { geometry: gridOf(size), box: { origin: [0, 0, 0], size }, voxels }
}

/** Every voxel of the grid whose centre (LPS mm) is inside. */
export function paintMask(geometry: Geometry, isInside: (x: number, y: number, z: number) => boolean): Mask {
  const voxels = new Uint8Array(geometry.size[0] * geometry.size[1] * geometry.size[2])
  forEachVoxel(geometry, (index, x, y, z) => {
    if (isInside(x, y, z)) voxels[index] = 1
  })
  return { geometry, box: { origin: [0, 0, 0], size: geometry.size }, voxels }
}

/** An image on the grid, values by position (LPS mm); one instance per slice, `2.25.100`, `2.25.101`, ... */
export function paintVolume(
  geometry: Geometry,
  valueAt: (x: number, y: number, z: number) => number,
  modality: Modality = 'CT',
): Volume {
  const voxels = new Float32Array(geometry.size[0] * geometry.size[1] * geometry.size[2])
  forEachVoxel(geometry, (index, x, y, z) => {
    voxels[index] = valueAt(x, y, z)
  })
  return {
    geometry,
    modality,
    seriesInstanceUid: '2.25.2',
    unit: modality === 'CT' ? "[hnsf'U]" : '1',
    voxels,
    instances: Array.from({ length: geometry.size[2] }, (_, k) => `2.25.${100 + k}`),
    problems: [],
  }
}

/** An ellipsoid as a test of a point. */
export function ellipsoid(centre: Vector3, radiiMm: Vector3): (x: number, y: number, z: number) => boolean {
  return (x, y, z) =>
    ((x - centre[0]) / radiiMm[0]) ** 2 +
      ((y - centre[1]) / radiiMm[1]) ** 2 +
      ((z - centre[2]) / radiiMm[2]) ** 2 <=
    1
}

/** Any of several shapes. */
export function anyOf(...shapes: ((x: number, y: number, z: number) => boolean)[]) {
  return (x: number, y: number, z: number): boolean => shapes.some((shape) => shape(x, y, z))
}

function forEachVoxel(
  { size, affine }: Geometry,
  visit: (index: number, x: number, y: number, z: number) => void,
): void {
  const [xi = 0, , , x0 = 0, , yj = 0, , y0 = 0, , , zk = 0, z0 = 0] = affine
  let index = 0
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++) visit(index++, x0 + xi * i, y0 + yj * j, z0 + zk * k)
    }
  }
}
