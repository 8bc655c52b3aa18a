import { afterEach, beforeEach, expect, it } from 'vitest'
import type { NewAuditEvent } from '../../src/domain/audit-event.ts'
import { MODEL, startModelServer, type ModelServer } from '../support/model-server/server.ts'
import { GOOD, memoryAnswers, never, open, request } from './harness.ts'

let server: ModelServer
beforeEach(async () => {
  server = await startModelServer()
})
afterEach(() => server.stop())

it('every call is an event, with its outcome and its cost: answered, from the cache, failed', async () => {
  const audited: NewAuditEvent[] = []
  const audit = { record: async (event: NewAuditEvent) => void audited.push(event) }
  server.answerWith(() => ({ kind: 'json', json: GOOD }))
  const { model } = open(server, { retries: 0 }, { audit, answers: memoryAnswers() })
  const answer = await model.complete(request(), never)
  await model.complete(request(), never)
  server.answerWith(() => ({ kind: 'status', status: 500 }))
  await expect(model.complete(request({ seed: 2 }), never)).rejects.toThrow()
  const common = { kind: 'model-called', caseId: 'case-1', model: MODEL, agent: { kind: 'service' } }
  expect(audited).toMatchObject([
    { ...common, outcome: 'ok', requestDigest: answer.requestDigest, ...answer.usage },
    { ...common, outcome: 'cached', requestDigest: answer.requestDigest, inputTokens: 0 },
    { ...common, requestDigest: expect.not.stringMatching(answer.requestDigest) },
  ])
  expect(audited[2]).not.toMatchObject({ outcome: expect.stringMatching(/^(ok|cached)$/) })
  expect(JSON.stringify(audited)).not.toMatch(/812|panel|contours|as expected/)
})

it('an answer whose call cannot be recorded is none', async () => {
  const audit = { record: () => Promise.reject(new Error('the disk is full')) }
  server.answerWith(() => ({ kind: 'json', json: GOOD }))
  await expect(open(server, {}, { audit }).model.complete(request(), never)).rejects.toThrow('disk')
})
