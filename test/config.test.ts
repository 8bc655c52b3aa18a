import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from '../src/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileWith(tree: object): string {
  const file = join(folder, 'config.yaml')
  writeFileSync(file, JSON.stringify(tree)) // JSON is YAML
  return file
}

test('a file is laid over the defaults, the environment over both', () => {
  const file = fileWith({ service: { port: 1, host: 'localhost' }, api: { eventStreamsMax: 3 } })
  const { service, api } = loadConfig(file, { PLUMBLINE_PORT: '2' })
  expect(service).toMatchObject({ port: 2, host: 'localhost', publicOrigin: null })
  expect(api).toMatchObject({ eventStreamsMax: 3, bodyBytesMax: 65_536 })
})

test('the public origin is an origin, whatever path was written after it', () => {
  const file = fileWith({ service: { publicOrigin: 'https://plumbline.example.org/viewer/' } })
  expect(loadConfig(file, {}).service.publicOrigin).toBe('https://plumbline.example.org')
})

test.each([
  [{ api: { eventBatchMax: 1001 } }, 'api.eventBatchMax'],
  [{ api: { eventStreams: 1 } }, 'api'],
  [{ service: { publicOrigin: 'plumbline.example.org' } }, 'service.publicOrigin'],
  [{ service: { pathPrefix: '/qc/' } }, 'service.pathPrefix'],
  [{ service: { pathPrefix: 'qc' } }, 'service.pathPrefix'],
  [{ service: { pathPrefix: '/..' } }, 'service.pathPrefix'],
  [{ service: { pathPrefix: '/"><script' } }, 'service.pathPrefix'],
])('%j is refused, and the message names the key', (tree, key) => {
  expect(() => loadConfig(fileWith(tree), {})).toThrow(key)
})
