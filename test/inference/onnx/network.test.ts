import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openNetwork, type NetworkFile } from '../../../src/inference/onnx/network.ts'
import { onnxBytes } from '../../support/onnx.ts'

/** y = a + a, and a number of any shape. */
const MODEL = onnxBytes({
  inputs: [{ name: 'a', shape: [1, 'n'] }],
  outputs: [
    { name: 'y', shape: [1, 'n'] },
    { name: 'rest', shape: [1, 'n'] },
  ],
  nodes: [
    { op: 'Add', inputs: ['a', 'a'], outputs: ['y'] },
    { op: 'Identity', inputs: ['a'], outputs: ['rest'] },
  ],
})
const OPTIONS = { threads: 1, modelBytesMax: 10_000 }
const never = new AbortController().signal

let folder: string
let file: NetworkFile
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-onnx-'))
  file = await written('model.onnx', MODEL)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function written(name: string, bytes: Uint8Array): Promise<NetworkFile> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { path, sha256, inputs: { a: [1, null] }, outputs: { y: [1, null] } }
}

const given = (...values: number[]) => ({ a: { shape: [1, values.length], data: Float32Array.from(values) } })

test('what is declared goes in, and what is declared comes out', async () => {
  const network = await openNetwork(file, OPTIONS, never)
  expect(await network.run(given(1, 2, 3), never)).toEqual({
    y: { shape: [1, 3], data: Float32Array.of(2, 4, 6) },
  })
  await network.dispose()
})

test.each([
  ['a file that is not there', { path: '/nowhere/model.onnx' }, {}, 'model-unavailable', /cannot be read/],
  ['another digest', { sha256: '0'.repeat(64) }, {}, 'model-refused', /not the registered one/],
  ['a file above the limit', {}, { modelBytesMax: 20 }, 'limit-exceeded', /at most 20/],
  [
    'an input of another name',
    { inputs: { b: [1, null] } },
    {},
    'model-refused',
    /no input b; .* input a that nobody knows/,
  ],
  [
    'an input of other axes',
    { inputs: { a: [1, null, 3] } },
    {},
    'model-refused',
    /input a is \[1, \?\] and not \[1, \?, 3\]/,
  ],
  [
    'an input of another size',
    { inputs: { a: [2, null] } },
    {},
    'model-refused',
    /input a is \[1, \?\] and not \[2, \?\]/,
  ],
  ['an output that it lacks', { outputs: { z: [1] } }, {}, 'model-refused', /no output z/],
] as const)('%s is refused', async (_what, change, options, code, message) => {
  const opened = openNetwork({ ...file, ...change }, { ...OPTIONS, ...options }, never)
  await expect(opened).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})

test.each([
  ['cut', MODEL.slice(0, MODEL.length - 40)],
  ['text', new TextEncoder().encode('version https://git-lfs.github.com/spec/v1')],
  ['empty', new Uint8Array()],
])('a file that is registered but no model (%s) is refused', async (name, bytes) => {
  const opened = openNetwork(await written(name, bytes), OPTIONS, never)
  await expect(opened).rejects.toMatchObject({ code: 'model-refused' })
})

test('a model of whole numbers is refused', async () => {
  const bytes = onnxBytes({
    inputs: [{ name: 'a', shape: [1, 'n'], type: 7 }],
    outputs: [{ name: 'y', shape: [1, 'n'], type: 7 }],
    nodes: [{ op: 'Identity', inputs: ['a'], outputs: ['y'] }],
  })
  const opened = openNetwork(await written('whole.onnx', bytes), OPTIONS, never)
  await expect(opened).rejects.toMatchObject({
    code: 'model-refused',
    message: expect.stringMatching(/input a is not a float32 tensor; output y is not/),
  })
})

test.each([
  ['none', {}, /input a is missing/],
  ['another shape', { a: { shape: [2, 1], data: new Float32Array(2) } }, /\[2, 1\] and not \[1, \?\]/],
  ['too few values', { a: { shape: [1, 3], data: new Float32Array(2) } }, /holds 2 values/],
])('inputs that do not fit (%s) fail before the runtime sees them', async (_what, inputs, message) => {
  const network = await openNetwork(file, OPTIONS, never)
  await expect(network.run(inputs, never)).rejects.toMatchObject({
    code: 'model-answer',
    message: expect.stringMatching(message),
  })
  await network.dispose()
})

test('an aborted signal opens nothing and runs nothing, and the next run is not harmed', async () => {
  const aborted = AbortSignal.abort(new Error('enough'))
  await expect(openNetwork(file, OPTIONS, aborted)).rejects.toThrow('enough')
  const network = await openNetwork(file, OPTIONS, never)
  const controller = new AbortController()
  const runs = [
    network.run(given(1), never),
    network.run(given(2), controller.signal),
    network.run(given(3), never),
  ]
  controller.abort(new Error('enough'))
  const ends = await Promise.allSettled(runs)
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  await network.dispose()
})

test('a closed network says so; closing twice is closing once', async () => {
  const network = await openNetwork(file, OPTIONS, never)
  await Promise.all([network.dispose(), network.dispose()])
  await expect(network.run(given(1), never)).rejects.toMatchObject({ code: 'model-answer' })
})
