/** A bright ball with noise on dark ground, and masks of it. */
import type { Geometry, Mask, Volume } from '../../src/domain/geometry.ts'
import { seededRandom } from '../../src/phantom/random.ts'

const SIZE = [40, 40, 24] as const
export const geometry: Geometry = {
  frameOfReferenceUid: '2.25.1',
  size: SIZE,
  affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1],
}
const CENTRE = [20, 20, 12] as const
export const RADIUS_MM = 11

function inBall(i: number, j: number, k: number, radiusMm: number): boolean {
  return (i - CENTRE[0]) ** 2 + (j - CENTRE[1]) ** 2 + (2 * (k - CENTRE[2])) ** 2 <= radiusMm ** 2
}

export function maskWhere(isInside: (i: number, j: number, k: number) => boolean): Mask {
  const [columns, rows, slices] = SIZE
  const voxels = new Uint8Array(columns * rows * slices)
  for (let k = 0, n = 0; k < slices; k++)
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++, n++) voxels[n] = isInside(i, j, k) ? 1 : 0
  return { geometry, box: { origin: [0, 0, 0], size: SIZE }, voxels }
}

export const truth = maskWhere((i, j, k) => inBall(i, j, k, RADIUS_MM))
export const nothing = maskWhere(() => false)
export const tooSmall = maskWhere((i, j, k) => inBall(i, j, k, RADIUS_MM - 4))
export const cut = maskWhere((i, j, k) => k < CENTRE[2] + 2 && inBall(i, j, k, RADIUS_MM))
export const gapped = maskWhere((i, j, k) => Math.abs(k - CENTRE[2]) > 1 && inBall(i, j, k, RADIUS_MM))
/** With a block beside the ball, in slices that the ball does not reach, too. */
export const spilled = maskWhere(
  (i, j, k) => inBall(i, j, k, RADIUS_MM) || (i > 32 && i < 38 && j > 14 && j < 26 && k > 8 && k < 21),
)

export const volume: Volume = ballVolume()

function ballVolume(): Volume {
  const random = seededRandom(3)
  const voxels = Int16Array.from(
    truth.voxels,
    (inside) => (inside === 1 ? 120 : 20) + Math.round(20 * random()),
  )
  return {
    geometry,
    modality: 'CT',
    seriesInstanceUid: '2.25.2',
    unit: "[hnsf'U]",
    voxels,
    instances: Array.from({ length: SIZE[2] }, (_, k) => `2.25.${100 + k}`),
    problems: [],
  }
}
