/** From painted labels to stored pixel values: mean, slow texture, noise, and the blur of a real scanner. */
import { axisVectorMm, indexToLps } from '../imaging/geometry.ts'
import type { Canvas } from './canvas.ts'
import { fillGaussian, seededRandom } from './random.ts'
import { smoothNoise } from './shapes.ts'

export interface Tissue {
  readonly label: number
  readonly mean: number
  /** Largest slow deviation from the mean. */
  readonly texture: number
}

export interface Look {
  readonly tissues: readonly Tissue[]
  readonly textureWavelengthMm: number
  /** Standard deviation per voxel before the blur. */
  readonly noise: number
  /** `gaussian`: CT. `rician`: magnitude MR (Gudbjartsson and Patz 1995). */
  readonly noiseKind: 'gaussian' | 'rician'
  /** Multiplies the signal, by position in LPS mm; 1 where the field is even. */
  readonly bias: ((x: number, y: number, z: number) => number) | null
}

/** Stored values, slice-major. The same canvas, look and seed give the same bytes. */
export function render(canvas: Canvas, look: Look, seed: number): Int16Array {
  const [columns, rows, slices] = canvas.geometry.size
  const plane = columns * rows
  const voxels = new Int16Array(plane * slices)
  const [real, imaginary, signal] = [
    new Float32Array(plane),
    new Float32Array(plane),
    new Float32Array(plane),
  ]
  const fill = signalFiller(canvas, look, seed)
  for (let k = 0; k < slices; k++) {
    fill(signal, k)
    fillGaussian(real, look.noise, seed * 1009 + k * 2 + 1)
    if (look.noiseKind === 'rician') {
      blur(signal, columns, rows)
      fillGaussian(imaginary, look.noise, seed * 1009 + k * 2 + 2)
      for (let p = 0; p < plane; p++)
        signal[p] = Math.hypot((signal[p] ?? 0) + (real[p] ?? 0), imaginary[p] ?? 0)
    } else {
      for (let p = 0; p < plane; p++) signal[p] = (signal[p] ?? 0) + (real[p] ?? 0)
      blur(signal, columns, rows)
    }
    for (let p = 0; p < plane; p++) voxels[k * plane + p] = Math.round(signal[p] ?? 0)
  }
  return voxels
}

/** Mean plus texture of every voxel of slice k. */
function signalFiller(canvas: Canvas, look: Look, seed: number): (out: Float32Array, k: number) => void {
  const [columns, rows] = canvas.geometry.size
  const [mean, texture] = [new Float32Array(256), new Float32Array(256)]
  for (const tissue of look.tissues) {
    mean[tissue.label] = tissue.mean
    texture[tissue.label] = tissue.texture
  }
  const wave = smoothNoise(seededRandom(seed), look.textureWavelengthMm)
  const [xi, yi, zi] = axisVectorMm(canvas.geometry.affine, 0)
  return (out, k) => {
    for (let j = 0; j < rows; j++) {
      const [x0, y0, z0] = indexToLps(canvas.geometry, [0, j, k])
      for (let i = 0; i < columns; i++) {
        const label = canvas.labels[(k * rows + j) * columns + i] ?? 0
        let value = mean[label] ?? 0
        const depth = texture[label] ?? 0
        if (depth !== 0 || look.bias !== null) {
          const [x, y, z] = [x0 + xi * i, y0 + yi * i, z0 + zi * i]
          if (depth !== 0) value += depth * wave(x, y, z)
          if (look.bias !== null) value *= look.bias(x, y, z)
        }
        out[j * columns + i] = value
      }
    }
  }
}

/** In-plane binomial blur (1 2 1)/4 along rows and columns: partial volume and correlated noise. Edges stay as they are. */
function blur(plane: Float32Array, columns: number, rows: number): void {
  for (let j = 0; j < rows; j++) blurLine(plane, j * columns, 1, columns)
  for (let i = 0; i < columns; i++) blurLine(plane, i, columns, rows)
}

function blurLine(plane: Float32Array, start: number, step: number, count: number): void {
  let before = plane[start] ?? 0
  let here = before
  for (let n = 0; n < count - 1; n++) {
    const at = start + n * step
    const after = plane[at + step] ?? 0
    plane[at] = (before + 2 * here + after) / 4
    before = here
    here = after
  }
}
