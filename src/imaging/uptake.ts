/** Uptake under a mask: the highest value, the mean, and the peak of PERCIST. */
import type { Mask, Vector3, Volume } from '../domain/geometry.ts'
import { spacingMm } from './geometry.ts'
import { valuesUnder } from './measure.ts'
import { runsOf } from './runs.ts'

export interface Uptake {
  readonly max: number
  readonly mean: number
  /** Highest mean of a ball of 1 cm3 around a voxel of the mask (Wahl, J Nucl Med 2009;50 Suppl 1:122S); null where that is too much to compute. */
  readonly peak: number | null
}

/** Of a ball of 1 cm3. */
const PEAK_RADIUS_MM = Math.cbrt(3000 / (4 * Math.PI))
/** Voxels of the mask times voxels of a ball: beyond, voxels are so small that this is no PET. */
const PEAK_STEPS_MAX = 200_000_000

/** Both on one grid; slices without an image are left out. Null where none is left. */
export function uptakeUnder(mask: Mask, volume: Volume): Uptake | null {
  const statistics = valuesUnder(mask, volume)
  if (statistics === null) return null
  const ball = ballOffsets(spacingMm(volume.geometry))
  const [columns, rows] = volume.geometry.size
  const [i0, j0, k0] = mask.box.origin
  const runs = runsOf(mask)
  let [max, peak, count] = [-Infinity, -Infinity, 0]
  for (let run = 0; run < runs.count; run++) count += (runs.end[run] ?? 0) - (runs.start[run] ?? 0) + 1
  const hasPeak = (count * ball.length) / 3 <= PEAK_STEPS_MAX
  for (let run = 0; run < runs.count; run++) {
    const [j, k] = [j0 + (runs.j[run] ?? 0), k0 + (runs.k[run] ?? 0)]
    if (volume.instances[k] === null) continue
    for (let i = i0 + (runs.start[run] ?? 0); i <= i0 + (runs.end[run] ?? 0); i++) {
      max = Math.max(max, volume.voxels[(k * rows + j) * columns + i] ?? 0)
      if (hasPeak) peak = Math.max(peak, meanAround(volume, ball, i, j, k))
    }
  }
  return { max, mean: statistics.mean, peak: hasPeak ? peak : null }
}

/** Index offsets i, j, k, one after the other, of voxels whose centres lie in a ball around a voxel's centre. */
function ballOffsets([dx, dy, dz]: Vector3): Int32Array {
  const offsets: number[] = []
  const reach = [dx, dy, dz].map((step) => Math.floor(PEAK_RADIUS_MM / step))
  const [x = 0, y = 0, z = 0] = reach
  for (let k = -z; k <= z; k++)
    for (let j = -y; j <= y; j++)
      for (let i = -x; i <= x; i++)
        if (Math.hypot(i * dx, j * dy, k * dz) <= PEAK_RADIUS_MM) offsets.push(i, j, k)
  return Int32Array.from(offsets)
}

/** Of the ball as far as there are images. */
function meanAround(
  { geometry, voxels, instances }: Volume,
  ball: Int32Array,
  i: number,
  j: number,
  k: number,
): number {
  const [columns, rows, slices] = geometry.size
  let [sum, count] = [0, 0]
  for (let n = 0; n < ball.length; n += 3) {
    const x = i + (ball[n] ?? 0)
    const y = j + (ball[n + 1] ?? 0)
    const z = k + (ball[n + 2] ?? 0)
    if (x < 0 || y < 0 || z < 0 || x >= columns || y >= rows || z >= slices || instances[z] === null) continue
    sum += voxels[(z * rows + y) * columns + x] ?? 0
    count++
  }
  return sum / count
}
