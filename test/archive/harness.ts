/** An archive on a temporary folder and an in-memory database, served on a free port. */
import { decodeFrame } from '../../src/dicom/pixels.ts'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { createArchiveRouter } from '../../src/archive/router.ts'
import { createArchive } from '../../src/archive/store.ts'
import { createDicomWebPacs } from '../../src/dicomweb/client.ts'
import type { InstanceRef, Sql } from '../../src/ports.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPglite } from '../../src/store/pglite.ts'

export interface ArchiveHarness extends Awaited<ReturnType<typeof startArchive>> {}

export const REQUEST_BYTES_MAX = 200_000
export const OBJECT_BYTES_MAX = 150_000

/** `sql`: another database than one in memory; it is migrated. */
export async function startArchive(sql?: Sql, requestBytesMax = REQUEST_BYTES_MAX) {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-archive-'))
  const pglite = sql === undefined ? await openPglite({ dataDir: null }) : null
  const database = sql ?? pglite!.sql
  await migrate(database)
  const archive = createArchive({
    sql: database,
    folder,
    objectBytesMax: sql === undefined ? OBJECT_BYTES_MAX : 2 ** 26,
  })
  const arrivals: InstanceRef[][] = []
  const problems: unknown[] = []
  const intake = { down: false }
  const app = express()
  app.use(
    '/dicom-web',
    createArchiveRouter(archive, {
      decodeFrame,
      requestBytesMax,
      publicOrigin: null,
      cacheBytesMax: 2 ** 16,
      // Slow, so that a test that looks right after the answer fails if the answer did not wait for it.
      async onStored(stored) {
        await delay(20)
        if (intake.down) throw new Error('intake is down')
        arrivals.push([...stored])
      },
      onProblem: (error) => void problems.push(error),
    }),
  )
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const url = `http://127.0.0.1:${port}/dicom-web`
  const client = { timeoutMs: 10_000, retries: 0, backoffMs: 1, concurrency: 4, responseBytesMax: 2 ** 26 }
  return {
    archive,
    sql: database,
    folder,
    url,
    arrivals,
    intake,
    problems,
    pacs: createDicomWebPacs({ ...client, baseUrl: url }),
    async stop() {
      server.close()
      server.closeAllConnections()
      await pglite?.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
