/**
 * kill -9 of the service while it has a case in every state that a case can be in; then a start on the same data.
 * Nothing polls here: what is not lost is not lost because of the store, the queue and the sweeper.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig, policyDigest } from '../../src/config.ts'
import type { CaseState } from '../../src/domain/case-state.ts'
import { caseIdOf } from '../../src/intake/case-id.ts'
import { newCase } from '../../src/intake/intake.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import type { StoreItem } from '../../src/ports.ts'
import { createCaseStore } from '../../src/store/case-store.ts'
import { openDatabase, type DatabaseKind } from '../support/crash.ts'
import {
  copyOfObject,
  copyOfStudy,
  demoCase,
  expectDemoVerdict,
  makeStudy,
  NOT_FAR_BACK_DAYS,
  type TestStudy,
} from '../support/demo-data.ts'
import { instancesOf, reportsOn, stow } from '../support/e2e-pacs.ts'
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts'
import { orthancInstalled, startOrthanc, type Orthanc } from '../support/orthanc.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { freePort, startService, type ServiceOptions } from '../support/service.ts'

const installed = orthancInstalled()
if (!installed) console.warn('Orthanc is not installed: 2 tests of killing the service are left out.')

/** What becomes of each object before the kill, and the state of its case then. */
const BEFORE = {
  done: 'done',
  'waits for images': 'waiting-for-images',
  'is being retrieved': 'running',
  'is judged, not yet stored': 'publishing',
  'is judged and stored, unheard': 'publishing',
  'waits its turn': 'queued',
} as const satisfies Record<string, CaseState>
type Name = keyof typeof BEFORE

describe.skipIf(!installed)('after kill -9 every case ends, with one report', () => {
  let folder: string
  let orthanc: Orthanc
  let proxy: FaultProxy
  let postgres: TestPostgres
  let mr: TestStudy

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-e2e-kill-'))
    orthanc = await startOrthanc({ folder })
    proxy = await startFaultProxy(orthanc.dicomWebUrl)
    postgres = await startPostgres()
    mr = makeStudy('mr-1')
  })
  afterAll(async () => {
    await proxy?.stop()
    await orthanc?.stop()
    await postgres?.stop()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(() => proxy.reset())

  test.each<DatabaseKind>(['pglite', 'postgres'])('on %s', async (kind) => {
    const study = copyOfStudy(mr, kind)
    const late = copyOfStudy(mr, `${kind}, images late`)
    const objects = objectsOf(study, late)
    await stow(orthanc.dicomWebUrl, study.images)
    const options: ServiceOptions = {
      folder: join(folder, kind),
      pacsUrl: proxy.url,
      port: await freePort(),
      databaseUrl: kind === 'postgres' ? await postgres.createDatabase() : null,
      // Three workers, each of which is held below; the fourth case finds none.
      jobs: { concurrency: 3 },
      intake: { lookbackDays: NOT_FAR_BACK_DAYS },
    }

    const doomed = await startService(options)
    const arrives = async (name: Name, state: CaseState) => {
      await stow(orthanc.dicomWebUrl, [objects[name]])
      await doomed.check(objects[name].studyInstanceUid)
      await doomed.waitForCase(objects[name].sopInstanceUid, state)
    }
    await arrives('done', 'done')
    await arrives('waits for images', 'waiting-for-images')
    const rules = holdBefore(proxy, objects)
    await arrives('is judged, not yet stored', 'publishing')
    await arrives('is judged and stored, unheard', 'publishing')
    await arrives('is being retrieved', 'running')
    await doomed.waitUntil('three requests to be held', () => rules.every((rule) => rule.hits() === 1))
    await arrives('waits its turn', 'queued')
    const before = new Map((await doomed.cases()).map(({ object, state }) => [object.sopInstanceUid, state]))
    expect(
      Object.fromEntries(
        Object.entries(objects).map(([name, { sopInstanceUid }]) => [name, before.get(sopInstanceUid)]),
      ),
    ).toEqual(BEFORE)
    await doomed.kill9()
    proxy.reset()

    const received = copyOfObject(study.segmentations[0] ?? objects.done, 'received')
    await stow(orthanc.dicomWebUrl, [received, ...late.images])
    await receiveWithoutJob(kind, options, received)
    expect(await reportsOn(orthanc.dicomWebUrl, objects['is judged, not yet stored'])).toHaveLength(0)
    expect(await reportsOn(orthanc.dicomWebUrl, objects['is judged and stored, unheard'])).toHaveLength(1)

    const service = await startService(options)
    const all = [...Object.values(objects), received]
    await service.waitUntil(
      'every case to be done',
      async () => (await service.cases()).every(({ state }) => state === 'done'),
      90_000,
    )
    const cases = await service.cases()
    expect(cases.map(({ object }) => object.sopInstanceUid).toSorted()).toEqual(
      all.map(({ sopInstanceUid }) => sopInstanceUid).toSorted(),
    )
    for (const one of cases) expectDemoVerdict(one, demoCase('prostate-good'))

    await service.check(study.studyInstanceUid)
    await service.check(late.studyInstanceUid)
    expect(await service.cases(), 'asking again changes nothing').toEqual(cases)
    for (const object of all) expect(await reportsOn(orthanc.dicomWebUrl, object)).toHaveLength(1)
    const held = [
      ...(await instancesOf(orthanc.dicomWebUrl, study.studyInstanceUid)),
      ...(await instancesOf(orthanc.dicomWebUrl, late.studyInstanceUid)),
    ]
    expect(held).toHaveLength(study.images.length + late.images.length + all.length * 2)
    expect(await service.stop()).toBe(0)
  })
})

function objectsOf(study: TestStudy, late: TestStudy): Record<Name, StoreItem> {
  const [object] = study.segmentations
  const [lateObject] = late.segmentations
  if (object === undefined || lateObject === undefined) throw new Error('a study has no segmentation')
  const copy = (name: Name) => copyOfObject(object, name)
  return {
    done: object,
    'waits for images': lateObject,
    'is being retrieved': copy('is being retrieved'),
    'is judged, not yet stored': copy('is judged, not yet stored'),
    'is judged and stored, unheard': copy('is judged and stored, unheard'),
    'waits its turn': copy('waits its turn'),
  }
}

/** Stops the pipeline where a case is then in the state that it is named for. */
function holdBefore(proxy: FaultProxy, objects: Record<Name, StoreItem>) {
  const uid = (name: Name) => objects[name].sopInstanceUid
  return [
    proxy.inject({
      method: 'GET',
      path: new RegExp(`/instances/${uid('is being retrieved')}$`),
      fault: { kind: 'hold' },
    }),
    proxy.inject({
      method: 'POST',
      path: /\/studies/,
      mentions: uid('is judged, not yet stored'),
      fault: { kind: 'hold' },
    }),
    proxy.inject({
      method: 'POST',
      path: /\/studies/,
      mentions: uid('is judged and stored, unheard'),
      fault: { kind: 'hold-answer' },
    }),
  ]
}

/** What a service leaves that is killed right after it wrote down that an object arrived. */
async function receiveWithoutJob(
  kind: DatabaseKind,
  { folder, databaseUrl }: ServiceOptions,
  item: StoreItem,
): Promise<void> {
  const config = loadConfig(null, {})
  const digest = policyDigest(
    config.policy,
    loadKnowledge(new URL('../../config/knowledge', import.meta.url).pathname),
  )
  const { sql, close } = await openDatabase(kind, databaseUrl ?? join(folder, 'data'))
  const id = caseIdOf(item.sopInstanceUid, digest)
  const received = newCase({ ...item, modality: 'SEG' }, id, '', { version: '0.0.0', policyDigest: digest })
  expect(await createCaseStore(sql, { now: () => new Date() }).receive(received)).toMatchObject({
    created: true,
  })
  await close()
}
