import { createServer } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkStudy } from '../src/check-command.ts'
import { loadConfig } from '../src/config.ts'

const OPTIONS = { config: loadConfig(null, {}), json: true, publish: false }

/** A PACS that lists one SEG series, and nothing in it. */
const pacs = createServer((req, res) => {
  const [path] = (req.url ?? '').split('?')
  const rows =
    path?.endsWith('/series') === true && req.url?.includes('offset=0') === true
      ? [{ '00080060': { vr: 'CS', Value: ['SEG'] }, '0020000E': { vr: 'UI', Value: ['1.2.3.4'] } }]
      : []
  res.writeHead(200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(rows))
})
let url: string
beforeAll(async () => {
  await once(pacs.listen(0, '127.0.0.1'), 'listening')
  const address = pacs.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => {
  pacs.closeAllConnections()
  pacs.close()
})

test('a study whose SEG series lists no instance is not "all accepted"', async () => {
  await expect(checkStudy('1.2.3', { ...OPTIONS, pacs: url })).rejects.toMatchObject({ code: 'not-found' })
})

test('a folder to publish to is refused before anything is judged', async () => {
  await expect(checkStudy(tmpdir(), { ...OPTIONS, publish: true })).rejects.toMatchObject({
    code: 'bad-request',
  })
})
