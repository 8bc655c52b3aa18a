/** kill -9 of the process that holds a job: nothing that was written is lost, and the next process gets the job. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Job } from '../../src/ports.ts'
import { createJobQueue } from '../../src/queue/pg-boss-queue.ts'
import { createCaseStore } from '../../src/store/case-store.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPglite } from '../../src/store/pglite.ts'
import {
  CRASH_QUEUE_OPTIONS,
  openDatabase,
  type DatabaseKind,
  type OpenedDatabase,
} from '../support/crash.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'

const HOLDER = fileURLToPath(new URL('../support/hold-job.ts', import.meta.url))

let server: TestPostgres
let dataDir: string
beforeAll(async () => {
  server = await startPostgres()
  dataDir = await mkdtemp(join(tmpdir(), 'plumbline-crash-'))
})
afterAll(async () => {
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('on PostgreSQL', async () => {
  const url = await server.createDatabase()
  const holder = await holdJob('postgres', url)
  await kill(holder)
  await expectRedelivery(await openDatabase('postgres', url))
})

test('on PGlite, whose folder the dead process had locked', async () => {
  const holder = await holdJob('pglite', dataDir)
  await expect(openPglite({ dataDir })).rejects.toMatchObject({
    code: 'data-locked',
    message: expect.stringContaining(`process ${holder.pid} `),
  })
  await kill(holder)
  await expectRedelivery(await openDatabase('pglite', dataDir))
})

async function holdJob(kind: DatabaseKind, where: string): Promise<ChildProcess> {
  const holder = spawn(process.execPath, ['--import', 'tsx', HOLDER, kind, where], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(holder, 'exit').then(() => Promise.reject(new Error('the holder ended by itself')))
  await Promise.race([once(holder.stdout, 'data'), ended])
  ended.catch(() => undefined)
  return holder
}

async function kill(holder: ChildProcess): Promise<void> {
  const exited = once(holder, 'exit')
  holder.kill('SIGKILL')
  expect(await exited).toEqual([null, 'SIGKILL'])
}

async function expectRedelivery({ sql, database, close }: OpenedDatabase): Promise<void> {
  expect(await migrate(sql)).toEqual([])
  const store = createCaseStore(sql, { now: () => new Date() })
  expect(await store.get('held')).toMatchObject({ state: 'running' })
  const queue = await createJobQueue({ ...CRASH_QUEUE_OPTIONS, database })
  const delivery = await new Promise<Job>((resolve, reject) => {
    queue.work((job) => Promise.resolve(resolve(job)).then(() => ({}))).catch(reject)
  })
  expect(delivery).toMatchObject({ caseId: 'held', attempt: 2, lastAttempt: false, exhausted: false })
  await queue.stop()
  await close()
}
