/** Label maps from disk to masks, one per label. */
import type { Box, Geometry, Mask, Vector3 } from '../../domain/geometry.ts'
import { maskOfRuns, type Runs } from '../../imaging/runs.ts'
import { readNpy } from './npy.ts'

/** A few slices at a time: the map is never whole in memory. */
const CHUNK_BYTES = 2 ** 21

/** Masks of the labels 1..count in boxes just around them; a label that is nowhere gets an empty mask. */
export async function labelMasks(path: string, geometry: Geometry, count: number): Promise<Mask[]> {
  const runs = Array.from({ length: count + 1 }, (): number[] => [])
  let place = 0
  for await (const chunk of readNpy(path, new Uint8Array(CHUNK_BYTES))) {
    collectRuns(chunk, place, geometry.size[0], runs)
    place += chunk.length
  }
  return runs.slice(1).map((ofLabel) => maskOf(ofLabel, geometry))
}

/** Adds [first voxel, voxels] of every run of a label along i. Chunks are whole rows. */
function collectRuns(chunk: Uint8Array, place: number, columns: number, runs: readonly number[][]): void {
  const words = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length >> 2)
  for (let n = 0; n < chunk.length;) {
    const label = chunk[n] ?? 0
    if (label === 0) {
      n++
      if ((n & 3) === 0) while (words[n >> 2] === 0) n += 4
      continue
    }
    const rowEnd = n - (n % columns) + columns
    const first = n
    const four = Math.imul(label, 0x01010101) >>> 0
    while (n < rowEnd && chunk[n] === label) {
      n++
      if ((n & 3) === 0) while (n + 4 <= rowEnd && words[n >> 2] === four) n += 4
    }
    runs[label]?.push(place + first, n - first)
  }
}

function maskOf(found: readonly number[], geometry: Geometry): Mask {
  const box = boxOf(found, geometry.size)
  const [columns, rows] = geometry.size
  const count = found.length / 2
  const make = (): Int32Array => new Int32Array(count)
  const runs: Runs = { count, start: make(), end: make(), j: make(), k: make() }
  for (let run = 0; run < count; run++) {
    const [first = 0, length = 0] = [found[2 * run], found[2 * run + 1]]
    const row = Math.floor(first / columns)
    runs.start[run] = (first % columns) - box.origin[0]
    runs.end[run] = (runs.start[run] ?? 0) + length - 1
    runs.j[run] = (row % rows) - box.origin[1]
    runs.k[run] = Math.floor(row / rows) - box.origin[2]
  }
  return maskOfRuns(geometry, box, runs)
}

function boxOf(runs: readonly number[], [columns, rows]: Vector3): Box {
  if (runs.length === 0) return { origin: [0, 0, 0], size: [0, 0, 0] }
  let [i0, iEnd, j0, jEnd] = [columns, 0, rows, 0]
  for (let n = 0; n < runs.length; n += 2) {
    const [first = 0, length = 0] = [runs[n], runs[n + 1]]
    const [i, j] = [first % columns, Math.floor(first / columns) % rows]
    i0 = Math.min(i0, i)
    iEnd = Math.max(iEnd, i + length)
    j0 = Math.min(j0, j)
    jEnd = Math.max(jEnd, j + 1)
  }
  // Runs come slice by slice.
  const sliceOf = (run: number): number => Math.floor((runs.at(run) ?? 0) / (columns * rows))
  const k0 = sliceOf(0)
  return { origin: [i0, j0, k0], size: [iEnd - i0, jEnd - j0, sliceOf(-2) - k0 + 1] }
}
