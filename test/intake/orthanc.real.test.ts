/** The proxy before a real Orthanc, and the script by which Orthanc tells of stable studies. */
import { createServer, type Server } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writePart10 } from '../../src/dicom/write-part10.ts'
import { createDicomwebProxy } from '../../src/intake/dicomweb-proxy.ts'
import type { InstanceRef } from '../../src/ports.ts'
import { listen } from './fakes.ts'
import { orthancInstalled, startOrthanc, type Orthanc } from '../support/orthanc.ts'

const LUA = fileURLToPath(new URL('../../config/orthanc-notify.lua', import.meta.url))
const SEG_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4'
const UIDS = { StudyInstanceUID: '2.25.11', SeriesInstanceUID: '2.25.12', SOPInstanceUID: '2.25.13' }

if (!orthancInstalled()) console.warn('Orthanc is not installed: 3 tests of the DICOMweb proxy are left out.')

describe.skipIf(!orthancInstalled())('Orthanc', () => {
  const notified: { url: string; authorization: string; body: string }[] = []
  const stored: InstanceRef[] = []
  const problems: unknown[] = []
  let folder: string
  let orthanc: Orthanc
  let service: Server
  let origin: string
  let heard: Promise<void>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-proxy-'))
    const app = express()
    service = createServer(app)
    origin = await listen(service)
    heard = new Promise((done) => {
      app.post('/api/v1/studies/:uid/check', express.text({ type: '*/*' }), (req, res) => {
        notified.push({
          url: req.url,
          authorization: req.headers.authorization ?? '',
          body: String(req.body),
        })
        res.json({})
        done()
      })
    })
    // The script reads its settings from Orthanc's environment, which a child inherits from here.
    Object.assign(process.env, { PLUMBLINE_URL: origin, PLUMBLINE_TOKEN: 'secret' })
    orthanc = await startOrthanc({ folder, lua: LUA })
    app.use(
      '/dicom-web',
      createDicomwebProxy({
        pacsUrl: orthanc.dicomWebUrl,
        credentials: {},
        publicOrigin: null,
        limits: { requestBytesMax: 1e8, responseBytesMax: 1e8, stowAnswerBytesMax: 1e6, timeoutMs: 60_000 },
        onStored: async (refs) => void stored.push(...refs),
        onProblem: (error) => void problems.push(error),
      }),
    )
  })

  afterAll(async () => {
    await orthanc?.stop()
    service?.closeAllConnections()
    service?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('what is stored through the proxy is heard of, and its URLs lead back to the proxy', async () => {
    const bytes = writePart10({
      ...UIDS,
      SOPClassUID: SEG_STORAGE,
      Modality: 'SEG',
      PatientID: 'test',
      StudyDate: '20260310',
      Manufacturer: 'Acme',
      Rows: 1,
      Columns: 1,
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelRepresentation: 0,
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      _vrMap: { PixelData: 'OB' },
      PixelData: [new Uint8Array(4096).buffer],
    })
    const body = Buffer.concat([
      Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n'),
      bytes,
      Buffer.from('\r\n--b--\r\n'),
    ])
    const headers = {
      'content-type': 'multipart/related; type="application/dicom"; boundary=b',
      accept: 'application/dicom+json',
    }
    const answer = await fetch(`${origin}/dicom-web/studies`, { method: 'POST', headers, body })
    expect(answer.status).toBe(200)
    expect(stored).toEqual([
      {
        studyInstanceUid: UIDS.StudyInstanceUID,
        seriesInstanceUid: UIDS.SeriesInstanceUID,
        sopInstanceUid: UIDS.SOPInstanceUID,
        sopClassUid: SEG_STORAGE,
      },
    ])
    const metadata = await fetch(`${origin}/dicom-web/studies/2.25.11/metadata`, {
      headers: { accept: 'application/dicom+json' },
    })
    const ownUri: unknown = expect.stringContaining(`${origin}/dicom-web/studies/2.25.11/`)
    expect(await metadata.json()).toMatchObject([{ '7FE00010': { BulkDataURI: ownUri } }])
    expect(problems).toEqual([])
  })

  test('includefield as viewers encode it gives the fields', async () => {
    const url = `${origin}/dicom-web/studies/2.25.11/instances?includefield=00080070%2C00280010`
    const answer = await fetch(url, { headers: { accept: 'application/dicom+json' } })
    expect(await answer.json()).toMatchObject([
      { '00080070': { Value: ['Acme'] }, '00280010': { Value: [1] } },
    ])
  })

  test('the script tells of the stable study, with the token', async () => {
    await heard
    expect(notified[0]).toEqual({
      url: '/api/v1/studies/2.25.11/check',
      authorization: 'Bearer secret',
      body: '{}',
    })
  })
})
