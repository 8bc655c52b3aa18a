import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDicomWebPacs } from '../../src/dicomweb/client.ts'
import { readPart10, text } from '../../src/dicom/part10.ts'
import type { Pacs } from '../../src/ports.ts'
import { ctSlice } from '../support/ct.ts'
import { orthancInstalled, startOrthanc, type Orthanc } from '../support/orthanc.ts'
import { fileBytes } from '../support/file-bytes.ts'

const signal = new AbortController().signal
const installed = orthancInstalled()
if (!installed)
  console.warn('Orthanc is not installed: 6 tests of the DICOMweb client against it are left out.')

describe.skipIf(!installed)('DICOMweb client against Orthanc', () => {
  let folder: string
  let orthanc: Orthanc
  let pacs: Pacs

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-orthanc-'))
    orthanc = await startOrthanc({ folder })
    pacs = createDicomWebPacs({
      baseUrl: orthanc.dicomWebUrl,
      timeoutMs: 20_000,
      retries: 1,
      backoffMs: 10,
      concurrency: 2,
      responseBytesMax: 2 ** 26,
    })
  })
  afterAll(async () => {
    await orthanc.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('stores, and storing twice is a success that changes nothing', async () => {
    const slices = [1, 2, 3].map((instance) => ctSlice(1, 1, instance))
    const segmentation = ctSlice(1, 2, 1, { Modality: 'SEG' })
    const stored = { stored: true, reason: '' }
    const expected = [...slices, segmentation].map(({ sopInstanceUid }) => ({ sopInstanceUid, ...stored }))
    expect(await pacs.store([...slices, segmentation], signal)).toEqual(expected)
    expect(await pacs.store([slices[0]!], signal)).toEqual(expected.slice(0, 1))
    const changed = ctSlice(1, 1, 1, { SeriesDescription: 'changed' })
    expect(await pacs.store([changed], signal)).toEqual(expected.slice(0, 1))
    const held = await pacs.retrieveInstance(slices[0]!, signal)
    expect(text(readPart10(fileBytes(held)).dataset, 'SeriesDescription')).toBe('Reihe 1')
  })

  test('says per instance what was refused, although the other one was stored', async () => {
    const good = ctSlice(2, 1, 1)
    const broken = { ...ctSlice(2, 1, 2), bytes: new Uint8Array(300) }
    const results = await pacs.store([good, broken], signal)
    expect(results.map(({ stored }) => stored)).toEqual([true, false])
    expect(results[1]?.reason).toMatch(/^The PACS answered HTTP 400 without naming the instance/)
  })

  test('an instance of another study is refused with the reason', async () => {
    const wrong = { ...ctSlice(3, 1, 1), studyInstanceUid: '2.25.14' }
    const [result] = await pacs.store([wrong], signal)
    expect(result?.stored).toBe(false)
    expect(result?.reason).toBe('The PACS refused the instance: processing failure (failure reason 272).')
  })

  test('lists, searches and holds', async () => {
    expect(await pacs.listSeries('2.25.11', signal)).toEqual([
      { studyInstanceUid: '2.25.11', seriesInstanceUid: '2.25.11.1', modality: 'CT', instanceCount: 3 },
      { studyInstanceUid: '2.25.11', seriesInstanceUid: '2.25.11.2', modality: 'SEG', instanceCount: 1 },
    ])
    const refs = await pacs.listInstances('2.25.11', '2.25.11.1', signal)
    expect(refs.map(({ sopInstanceUid }) => sopInstanceUid).toSorted()).toEqual([
      '2.25.11.1.1',
      '2.25.11.1.2',
      '2.25.11.1.3',
    ])
    expect(refs[0]?.sopClassUid).toBe('1.2.840.10008.5.1.4.1.1.2')
    const query = { modality: 'SEG', limit: 10, offset: 0 } as const
    const found = [
      { studyInstanceUid: '2.25.11', seriesInstanceUid: '2.25.11.2', modality: 'SEG', instanceCount: 1 },
    ]
    expect(await pacs.findSegmentationSeries({ ...query, studyDateFrom: '20240101' }, signal)).toEqual(found)
    expect(await pacs.findSegmentationSeries({ ...query, studyDateFrom: null }, signal)).toEqual(found)
    expect(await pacs.findSegmentationSeries({ ...query, studyDateFrom: '20240102' }, signal)).toEqual([])
    expect(await pacs.findSegmentationSeries({ ...query, studyDateFrom: null, offset: 1 }, signal)).toEqual(
      [],
    )
    expect(await pacs.holds(ctSlice(1, 1, 2), signal)).toBe(true)
    expect(await pacs.holds(ctSlice(1, 1, 9), signal)).toBe(false)
    expect(await pacs.holds(ctSlice(9, 1, 1), signal)).toBe(false)
    expect(await pacs.listSeries('2.25.19', signal)).toEqual([])
  })

  test('retrieves bytes and headers as they were stored', async () => {
    const slices = [1, 2, 3].map((instance) => ctSlice(1, 1, instance))
    const files = await pacs.retrieveSeries('2.25.11', '2.25.11.1', signal)
    expect(files.map((file) => fileBytes(file).toString('hex')).toSorted()).toEqual(
      slices.map(({ bytes }) => Buffer.from(bytes).toString('hex')).toSorted(),
    )
    expect(fileBytes(await pacs.retrieveInstance(slices[1]!, signal)).equals(slices[1]!.bytes)).toBe(true)
    const headers = await pacs.seriesMetadata('2.25.11', '2.25.11.1', signal)
    expect(new Set(headers.map((header) => header['00200032']?.Value?.[2]))).toEqual(new Set([1, 2, 3]))
    expect(headers[0]?.['00100010']?.Value).toEqual([{ Alphabetic: 'Prüfung^Nr 1' }])
  })

  test('what is not there is not-found', async () => {
    await expect(pacs.retrieveInstance(ctSlice(1, 1, 9), signal)).rejects.toMatchObject({ code: 'not-found' })
    await expect(pacs.seriesMetadata('2.25.19', '2.25.19.1', signal)).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})
