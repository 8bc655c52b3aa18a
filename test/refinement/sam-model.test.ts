import { expect, test } from 'vitest'
import type { Network, Tensors } from '../../src/domain/network.ts'
import type { Prompts, SlicePrompts } from '../../src/refinement/prompts.ts'
import { createSamModel } from '../../src/refinement/sam-model.ts'
import { cellsOf, sceneAround } from '../../src/refinement/scene.ts'
import { createScribblePromptModel } from '../../src/refinement/scribbleprompt-model.ts'
import { tooSmall, truth, volume } from './scenes.ts'

const scene = sceneAround([truth], volume, { marginMm: [5, 10], cellsMax: 1_000_000 })
if (scene === null) throw new Error('the scene has a ball')
const [columns, rows, slices] = scene.size
const previous = cellsOf(tooSmall, scene)
const K = slices >> 1
const { signal } = new AbortController()
const window = { values: { CT: [20, 120] as const }, percentiles: [0, 1] as const }
const SIDE = 128
const scale = SIDE / Math.max(columns, rows)

/** Keeps what it was given; answers by `answer`. */
function network(answer: (inputs: Tensors) => Tensors): Network & { readonly runs: Tensors[] } {
  const runs: Tensors[] = []
  return { runs, run: async (inputs) => (runs.push(inputs), answer(inputs)) }
}

const embedding = { shape: [1, 256, 64, 64], data: new Float32Array(256 * 64 * 64) }
const full = { shape: [1, 1, rows, columns], data: new Float32Array(rows * columns).fill(3) }

function sam(masks = full) {
  const encoder = network(() => ({ output: embedding }))
  const decoder = network(() => ({ masks }))
  const settings = { id: 'sam', side: SIDE, window, mean: [0, 100, 0], deviation: [255, 1, 51] }
  const model = createSamModel(
    { ...settings, encoder: { input: 'input', output: 'output' } },
    { encoder, decoder },
  )
  return { encoder, decoder, model }
}

const told = (kind: Prompts['kind'], ...planes: SlicePrompts[]) => ({
  scene,
  previous,
  prompts: { kind, slices: planes },
  hasTime: () => true,
})
const BOX: SlicePrompts = { k: K, box: [2, 3, 20, 22], points: [] }
const CLICKS: SlicePrompts = {
  k: K,
  box: null,
  points: [
    { column: 1, row: 2, positive: false },
    { column: 10, row: 11, positive: true },
  ],
}
const data = (run: Tensors | undefined, name: string) => [...(run?.[name]?.data ?? [])]

test('the encoder sees a slice in greys of the window, normalised per channel', async () => {
  const { encoder, model } = sam()
  await model.segment(told('box', BOX), signal)
  const { shape, data: values = new Float32Array() } = encoder.runs[0]?.['input'] ?? {}
  expect(shape).toEqual([1, 3, SIDE, SIDE])
  const middle = (SIDE / 2) * SIDE + SIDE / 2
  const grey = (values[middle] ?? 0) * 255
  expect(grey).toBeGreaterThan(150)
  expect(values[SIDE * SIDE + middle]).toBeCloseTo(grey - 100, 3)
  expect(values[2 * SIDE * SIDE + middle]).toBeCloseTo(grey / 51, 3)
})

test('a box is two points, clicks come with a padding point, both on the grid of the encoder', async () => {
  const { decoder, model } = sam()
  await model.segment(told('box', BOX), signal)
  await model.segment(told('clicks', CLICKS), signal)
  const [box, clicks] = decoder.runs
  expect(data(box, 'point_labels')).toEqual([2, 3])
  expect(data(box, 'point_coords')).toEqual([2, 3, 21, 23].map((cell) => expect.closeTo(cell * scale, 3)))
  expect(data(clicks, 'point_labels')).toEqual([1, 0, -1])
  expect(data(clicks, 'point_coords').slice(0, 4)).toEqual(
    [10.5, 11.5, 1.5, 2.5].map((cell) => expect.closeTo(cell * scale, 3)),
  )
  expect(data(box, 'orig_im_size')).toEqual([rows, columns])
  expect(data(box, 'has_mask_input')).toEqual([0])
})

test('scribbles come with the mask that they correct, thinned to sixteen of either sign', async () => {
  const { decoder, model } = sam()
  const points = Array.from({ length: 90 }, (_, n) => ({ column: n % 20, row: 5, positive: n < 60 }))
  await model.segment(told('scribbles', { k: K, box: null, points }), signal)
  const [run] = decoder.runs
  expect(data(run, 'point_labels').filter((label) => label === 1)).toHaveLength(16)
  expect(data(run, 'point_labels').filter((label) => label === 0)).toHaveLength(16)
  expect(data(run, 'has_mask_input')).toEqual([1])
  expect(run?.['mask_input']?.shape).toEqual([1, 1, 256, 256])
  expect(new Set(data(run, 'mask_input'))).toEqual(new Set([-8, 8]))
  expect(data(run, 'mask_input')[128 * 256 + 128]).toBe(8)
})

test('only slices with prompts are drawn anew; a box without cells empties its slice and asks nobody', async () => {
  const { encoder, model } = sam()
  const cells = await model.segment(told('box', BOX, { k: K + 1, box: [0, 0, -1, -1], points: [] }), signal)
  const plane = columns * rows
  expect(encoder.runs).toHaveLength(1)
  expect(cells.subarray(K * plane, (K + 1) * plane)).not.toContain(0)
  expect(cells.subarray((K + 1) * plane, (K + 2) * plane)).not.toContain(1)
  expect(cells.subarray(0, K * plane)).toEqual(previous.subarray(0, K * plane))
})

test('a slice is encoded once, however often it is prompted', async () => {
  const { encoder, decoder, model } = sam()
  for (const prompts of [BOX, CLICKS, BOX]) await model.segment(told('clicks', prompts), signal)
  expect([encoder.runs.length, decoder.runs.length]).toEqual([1, 3])
})

test('of several masks the first counts; one of another size is refused', async () => {
  const several = { shape: [1, 3, rows, columns], data: new Float32Array(3 * rows * columns).fill(-1) }
  several.data.fill(9, rows * columns)
  const cells = await sam(several).model.segment(told('box', BOX), signal)
  expect(cells.subarray(K * columns * rows, (K + 1) * columns * rows)).not.toContain(1)
  const wrong = sam({ ...full, shape: [1, 1, columns * rows, 1] })
  await expect(wrong.model.segment(told('box', BOX), signal)).rejects.toThrow('for a slice of')
})

test('without time the rest stays as it was; a cancelled one ends between slices', async () => {
  const { encoder, model } = sam()
  expect(await model.segment({ ...told('box', BOX), hasTime: () => false }, signal)).toEqual(previous)
  expect(encoder.runs).toHaveLength(0)
  await expect(model.segment(told('box', BOX), AbortSignal.abort())).rejects.toThrow('aborted')
})

test('ScribblePrompt: five pictures in their order, and logits back on the cells', async () => {
  const logits = new Float32Array(SIDE * SIDE).fill(-5)
  for (let y = 0; y < SIDE / 2; y++) logits.fill(5, y * SIDE, (y + 1) * SIDE)
  const asked = network(() => ({ out: { shape: [1, 1, SIDE, SIDE], data: logits } }))
  const model = createScribblePromptModel({ id: 's', window, names: { input: 'in', output: 'out' } }, asked)
  const cells = await model.segment(told('clicks', { ...CLICKS, box: [2, 3, 20, 22] }), signal)
  const input = asked.runs[0]?.['in']
  expect(input?.shape).toEqual([1, 5, SIDE, SIDE])
  const channel = (n: number) => input?.data.subarray(n * SIDE * SIDE, (n + 1) * SIDE * SIDE) ?? []
  const marked = (n: number) => [...channel(n)].flatMap((value, at) => (value === 1 ? [at] : []))
  const at = (column: number, row: number) =>
    Math.floor((row + 0.5) * scale) * SIDE + Math.floor((column + 0.5) * scale)
  expect(marked(2)).toEqual([at(10, 11)])
  expect(marked(3)).toEqual([at(1, 2)])
  expect(marked(1)[0]).toBe(at(2, 3))
  expect(marked(1).at(-1)).toBe(at(20, 22))
  expect(channel(4)[(SIDE / 2) * SIDE + SIDE / 2]).toBe(4)
  expect(Math.max(...channel(0))).toBeLessThanOrEqual(1)
  const plane = cells.subarray(K * columns * rows, (K + 1) * columns * rows)
  expect(plane[Math.floor(rows / 4) * columns + 3]).toBe(1)
  expect(plane[(rows - 2) * columns + 3]).toBe(0)
})
