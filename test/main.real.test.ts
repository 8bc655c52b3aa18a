/** The service as a whole in this process, on PGlite and the embedded archive: how it starts and how it ends. */
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Config, loadConfig } from '../src/config.ts'
import { openLog } from '../src/judge-adapters.ts'
import { startService } from '../src/main.ts'
import { openPglite } from '../src/store/pglite.ts'
import { ctSlice } from './support/ct.ts'
import { multipart } from './support/e2e-pacs.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plumbline-main-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

function start(port: number, viewer = false) {
  const defaults = loadConfig(null, {})
  const config: Config = {
    ...defaults,
    service: { ...defaults.service, port, dataDir },
    viewer: { ...defaults.viewer, enabled: viewer },
    log: { level: 'silent' },
  }
  return startService({ config, role: 'all', log: openLog(config) })
}

test('a start that fails lets go of the database and of the viewer being fetched, so that the process can end and the next start can have them', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  await expect(start(typeof address === 'object' ? (address?.port ?? 0) : 0, true)).rejects.toMatchObject({
    code: 'bad-config',
  })
  other.close()
  await (await openPglite({ dataDir })).close()
  expect(await readdir(join(dataDir, 'viewer'))).toEqual([])
})

test('an upload that is under way when the service is told to stop is stored and answered', async () => {
  const service = await start(0)
  const { contentType, body } = multipart([ctSlice(1, 1, 1)])
  const upload = request(`${service.url ?? ''}/dicom-web/studies`, {
    method: 'POST',
    headers: { 'content-type': contentType, 'content-length': body.length },
  })
  const answered = once(upload, 'response')
  await new Promise((resolve) => upload.write(body.subarray(0, 200), resolve))
  const stopped = service.stop()
  await new Promise((resolve) => setTimeout(resolve, 500))
  upload.end(body.subarray(200))
  const [response]: unknown[] = await answered
  expect(response).toMatchObject({ statusCode: 200 })
  await stopped
})
