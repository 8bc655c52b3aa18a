/** What is trained in PyTorch is what runs here: the network's answers, and what it is shown. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Geometry, Mask, Volume } from '../../src/domain/geometry.ts'
import type { Tensor } from '../../src/domain/network.ts'
import { openNetwork } from '../../src/inference/onnx/network.ts'
import { fromReconstruction } from '../../src/refinement/pseudo-truth-reconstruction.ts'
import { CHANNELS } from '../../src/refinement/reconstruction-model.ts'
import { cellsOf, sceneAround } from '../../src/refinement/scene.ts'

const PYTHON = '/usr/bin/python3'
const [SIZE, SLICES] = [32, 3]
const SIGNAL = new AbortController().signal

const numbers = z.array(z.number())
const GridCase = z.object({
  size: z.tuple([z.number(), z.number(), z.number()]),
  affine: numbers,
  image: numbers,
  mask: numbers,
  modelSize: z.number(),
  contextMm: z.tuple([z.number(), z.number()]),
  slices: z.number(),
  sums: numbers,
  first: numbers,
})

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-parity-'))
  execFileSync(PYTHON, ['-W', 'ignore', 'training/parity.py', folder])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('ONNX Runtime answers as torch does, to 1e-4', async () => {
  const path = join(folder, 'network.onnx')
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
  const network = await openNetwork(
    {
      path,
      sha256,
      inputs: { input: [null, CHANNELS, SIZE, SIZE] },
      outputs: { logits: [null, 1, SIZE, SIZE] },
    },
    { threads: 1, modelBytesMax: 1_000_000 },
    SIGNAL,
  )
  const bytes = readFileSync(join(folder, 'network.f32'))
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const inputCount = SLICES * CHANNELS * SIZE * SIZE
  const input = { shape: [SLICES, CHANNELS, SIZE, SIZE], data: values.slice(0, inputCount) }
  const { logits } = await network.run({ input }, SIGNAL)
  await network.dispose()
  const wanted = values.subarray(inputCount)
  expect(logits?.data.length).toBe(wanted.length)
  const apart = wanted.reduce(
    (most, value, n) => Math.max(most, Math.abs(value - (logits?.data[n] ?? NaN))),
    0,
  )
  expect(apart).toBeLessThan(1e-4)
  expect(Math.max(...wanted) - Math.min(...wanted)).toBeGreaterThan(0.1)
})

test('the network is shown the same here as in training', async () => {
  const made = GridCase.parse(JSON.parse(readFileSync(join(folder, 'grid.json'), 'utf8')))
  const { volume, mask } = caseOf(made)
  const scene = sceneAround([mask], volume, { marginMm: [30, 30], cellsMax: 1_000_000 })
  if (scene === null) throw new Error('the case has a mask')
  const shown: Tensor[] = []
  const network = {
    run: async ({ input }: Readonly<Record<string, Tensor>>) => {
      if (input === undefined) throw new Error('no input')
      shown.push(input)
      const count = input.shape[0] ?? 0
      const data = new Float32Array(count * made.modelSize ** 2).fill(1)
      return { logits: { shape: [count, 1, made.modelSize, made.modelSize], data } }
    },
  }
  const structure = { scheme: '99TEST', value: 'ball', meaning: 'Ball' }
  const { modelSize: size, contextMm } = made
  const reconstruction = {
    id: 'test',
    structure,
    modality: 'MR' as const,
    size,
    pixelMm: 1,
    contextMm,
    quality: 'not known',
    network,
  }
  await fromReconstruction({ scene, candidate: cellsOf(mask, scene), second: null, reconstruction }, SIGNAL)
  const plane = size * size
  const runs = Math.ceil(made.slices / 16)
  const values = shown.slice(0, runs).flatMap(({ data }) => [...data])
  expect(values.length).toBe(made.slices * CHANNELS * plane)
  const sums = made.sums.map((_, n) =>
    values.slice(n * plane, (n + 1) * plane).reduce((sum, value) => sum + value, 0),
  )
  for (const [n, sum] of made.sums.entries()) expect(sums[n]).toBeCloseTo(sum, 2)
  const middle = Math.floor(made.slices / 2) * CHANNELS * plane
  const apart = made.first.reduce(
    (most, value, n) => Math.max(most, Math.abs(value - (values[middle + n] ?? NaN))),
    0,
  )
  expect(apart).toBeLessThan(1e-4)
})

function caseOf({ size, affine, image, mask }: z.infer<typeof GridCase>): { volume: Volume; mask: Mask } {
  const geometry: Geometry = { frameOfReferenceUid: '2.25.1', size, affine }
  const instances = Array.from({ length: size[2] }, (_, k) => `2.25.${100 + k}`)
  const rest = { modality: 'MR' as const, seriesInstanceUid: '2.25.2', unit: '1', instances, problems: [] }
  return {
    volume: { geometry, voxels: Float32Array.from(image), ...rest },
    mask: { geometry, box: { origin: [0, 0, 0], size }, voxels: Uint8Array.from(mask) },
  }
}
