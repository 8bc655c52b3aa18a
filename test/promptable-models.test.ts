import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PlacedModel } from '../src/model-table.ts'
import { createPromptable } from '../src/promptable-models.ts'
import { cellsOf, sceneAround } from '../src/refinement/scene.ts'
import { onnxBytes } from './support/onnx.ts'
import { tooSmall, truth, volume } from './refinement/scenes.ts'

/** With the signature of ScribblePrompt-UNet: the logits are the picture of the box, less a half. */
const NETWORK = onnxBytes({
  inputs: [{ name: 'in', shape: [1, 5, 128, 128] }],
  outputs: [{ name: 'out', shape: [1, 1, 128, 128] }],
  nodes: [
    { op: 'Gather', inputs: ['in', 'channels'], outputs: ['box'], ints: { axis: 1 } },
    { op: 'Sub', inputs: ['box', 'half'], outputs: ['out'] },
  ],
  constants: [
    { name: 'channels', shape: [1], int64s: [1] },
    { name: 'half', shape: [1], floats: [0.5] },
  ],
})
const { signal } = new AbortController()
const options = { threads: 1, modelBytesMax: 10_000 }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-promptable-'))
  await writeFile(join(folder, 'net.onnx'), NETWORK)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function placed(sha256: string): PlacedModel {
  return {
    folder,
    model: {
      kind: 'scribbleprompt',
      id: 'unet',
      about: 'a',
      licence: 'l',
      source: null,
      window: { values: {}, percentiles: [0, 1] },
      network: { path: 'net.onnx', sha256, input: 'in', output: 'out' },
    },
  }
}

test('a registered network is opened once and answers prompts', async () => {
  const promptable = createPromptable({
    placed: placed(createHash('sha256').update(NETWORK).digest('hex')),
    ...options,
  })
  const model = await promptable(signal)
  expect(await promptable(signal)).toBe(model)
  const scene = sceneAround([truth], volume, { marginMm: [5, 10], cellsMax: 1_000_000 })
  if (scene === null) throw new Error('the scene has a ball')
  const [columns, rows] = scene.size
  const previous = cellsOf(tooSmall, scene)
  const prompts = { kind: 'box', slices: [{ k: 8, box: [4, 5, 9, 12], points: [] }] } as const
  const cells = await model.segment({ scene, previous, prompts, hasTime: () => true }, signal)
  const plane = cells.subarray(8 * columns * rows, 9 * columns * rows)
  const inside = plane.reduce((sum, cell) => sum + cell, 0)
  expect(inside).toBe(6 * 8)
  expect(plane[5 * columns + 4]).toBe(1)
})

test('another digest is refused, again and again; without a table entry the geodesic model answers', async () => {
  const promptable = createPromptable({ placed: placed('0'.repeat(64)), ...options })
  await expect(promptable(signal)).rejects.toMatchObject({ code: 'model-refused' })
  await expect(promptable(signal)).rejects.toMatchObject({ code: 'model-refused' })
  expect((await createPromptable({ placed: null, ...options })(signal)).id).toBe('geodesic-1')
})
