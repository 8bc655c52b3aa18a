/** Nothing that names a patient leaves: neither on the path that a case takes, nor if somebody put it into a request. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { whyPicturesStay } from '../../src/dicom/burned-in.ts'
import { identifyingValues } from '../../src/dicom/identifying-values.ts'
import { toDicomJson } from '../../src/dicom/json.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import { summariseSeries } from '../../src/dicom/summary.ts'
import { Policy } from '../../src/domain/policy.ts'
import { createMetrics } from '../../src/metrics.ts'
import type { DicomJson } from '../../src/ports.ts'
import { locateSource } from '../../src/target/source-series.ts'
import { assessAlone } from '../support/assess.ts'
import { KNOWLEDGE } from '../support/malformed/outcome.ts'
import { startModelServer, type ModelServer } from '../support/model-server/server.ts'
import { canaryDataset, CANARIES, findCanaries, SEEDED, uidsOf } from '../support/phi/canaries.ts'
import { never, open, pngOf, request } from './harness.ts'

const { images, seg } = canaryDataset()
const headerOf = (file: Uint8Array): DicomJson =>
  toDicomJson(readPart10(file).dataset, { bulkDataUri: () => null })
const headers = [...images, seg].map(headerOf)
const ownUids = new Map(headers.flatMap((header) => [...uidsOf(header)]))

let server: ModelServer
beforeAll(async () => {
  server = await startModelServer()
})
afterAll(() => server.stop())

describe('the canaries', () => {
  it('are in every attribute of the profile, and are found there', () => {
    expect(CANARIES).toHaveLength(620)
    const keywords = SEEDED.filter(({ vr }) => vr !== 'US').map(({ keyword }) => keyword)
    for (const file of [seg, ...images]) expect(findCanaries(file)).toEqual(expect.arrayContaining(keywords))
    expect(new Set(CANARIES.flatMap(({ marks }) => marks)).size).toBe(
      CANARIES.flatMap(({ marks }) => marks).length,
    )
  })

  it('are found in text, in other letters, and in a picture of a data URL', () => {
    const [patient] = CANARIES.filter(({ keyword }) => keyword === 'PatientName')
    const mark = patient?.marks[0] ?? ''
    const url = `data:image/png;base64,${Buffer.from(`PNG ${mark}`).toString('base64')}`
    for (const text of [`"${mark.toLowerCase()}"`, url]) expect(findCanaries(text)).toEqual(['PatientName'])
    expect(findCanaries('nothing of that kind, 812.4 cm3')).toEqual([])
  })
})

test('a segmentation and its images full of them are judged, and none is in what is sent, logged or counted', async () => {
  const { limits } = loadConfig(null, {})
  const segmentation = await readSegmentation(seg, limits)
  const series = summariseSeries(images.map(headerOf))
  const location = locateSource(segmentation, series === null ? [] : [series])
  expect(location.missingInstances).toEqual([])
  const assessed = await assessAlone(
    { segmentation, images, location },
    { knowledge: KNOWLEDGE, policy: Policy.parse({}), limits },
  )
  const metrics = createMetrics({ processMetrics: false })
  const { model, log } = open(
    server,
    {},
    { identifying: identifyingValues(headers), onCall: (call) => metrics.modelCall(call) },
  )
  for (const { code, laterality, structure, evidence, findings } of assessed) {
    const measured = findings.map(({ instances: _, ...finding }) => finding)
    const text = JSON.stringify({ code, laterality, structure, evidence, findings: measured })
    await model.complete(
      request({
        parts: [
          { kind: 'text', text },
          { kind: 'image', png: pngOf(64, 64), text: 'A1' },
        ],
      }),
      never,
    )
  }
  expect(server.requests).toHaveLength(2)
  expect(server.broken).toEqual([])
  expect(findCanaries(server.received(), ownUids)).toEqual([])
  expect(findCanaries(log(), ownUids)).toEqual([])
  expect(findCanaries((await metrics.expose()).text, ownUids)).toEqual([])
})

describe('a request that holds one of them', () => {
  /** Numbers, ages and codes name nobody alone; binary values are never in headers. */
  const NOT_SEARCHED = new Set(['AS', 'CS', 'DS', 'IS', 'US', 'OB', 'OW', 'UN'])

  it('is not sent, and the refusal does not say which', async () => {
    const before = server.count()
    const { model, log } = open(server, {}, { identifying: identifyingValues(headers) })
    const searched = SEEDED.filter(({ vr }) => !NOT_SEARCHED.has(vr))
    expect(searched.length).toBeGreaterThan(550)
    const [sent, messages]: [string[], string[]] = [[], []]
    for (const { keyword, marks } of searched) {
      const parts = [{ kind: 'text' as const, text: `The liver (${marks[0]}) is closed.` }]
      const error: unknown = await model
        .complete(request({ parts }), never)
        .catch((thrown: unknown) => thrown)
      if (!(error instanceof Error) || !('kind' in error) || error.kind !== 'patient-data') sent.push(keyword)
      else messages.push(error.message)
    }
    // What a structure is called is the claim that is judged.
    expect(sent).toEqual(['ROIName'])
    expect(findCanaries(messages.join('\n'))).toEqual([])
    expect(server.count()).toBe(before + sent.length)
    expect(findCanaries(log(), ownUids)).toEqual([])
  })

  it.each(['system', 'schema'] as const)('is not sent wherever it stands: in the %s', async (where) => {
    const before = server.count()
    const { model } = open(server, {}, { identifying: identifyingValues(headers) })
    const text = `for ${CANARIES.find(({ keyword }) => keyword === 'PatientID')?.value}`
    const schema = { ...request().schema, json: { ...request().schema.json, description: text } }
    const changes = where === 'system' ? { system: text } : { schema }
    await expect(model.complete(request(changes), never)).rejects.toMatchObject({ kind: 'patient-data' })
    expect(server.count()).toBe(before)
  })

  it('is not sent when the model itself brings it up: a repair is looked at too', async () => {
    const { model } = open(server, {}, { identifying: ['HOSPITAL-77'] })
    server.script({ kind: 'text', text: 'I can read HOSPITAL-77 in the picture.' })
    const before = server.count()
    await expect(model.complete(request(), never)).rejects.toMatchObject({ kind: 'patient-data' })
    expect(server.count()).toBe(before + 1)
  })
})

describe('identifying values', () => {
  it('are names in every order, ids, dates, UIDs and long texts; not codes, claims and short descriptions', () => {
    const header: DicomJson = {
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane', Ideographic: '山田^太郎' }] },
      '00100020': { vr: 'LO', Value: ['PAT-1'] },
      '0020000D': { vr: 'UI', Value: ['1.2.3.4'] },
      '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.66.4'] },
      '00080020': { vr: 'DA', Value: ['20260301'] },
      '00080030': { vr: 'TM', Value: ['1012'] },
      '0008103E': { vr: 'LO', Value: ['left kidney', 'portal venous of Mrs Doe'] },
      '00104000': { vr: 'LT', Value: ['Seen before.\r\nBrother of John Doe, room 12'] },
      '00101010': { vr: 'AS', Value: ['045Y'] },
      '00620002': {
        vr: 'SQ',
        Value: [
          {
            '00620005': { vr: 'LO', Value: ['Kidney'] },
            '00081070': { vr: 'PN', Value: [{ Alphabetic: 'Roe' }] },
          },
        ],
      },
    }
    const found = identifyingValues([header, header])
    expect(found.toSorted()).toEqual(
      [
        'Doe^Jane',
        'Doe',
        'Jane',
        'Jane Doe',
        '山田^太郎',
        '山田',
        '太郎',
        '太郎 山田',
        'PAT-1',
        '1.2.3.4',
        '20260301',
        'portal venous of Mrs Doe',
        'Brother of John Doe, room 12',
        'Roe',
      ].toSorted(),
    )
  })
})

describe('text in pixels', () => {
  const flag = (value: string): DicomJson => ({ '00280301': { vr: 'CS', Value: [value] } })

  it.each([
    ['no image says anything', [{}, {}], null],
    ['no image has it', [flag('NO'), flag('NO')], null],
    ['one image has it', [flag('NO'), flag('YES'), {}], '1 of the 3 images'],
    ['badly written', [flag(' yes ')], '1 of the 1 images'],
  ])('%s', (_, series, expected) => {
    expect(whyPicturesStay(series)).toEqual(expected === null ? null : expect.stringContaining(expected))
  })
})
