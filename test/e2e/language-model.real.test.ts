/** A case judged over HTTP with a language model: stored, judged, asked about, reported, shown; and what happens when it fails. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLog } from '../../src/judge-adapters.ts'
import { CasePage } from '../../src/api/schemas.ts'
import { loadConfig, type Config } from '../../src/config.ts'
import type { Case } from '../../src/domain/case.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import { ModelConfig } from '../../src/inference/model-config.ts'
import { startService, type Service } from '../../src/main.ts'
import { copyOfObject } from '../support/demo-data.ts'
import { reportsOn, stow } from '../support/e2e-pacs.ts'
import { waitFor } from '../support/e2e-wait.ts'
import { filesOf } from '../support/in-process.ts'
import { anError, judged } from '../support/language-model.ts'
import {
  API_KEY,
  besidesTarget,
  MODEL,
  startModelServer,
  type ModelServer,
  type Responder,
} from '../support/model-server/server.ts'

let dataDir: string
let model: ModelServer
let service: Service
const { images, object } = filesOf({})

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plumbline-model-'))
  model = await startModelServer()
  const defaults = loadConfig(null, {})
  const config: Config = {
    ...defaults,
    service: { ...defaults.service, port: 0, dataDir },
    model: ModelConfig.parse({
      name: MODEL,
      baseUrl: model.url,
      apiKey: API_KEY,
      backoffMs: 1,
      retries: 1,
      cacheBytesMax: 0,
    }),
    reasoning: { ...defaults.reasoning, greyMode: null },
    log: { level: 'silent' },
  }
  service = await startService({ config, role: 'all', log: openLog(config) })
})
afterAll(async () => {
  await service?.stop()
  await model?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

/** Stores the object beside its images and waits for its verdict, as a PACS and a viewer would. */
async function judgedOver(name: string): Promise<{ case: Case; report: string }> {
  const item = copyOfObject(object, name)
  await stow(`${service.url}/dicom-web`, [...images, item])
  const look = async (): Promise<Case | null> => {
    const answer = await fetch(`${service.url}/api/v1/cases?limit=100`)
    const { cases } = CasePage.parse(await answer.json())
    const found = cases.find((one) => one.object.sopInstanceUid === item.sopInstanceUid)
    return found?.state === 'done' ? found : null
  }
  const found = await waitFor('the verdict', 120_000, look, () => 'the case is not done')
  const [report = ''] = await reportsOn(`${service.url}/dicom-web`, item)
  const ref = found.reports[0]
  if (ref === undefined) throw new Error('there is no report')
  const address = `${service.url}/dicom-web/studies/${item.studyInstanceUid}/series/${ref.seriesInstanceUid}/instances/${ref.sopInstanceUid}`
  const file = await fetch(address, {
    headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
  })
  const bytes = Buffer.from(await file.arrayBuffer())
  const start = bytes.indexOf('DICM') - 128
  const { dataset } = readPart10(bytes.subarray(start, bytes.lastIndexOf('\r\n--')))
  expect(report).toBe(ref.sopInstanceUid)
  return { case: found, report: JSON.stringify(dataset) }
}

test('its four stages reach the case and the report, and the model is named', async () => {
  const answer = judged(3)
  answer.errors.push(anError({ evidence_ids: ['E9'] }))
  model.answerWith(besidesTarget(() => ({ kind: 'json', json: answer })))
  const { case: one, report } = await judgedOver('stages')
  const [segment] = one.segments
  expect(one).toMatchObject({ verdict: 'reject', score: 3 })
  expect(segment).toMatchObject({ verdict: 'reject', category: 'MINOR_REQUIRED' })
  expect(segment?.opinion?.reasoner).toBe(`${MODEL} (one-pass)`)
  const said = [
    'A large smooth organ.',
    'A2: The line lies on the edge.',
    'Structure: correct.',
    'A usable outline.',
    'Significant: leakage into a neighbour in B2: It runs into the stomach.',
  ]
  for (const text of said) {
    expect(JSON.stringify(segment?.opinion)).toContain(text)
    expect(report).toContain(text)
  }
  expect(one.provenance.models).toEqual([
    { name: MODEL, sha256: expect.stringMatching(/^(sha256:)?[0-9a-f]{64}$/) },
  ])
  // What a model alone rejects is drawn for the reader.
  expect(segment?.figures?.length).toBeGreaterThan(0)
  expect(model.broken).toEqual([])
})

test('a model that answers nothing of use is a review with the reason, in the case and in the report', async () => {
  const useless: Responder = () => ({ kind: 'text', text: 'I think it is fine, accept it!' })
  for (const [name, responder, said] of [
    ['no opinion', besidesTarget(useless), 'gave no opinion'],
    ['nothing', useless, 'could not be heard about the target'],
  ] as const) {
    model.answerWith(responder)
    const { case: one, report } = await judgedOver(name)
    expect(one.verdict).toBe('review')
    expect(one.segments[0]?.reasons[0]).toMatch(/abstained: the language model .*no answer that fits/)
    expect(one.segments[0]?.reasons[0]).toContain(said)
    expect(report).toContain(said)
  }
})

test('a target that it does not find goes to a person, whatever it thinks of the outline', async () => {
  model.answerWith(besidesTarget(() => ({ kind: 'json', json: judged(5) }), 'absent'))
  const { case: one, report } = await judgedOver('absent')
  expect(one.verdict).toBe('review')
  expect(one.segments[0]?.target).toMatchObject({
    status: 'absent',
    source: expect.stringContaining(`${MODEL} says absent`),
  })
  expect(report).toContain('does not show where the segment lies')
  expect(model.broken).toEqual([])
})
