import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startModelServer, type ModelServer } from '../support/model-server/server.ts'
import { GOOD, never, open, request } from './harness.ts'

let dir: string
let server: ModelServer
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'plumbline-cassette-'))
  server = await startModelServer({ understands: { formats: ['json_object'], saysWhy: false } })
  server.answerWith(() => ({ kind: 'json', json: GOOD }))
})
afterEach(async () => {
  await server.stop()
  rmSync(dir, { recursive: true })
})

const NOWHERE = { url: 'http://127.0.0.1:9/v1' }

test('what was recorded is replayed without the server: refusals, repairs and answers', async () => {
  server.script({ kind: 'status', status: 503 }, { kind: 'text', text: 'no' })
  const recorded = await open(server, { cassette: { mode: 'record', dir } }).model.complete(request(), never)
  // A refusal of the schema, an answer that does not fit, an answer that does; not that the server was down.
  expect(readdirSync(dir)).toHaveLength(3)
  const { model } = open(NOWHERE, { cassette: { mode: 'replay', dir }, retries: 0 })
  const replayed = await model.complete(request(), never)
  expect({ ...replayed, latencyMs: 0 }).toEqual({ ...recorded, latencyMs: 0 })
})

test('what was not recorded is an error, and so is a recording that cannot be read', async () => {
  await open(server, { cassette: { mode: 'record', dir } }).model.complete(request(), never)
  const { model } = open(NOWHERE, { cassette: { mode: 'replay', dir } })
  await expect(model.complete(request({ seed: 2 }), never)).rejects.toMatchObject({
    code: 'model-unavailable',
    kind: 'not-recorded',
  })
  for (const file of readdirSync(dir)) writeFileSync(join(dir, file), '{}')
  await expect(model.complete(request(), never)).rejects.toMatchObject({ kind: 'not-recorded' })
})

test('recordings hold answers only', async () => {
  await open(server, { cassette: { mode: 'record', dir } }).model.complete(request(), never)
  const kept = readdirSync(dir).map((file) => readFileSync(join(dir, file), 'utf8'))
  expect(kept.join('')).not.toMatch(/base64|panel|test-key/)
})
