import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import express from 'express'
import request from 'supertest'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { extractViewer } from '../../src/viewer/extract.ts'
import { openViewer } from '../../src/viewer/viewer.ts'
import { DIST, startRegistry, type FakeRegistry } from './fake-release.ts'

let folder: string
let registry: FakeRegistry
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-viewer-'))
  registry = await startRegistry(join(folder, 'registry'))
  vi.stubEnv('npm_config_registry', registry.url)
  vi.stubEnv('npm_config_cache', join(folder, 'cache'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  registry.close()
  await rm(folder, { recursive: true, force: true })
})

const extract = (integrity = registry.release.integrity, progress: string[] = []) =>
  extractViewer({
    folder: join(folder, 'kept'),
    release: { ...registry.release, integrity },
    signal: new AbortController().signal,
    onProgress: (text) => void progress.push(text),
  })

test('a release is fetched once, without what is not needed, with the licence and compressed files beside', async () => {
  const progress: string[] = []
  const files = await extract(undefined, progress)
  expect(files).toBe(join(folder, 'kept', 'ohif-9.9.9', 'dist'))
  expect(existsSync(join(files, 'ort'))).toBe(false)
  expect(await readFile(join(files, '..', 'LICENSE'), 'utf8')).toContain('MIT')
  for (const name of ['index.html', '0ddf166f7a343eda.wasm'])
    expect(gunzipSync(await readFile(join(files, `${name}.gz`))).toString()).toBe(DIST[name])
  expect(existsSync(join(files, 'assets/a.png.gz'))).toBe(false)
  const before = registry.requests()
  expect(await extract(undefined, progress)).toBe(files)
  expect(registry.requests()).toBe(before)
  expect(progress).toHaveLength(1)
})

test('of two that fetch at once both get it', async () => {
  const [one, other] = await Promise.all([extract(), extract()])
  expect(one).toBe(other)
  expect(await readdir(join(folder, 'kept'))).toEqual(['ohif-9.9.9'])
})

test.each([
  ['another package than the pinned one', () => extract(`sha512-${'A'.repeat(86)}==`)],
  [
    'a registry that is down',
    () => {
      registry.close()
      return extract()
    },
  ],
  [
    'a folder that cannot be written',
    async () => {
      await writeFile(join(folder, 'kept'), 'a file')
      return extract()
    },
  ],
])('%s is refused with a next step, and nothing is left', async (_what, attempt) => {
  await expect(attempt()).rejects.toMatchObject({
    code: 'viewer-unavailable',
    nextStep: expect.stringMatching(/npm_config_registry.*viewer\.dir.*viewer\.enabled/),
  })
  expect(await readdir(join(folder, 'kept')).catch(() => [])).toEqual([])
})

test('until there is a viewer, / says so, and why there will be none', async () => {
  registry.close()
  const said: string[] = []
  const problems: unknown[] = []
  const viewer = openViewer({
    folder: join(folder, 'kept'),
    extensionFolder: join(folder, 'none'),
    pathPrefix: '',
    signal: new AbortController().signal,
    onProgress: (text) => void said.push(text),
    onProblem: (error) => void problems.push(error),
  })
  const app = express().use(viewer.router)
  const preparing = await request(app).get('/').expect(503)
  expect(preparing.text).toContain('being prepared')
  expect(preparing.headers['retry-after']).toBe('3')
  await request(app).get('/app-config.js').expect(404)
  await expect.poll(() => problems, { timeout: 20_000 }).toHaveLength(1)
  const failed = await request(app).get('/').expect(503)
  expect(failed.text).toMatch(/not available[^]*could not be fetched[^]*viewer\.dir[^]*href="overview"/)
  expect(said.at(-1)).toContain('viewer.enabled')
})
