/** `plumbline serve --demo`, as a newcomer starts it: the embedded archive, PGlite, nothing else. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ErrorMask } from '../../src/domain/error-mask.ts'
import { DEMO_CASES } from '../../src/phantom/demo-cases.ts'
import { demoStudies } from '../../src/phantom/demo.ts'
import { demoCase, expectDemoVerdict } from '../support/demo-data.ts'
import { instancesOf, modalitiesOf, reportsOn } from '../support/e2e-pacs.ts'
import { freePort, startService, status, type ServiceOptions, type TestService } from '../support/service.ts'

const VERDICTS_LIMIT_MS = 150_000
/** The service polls every second and looks that far back. */
const SOME_POLLS_MS = 3500
const studies = demoStudies()
let folder: string
let options: ServiceOptions
let service: TestService

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-e2e-demo-'))
  options = { folder, pacsUrl: null, port: await freePort(), demo: true }
})
afterAll(async () => {
  await service?.kill9()
  await rm(folder, { recursive: true, force: true })
})

/** All that the archive holds, as another program sees it. */
async function archived(): Promise<string[]> {
  const held = await Promise.all(
    studies.map(({ studyInstanceUid }) => instancesOf(`${service.url}/dicom-web`, studyInstanceUid)),
  )
  return held
    .flat()
    .map(({ sopInstanceUid }) => sopInstanceUid)
    .toSorted()
}

/** The table of verdicts with the closing line is printed once every demo case has ended. */
async function untilVerdicts(): Promise<void> {
  await service.waitUntil('the verdicts', () => service.log().includes('Ctrl-C ends.'), VERDICTS_LIMIT_MS)
}

/** Every demo case is done with the verdict that DEMO_CASES announces, and the archive holds one report for it. */
async function expectVerdicts(): Promise<void> {
  const root = `${service.url}/dicom-web`
  const cases = await service.cases()
  expect(cases).toHaveLength(DEMO_CASES.length)
  for (const study of studies) {
    const reports = study.segmentations.map(() => 'SR')
    const objects = study.segmentations.map(({ caseId }) => demoCase(caseId).modality)
    expect(await modalitiesOf(root, study.studyInstanceUid)).toEqual(
      [study.patient.modality, ...objects, ...reports].toSorted(),
    )
    for (const object of study.segmentations) {
      const judged = cases.find((one) => one.object.sopInstanceUid === object.sopInstanceUid)
      expectDemoVerdict(judged, demoCase(object.caseId))
      expect(await reportsOn(root, object), object.caseId).toEqual(
        judged?.reports.map(({ sopInstanceUid }) => sopInstanceUid),
      )
    }
  }
}

test('judges every demo case as announced, and the reports are in the archive', async () => {
  service = await startService(options)
  await untilVerdicts()
  await expectVerdicts()
  expect(await status(`${service.url}/readyz`)).toBe(200)
  expect(await status(service.url)).toBe(200)
})

test('shows where a segment is wrong, for exactly the findings that say so', async () => {
  let shown = 0
  for (const { id, segments } of await service.cases()) {
    for (const { number, findings } of segments) {
      const url = `${service.url}/api/v1/cases/${id}/segments/${number}/error-mask`
      const marked = findings.flatMap(({ id: finding, errorMask: kind }) =>
        kind === undefined ? [] : [{ finding, kind }],
      )
      expect(await status(url)).toBe(marked.length > 0 ? 200 : 404)
      if (marked.length === 0) continue
      const mask = ErrorMask.parse(await (await fetch(url)).json())
      expect(mask.errors.map(({ finding, kind }) => ({ finding, kind }))).toEqual(marked)
      expect(mask.errors.every(({ planes }) => planes.some(({ runs }) => runs.length > 0))).toBe(true)
      shown += marked.length
    }
  }
  expect(shown).toBeGreaterThan(0)
})

test('started again, it shows the same verdicts and makes nothing new', async () => {
  const [cases, instances] = [await service.cases(), await archived()]
  expect(await service.stop()).toBe(0)
  service = await startService(options)
  await untilVerdicts()
  for (const { studyInstanceUid } of studies) await service.check(studyInstanceUid)
  await delay(SOME_POLLS_MS)
  expect(await service.cases()).toEqual(cases)
  expect(await archived()).toEqual(instances)
})

test('killed with -9 half way, it goes on where it was', async () => {
  await service.stop()
  options = { ...options, folder: join(folder, 'killed') }
  service = await startService(options)
  const isHalfWay = async () => {
    const states = (await service.cases()).map(({ state }) => state)
    return states.includes('done') && states.some((state) => state !== 'done')
  }
  await service.waitUntil('some cases to be done and one not', isHalfWay)
  await service.kill9()
  service = await startService(options)
  await untilVerdicts()
  await expectVerdicts()
})
