/** Canaries in every attribute of the PS3.15 Basic Profile that carries text, dates, numbers or UIDs: none leaves. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DicomJson } from '../../src/ports.ts'
import { reasoningWith } from '../support/asked-scenes.ts'
import { judgeScene, LIVER_CODE } from '../support/in-process.ts'
import { ReasoningMode } from '../../src/domain/reasoning.ts'
import { comparison, judged, labelled, listed } from '../support/language-model.ts'
import { besidesTarget, nameOf, startModelServer, type ModelServer } from '../support/model-server/server.ts'

type Attribute = readonly [tag: string, keyword: string, vr: string]
const profile = JSON.parse(
  readFileSync(new URL('../support/phi/basic-profile.json', import.meta.url), 'utf8'),
) as { attributes: Attribute[] }

/** Distinct for every attribute, of its value representation; null where it holds no text (sequences have canaries inside). */
function canaryOf([, , vr]: Attribute, index: number): unknown {
  const number = String(1000 + index)
  const texts: Record<string, unknown> = {
    PN: { Alphabetic: `Zqcanary${number}^Xylo` },
    DA: `1899${String((index % 12) + 1).padStart(2, '0')}${String((index % 28) + 1).padStart(2, '0')}`,
    DT: `1899010112${String(index % 60).padStart(2, '0')}00`,
    TM: `03${String(index % 60).padStart(2, '0')}17.${number}`,
    UI: `2.25.987654321${number}`,
    AS: '077Y',
    DS: `77.${number}777`,
    IS: `7777${number}`,
  }
  if (['OB', 'OW', 'UN', 'US', 'CS', 'AS'].includes(vr)) return null
  return vr === 'SQ'
    ? { '00400280': { vr: 'ST', Value: [`ZQCANARY ${number}`] } }
    : (texts[vr] ?? `ZQCANARY ${number}`)
}

/** What makes the object what it is must stay: else it would be another one, or none. */
const STRUCTURAL = [
  '00080018',
  '0020000D',
  '0020000E',
  '00200052',
  '00081155',
  '00082112',
  '00100020',
  '00620021',
]

const canaries = profile.attributes
  .filter(([tag]) => !STRUCTURAL.includes(tag))
  .map((attribute, index) => ({ attribute, value: canaryOf(attribute, index) }))
  .filter(({ value }) => value !== null)
const header: DicomJson = Object.fromEntries(
  canaries.map(({ attribute: [tag, , vr], value }) => [tag, { vr, Value: [value] }]),
)
const patterns = [/zq ?canary/i, /xylo/i, /1899[01]\d[0-3]\d/, /2\.25\.\d/, /77\.1\d{3}777/, /7777\d{4}/]

let server: ModelServer
beforeAll(async () => {
  server = await startModelServer()
})
afterAll(() => server.stop())

const scene = {
  header,
  imageHeader: header,
  description: 'ZQCANARY series',
  segment: {
    label: 'Liver ZQCANARY',
    trackingId: 'ZQCANARY track',
    type: { ...LIVER_CODE, meaning: 'ZQCANARY' },
  },
}

test.each(ReasoningMode.options)('%s', async (mode) => {
  let order = 0
  server.answerWith(
    besidesTarget(({ body }) => {
      const name = nameOf(body)
      const answers: Record<string, unknown> = {
        hcr_list: listed('hole'),
        hcr_label: labelled(['insignificant']),
        // The segment comes first, then second.
        hcr_compare: comparison(order++ % 2 === 0 ? 'first' : 'second'),
      }
      return { kind: 'json', json: answers[name] ?? judged(5) }
    }),
  )
  const asked = server.count()
  const reasoning = reasoningWith(server, { mode, segments: 'all' })
  const { judgement } = await judgeScene(scene, reasoning)
  expect(judgement.segments[0]?.opinion?.abstained).toBeNull()
  expect(server.count()).toBeGreaterThan(asked)
  const sent = server.received().toString('latin1')
  const decoded = server.requests.flatMap(({ images }) => images.map(({ png }) => png.toString('latin1')))
  for (const bytes of [sent, ...decoded, reasoning.log()])
    for (const pattern of patterns) expect(pattern.test(bytes), String(pattern)).toBe(false)
  console.log(
    `${mode}: ${canaries.length} attributes with canaries, ${server.received().length} bytes sent, 0 canaries`,
  )
})
