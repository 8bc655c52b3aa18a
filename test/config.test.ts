import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { INSTALLATION_URL, loadConfig } from '../src/config.ts'
import { ModelConfig } from '../src/inference/model-config.ts'

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

describe('the language model', () => {
  const KEY = { OPENAI_API_KEY: 'secret', OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1' }

  test('is none by default, even where its key is in the environment', () => {
    expect(loadConfig(null, {}).model).toBeNull()
    expect(loadConfig(null, KEY).model).toBeNull()
  })

  test('is switched on by its name, and takes address and key from the environment', () => {
    const byName = loadConfig(null, { ...KEY, PLUMBLINE_MODEL: 'm-1' }).model
    expect(byName).toMatchObject({ name: 'm-1', apiKey: 'secret', baseUrl: KEY.OPENAI_BASE_URL })
    const byFile = loadConfig(
      fileWith({ model: { name: 'm-2', baseUrl: 'http://127.0.0.1:1/v1' } }),
      KEY,
    ).model
    expect(byFile).toMatchObject({ name: 'm-2', apiKey: 'secret', baseUrl: KEY.OPENAI_BASE_URL })
  })

  test('has the defaults that config/default.yaml shows', () => {
    const text = readFileSync(new URL('config/default.yaml', INSTALLATION_URL), 'utf8')
    const section = /^model: null\n((?:#  .*\n| +#.*\n)+)/m.exec(text)?.[1] ?? ''
    const shown = parse(section.replaceAll(/^#/gm, ' '))
    expect(shown).toEqual(ModelConfig.parse({ name: shown.name }))
  })

  test.each([
    [{ model: { name: 'm', baseUrl: 'ftp://x/v1' } }, 'model.baseUrl'],
    [{ model: { name: 'm', allowedHosts: ['https://x/v1'] } }, 'model.allowedHosts'],
    [{ model: { baseUrl: 'http://127.0.0.1/v1' } }, 'model.name'],
    [{ model: { name: 'm', tokenBudget: 1 } }, 'model'],
  ])('%j is refused, and the message names the key', (tree, key) => {
    expect(() => loadConfig(fileWith(tree), {})).toThrow(key)
  })
})
