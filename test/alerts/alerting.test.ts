import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { causeOf, createAlerting } from '../../src/alerts/alerting.ts'
import { alertBody, createCaseAlert, createWebhook } from '../../src/alerts/webhook.ts'
import { createGuardedFetch } from '../../src/inference/guarded-fetch.ts'
import type { AlertStore } from '../../src/ports.ts'
import { finish, LIVER, newCase } from '../api/sample-cases.ts'
import { createMemoryCaseStore } from '../support/memory-case-store.ts'

const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
const DECIDED_AT = '2026-03-02T10:15:00.000Z'
const clock = { now: () => new Date('2026-03-02T10:16:00.000Z') }
const JOB = { signal: new AbortController().signal }

interface Heard {
  readonly headers: Record<string, string | undefined>
  readonly body: string
}

let server: Server
let heard: Heard[]
let answers: number[]
let url: string
beforeEach(async () => {
  heard = []
  answers = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      heard.push({
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        ),
        body,
      })
      response.writeHead(answers.shift() ?? 204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook`
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

function memoryAlerts(): AlertStore & { givenUpOf: string[] } {
  const rows = new Map<string, 'untold' | 'told' | 'given up'>()
  const givenUpOf: string[] = []
  return {
    givenUpOf,
    raise: async (caseId, cause) =>
      void rows.set(`${caseId} ${cause}`, rows.get(`${caseId} ${cause}`) ?? 'untold'),
    untold: async (caseId) =>
      (['reject', 'critical'] as const).filter((cause) => rows.get(`${caseId} ${cause}`) === 'untold'),
    told: async (caseId, cause) => void rows.set(`${caseId} ${cause}`, 'told'),
    async givenUp(caseId, cause) {
      rows.set(`${caseId} ${cause}`, 'given up')
      givenUpOf.push(caseId)
    },
    casesToTell: async () => [],
  }
}

async function alerting(options: { ageMaxMs?: number; to?: string } = {}) {
  const caseStore = createMemoryCaseStore()
  await caseStore.receive(newCase('a', { label: 'DOE^JANE liver' }))
  await finish(caseStore, 'a', { verdict: 'reject', score: 2, segments: [LIVER], decidedAt: DECIDED_AT })
  await caseStore.receive(newCase('b'))
  await finish(caseStore, 'b', { verdict: 'accept', score: 5, segments: [], decidedAt: DECIDED_AT })
  const alertStore = memoryAlerts()
  const fetch = createGuardedFetch({ allowedHosts: [], responseBytesMax: 1000 })
  const given: unknown[] = []
  const run = createAlerting({
    caseStore,
    alertStore,
    tell: createCaseAlert(
      createWebhook({ url: options.to ?? url, secret: SECRET, timeoutMs: 2000, clock, fetch }),
      'https://qc.example.org',
    ),
    clock,
    ageMaxMs: options.ageMaxMs ?? 3_600_000,
    onTold: () => {},
    onGivenUp: (_caseId, error) => void given.push(error),
  })
  return { run, alertStore, given, caseStore }
}

test('a reject is told once, signed, with codes and ids only', async () => {
  const { run, caseStore } = await alerting()
  await run('a', JOB)
  await run('a', JOB)
  expect(heard).toHaveLength(1)
  const [{ headers, body } = { headers: {}, body: '' }] = heard
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const key = Buffer.from(SECRET.slice(6), 'base64')
  expect(headers['webhook-signature']).toBe(
    `v1,${createHmac('sha256', key).update(content).digest('base64')}`,
  )
  expect(headers['webhook-id']).toBe('a.reject')
  const judged = await caseStore.get('a')
  if (judged === null) throw new Error('the case is gone')
  expect(JSON.parse(body)).toEqual(alertBody(judged, 'reject', 'https://qc.example.org'))
  expect(JSON.parse(body)).toMatchObject({
    type: 'case.rejected',
    timestamp: DECIDED_AT,
    data: {
      case: 'https://qc.example.org/api/v1/cases/a',
      findings: [{ segment: 1, structure: 'liver', mode: 'truncated', severity: 'critical' }],
    },
  })
  expect(body).not.toMatch(/DOE|Liver|1\.2\.826|slice/)
})

test('what was accepted is nothing to tell', async () => {
  const { run } = await alerting()
  await run('b', JOB)
  expect(heard).toEqual([])
})

test.each([
  ['reject', [], 'reject'],
  ['review', [LIVER], 'critical'],
  ['review', [], null],
  [null, [], null],
] as const)('verdict %s alerts as it must', (verdict, segments, cause) => {
  expect(causeOf({ verdict, segments: [...segments] })).toBe(cause)
})

test('an old verdict raises no alert', async () => {
  const { run } = await alerting({ ageMaxMs: 1000 })
  await run('a', JOB)
  expect(heard).toEqual([])
})

test.each([500, 302, 404])('status %d is tried again, with the same id', async (status) => {
  answers = [status]
  const { run } = await alerting()
  await expect(run('a', JOB)).rejects.toMatchObject({ code: 'alert-not-taken', retryable: true })
  await run('a', JOB)
  expect(heard.map(({ headers }) => headers['webhook-id'])).toEqual(['a.reject', 'a.reject'])
})

test('when attempts are used up it is given up aloud, and not told later', async () => {
  answers = [500]
  const { run, alertStore, given } = await alerting()
  await run('a', { ...JOB, exhausted: true })
  expect(given).toHaveLength(1)
  expect(alertStore.givenUpOf).toEqual(['a'])
  await run('a', JOB)
  expect(heard).toHaveLength(1)
})

test.each(['http://203.0.113.7/hook', 'http://127.0.0.1:9/hook'])('%s is not reached', async (to) => {
  const { run } = await alerting({ to })
  await expect(run('a', JOB)).rejects.toMatchObject({ code: 'alert-not-taken' })
  expect(heard).toEqual([])
})
