import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { decode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMultipartReader, boundaryOf, multipartTail, partHead } from '../../src/dicom/multipart.ts'
import { jsonItems, jsonText } from '../../src/dicom/json.ts'
import { writePart10 } from '../../src/dicom/write-part10.ts'
import type { DicomJson } from '../../src/ports.ts'
import { ctSlice } from '../support/ct.ts'
import { OBJECT_BYTES_MAX, REQUEST_BYTES_MAX, startArchive, type ArchiveHarness } from './harness.ts'
import { fileBytes } from '../support/file-bytes.ts'

const signal = new AbortController().signal
const first = ctSlice(1, 1, 1)
const INSTANCE = '/studies/2.25.11/series/2.25.11.1/instances/2.25.11.1.1'

let harness: ArchiveHarness
beforeAll(async () => {
  harness = await startArchive()
  const items = [
    ...[1, 2, 3].map((instance) => ctSlice(1, 1, instance)),
    ctSlice(1, 2, 1, { Modality: 'SEG', PixelData: undefined, SOPClassUID: '1.2.840.10008.5.1.4.1.1.66.4' }),
    ctSlice(2, 1, 1, { PatientName: 'Łódź^Ala' }),
  ]
  const results = await harness.pacs.store(items, signal)
  expect(results.every(({ stored }) => stored)).toBe(true)
  // A database in this process takes seconds to start on a busy machine.
}, 60_000)
afterAll(() => harness.stop())

async function get(path: string, accept?: string) {
  return fetch(`${harness.url}${path}`, { headers: accept === undefined ? {} : { accept } })
}
async function rows(path: string): Promise<DicomJson[]> {
  const response = await get(path)
  expect(response.headers.get('content-type')).toBe('application/dicom+json; charset=utf-8')
  const found: DicomJson[] = JSON.parse(await response.text())
  return found
}
async function parts(response: Response) {
  const reader = createMultipartReader(boundaryOf(response.headers.get('content-type') ?? '') ?? '', {
    partsMax: 10,
    partBytesMax: 2 ** 20,
  })
  const found = reader.push(new Uint8Array(await response.arrayBuffer()))
  reader.end()
  return found
}
async function post(path: string, files: readonly Uint8Array[], tail = multipartTail('x')) {
  const body = Buffer.concat([...files.flatMap((file) => [partHead('x', 'application/dicom'), file]), tail])
  const headers = { 'content-type': 'multipart/related; type="application/dicom"; boundary=x' }
  const response = await fetch(`${harness.url}${path}`, { method: 'POST', headers, body })
  const json: DicomJson = JSON.parse(await response.text())
  return { status: response.status, json }
}

describe('as a PACS, through the DICOMweb client', () => {
  test('lists what was stored', async () => {
    expect(
      (await harness.pacs.listSeries('2.25.11', signal)).toSorted((a, b) =>
        a.seriesInstanceUid.localeCompare(b.seriesInstanceUid),
      ),
    ).toEqual([
      { studyInstanceUid: '2.25.11', seriesInstanceUid: '2.25.11.1', modality: 'CT', instanceCount: 3 },
      { studyInstanceUid: '2.25.11', seriesInstanceUid: '2.25.11.2', modality: 'SEG', instanceCount: 1 },
    ])
    const refs = await harness.pacs.listInstances('2.25.11', '2.25.11.1', signal)
    expect(refs.map(({ sopInstanceUid }) => sopInstanceUid).toSorted()).toEqual([
      '2.25.11.1.1',
      '2.25.11.1.2',
      '2.25.11.1.3',
    ])
    const query = { modality: 'SEG', limit: 10, offset: 0 } as const
    expect(
      await harness.pacs.findSegmentationSeries({ ...query, studyDateFrom: '20240101' }, signal),
    ).toHaveLength(1)
    expect(
      await harness.pacs.findSegmentationSeries({ ...query, studyDateFrom: '20240102' }, signal),
    ).toEqual([])
    expect(await harness.pacs.holds(first, signal)).toBe(true)
    expect(await harness.pacs.holds(ctSlice(1, 1, 9), signal)).toBe(false)
  })

  test('gives back the very bytes, and headers as proper text', async () => {
    expect(fileBytes(await harness.pacs.retrieveInstance(first, signal)).equals(first.bytes)).toBe(true)
    const files = await harness.pacs.retrieveSeries('2.25.11', '2.25.11.1', signal)
    expect(files.map((file) => fileBytes(file).toString('hex'))).toEqual(
      [1, 2, 3].map((instance) => Buffer.from(ctSlice(1, 1, instance).bytes).toString('hex')),
    )
    const headers = await harness.pacs.seriesMetadata('2.25.12', '2.25.12.1', signal)
    expect(jsonText(headers[0] ?? {}, '00100010')).toBe('Łódź^Ala')
    await expect(harness.pacs.retrieveInstance(ctSlice(1, 1, 9), signal)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('storing again is a success that keeps the old bytes, and intake hears of it', async () => {
    const changed = ctSlice(1, 1, 1, { SeriesDescription: 'changed' })
    expect(await harness.pacs.store([changed], signal)).toEqual([
      { sopInstanceUid: first.sopInstanceUid, stored: true, reason: '' },
    ])
    expect(fileBytes(await harness.pacs.retrieveInstance(first, signal)).equals(first.bytes)).toBe(true)
    const { bytes: _bytes, ...ref } = first
    expect(harness.arrivals.at(-1)).toEqual([ref])
  })
})

describe('STOW-RS', () => {
  test('all good is 200 and names every instance', async () => {
    const { status, json } = await post('/studies/2.25.11', [first.bytes])
    expect(status).toBe(200)
    const [reference = {}] = jsonItems(json, '00081199')
    expect(jsonText(reference, '00081155')).toBe(first.sopInstanceUid)
    expect(jsonText(reference, '00081190')).toBe(`${harness.url}${INSTANCE}`)
    expect(jsonText(json, '00081190')).toBe(`${harness.url}/studies/2.25.11`)
    expect(json['00081198']).toBeUndefined()
  })

  test('some bad is 202 with the reason of each', async () => {
    const otherStudy = ctSlice(3, 1, 1)
    const noUid = writePart10({ SOPClassUID: '1.2.3', SOPInstanceUID: '1.2.4', Modality: 'CT' })
    const { status, json } = await post('/studies/2.25.11', [
      first.bytes,
      otherStudy.bytes,
      noUid,
      new Uint8Array(300),
    ])
    expect(status).toBe(202)
    expect(
      jsonItems(json, '00081198').map((item) => [jsonText(item, '00081155'), jsonText(item, '00081197')]),
    ).toEqual([[otherStudy.sopInstanceUid, '272']])
    expect(jsonItems(json, '0008119A').map((item) => jsonText(item, '00081197'))).toEqual(['49152', '49152'])
    expect(await harness.pacs.holds(otherStudy, signal)).toBe(false)
  })

  test('all bad is 409; a cut-off file is refused, not kept', async () => {
    const cut = ctSlice(4, 1, 1)
    const { status, json } = await post('/studies', [cut.bytes.subarray(0, cut.bytes.length - 10)])
    expect(status).toBe(409)
    expect(jsonText(jsonItems(json, '00081198')[0] ?? {}, '00081155')).toBe(cut.sopInstanceUid)
    expect(await harness.pacs.holds(cut, signal)).toBe(false)
  })

  test('the same UID in another series is refused', async () => {
    const { status, json } = await post('/studies', [
      ctSlice(1, 5, 1, { SOPInstanceUID: first.sopInstanceUid }).bytes,
    ])
    expect(status).toBe(409)
    expect(jsonText(jsonItems(json, '00081198')[0] ?? {}, '00081197')).toBe('272')
  })

  test('a request that is cut off keeps its whole parts and says that something is missing', async () => {
    const { status, json } = await post(
      '/studies',
      [ctSlice(5, 1, 1).bytes, ctSlice(5, 1, 2).bytes],
      Buffer.alloc(0),
    )
    expect(status).toBe(202)
    expect(jsonItems(json, '00081199').map((item) => jsonText(item, '00081155'))).toEqual(['2.25.15.1.1'])
    expect(jsonItems(json, '0008119A')).toHaveLength(1)
    expect(harness.arrivals.at(-1)?.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['2.25.15.1.1'])
  })

  test('takes a single instance as application/dicom', async () => {
    const { bytes } = ctSlice(6, 1, 1)
    const headers = { 'content-type': 'application/dicom' }
    expect(
      (await fetch(`${harness.url}/studies`, { method: 'POST', headers, body: Buffer.from(bytes) })).status,
    ).toBe(200)
  })

  test.each([
    ['no instance at all', 'multipart/related; type="application/dicom"; boundary=x', '--x--\r\n', 400],
    ['another media type', 'application/json', '{}', 415],
    ['another part type', 'multipart/related; type="application/dicom+json"; boundary=x', '--x--', 415],
    ['too much', 'application/dicom', 'x'.repeat(REQUEST_BYTES_MAX + 1), 413],
  ])('refuses %s', async (_name, contentType, body, status) => {
    const response = await fetch(`${harness.url}/studies`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
  })

  test('refuses an instance that is too large as soon as it is', async () => {
    const large = Buffer.alloc(OBJECT_BYTES_MAX + 1)
    const { status } = await post('/studies', [large])
    expect(status).toBe(413)
    const headers = { 'content-type': 'application/dicom' }
    expect((await fetch(`${harness.url}/studies`, { method: 'POST', headers, body: large })).status).toBe(413)
  })

  test('refuses a transfer syntax that is no UID, which would become part of the headers of answers', async () => {
    const forged = ctSlice(8, 1, 1, {}, '1.2.840.10008.1.2.1\r\nX-Forged: yes')
    const { status, json } = await post('/studies', [forged.bytes])
    expect(status).toBe(409)
    expect(jsonItems(json, '00081198').map((item) => jsonText(item, '00081197'))).toEqual(['49152'])
  })

  test('takes an instance whose text is longer than an index of the database can hold', async () => {
    const long = Array.from({ length: 3000 }, (_, index) =>
      createHash('md5').update(String(index)).digest('hex'),
    ).join('')
    const { status } = await post('/studies', [ctSlice(8, 2, 1, { PatientID: long }).bytes])
    expect(status).toBe(200)
    expect(jsonText((await rows('/studies?StudyInstanceUID=2.25.18'))[0] ?? {}, '00100020')).toBe(long)
  })

  test('intake that fails is no trouble of the sender', async () => {
    harness.intake.down = true
    expect((await post('/studies', [first.bytes])).status).toBe(200)
    harness.intake.down = false
    expect(harness.problems).toEqual([new Error('intake is down')])
  })
})

describe('QIDO-RS', () => {
  test('studies say what a study list shows', async () => {
    const [study = {}] = await rows('/studies?StudyInstanceUID=2.25.11')
    expect(jsonText(study, '00100010')).toBe('Prüfung^Nr 1')
    expect(jsonText(study, '00081030')).toBe('Abdomen')
    expect(study['00080061']).toEqual({ vr: 'CS', Value: ['CT', 'SEG'] })
    expect(study['00201206']).toEqual({ vr: 'IS', Value: [2] })
    expect(study['00201208']).toEqual({ vr: 'IS', Value: [4] })
    expect(study['00100030']).toEqual({ vr: 'DA' })
    expect(jsonText(study, '00081190')).toBe(`${harness.url}/studies/2.25.11`)
    expect(study['00080060']).toBeUndefined()
  })

  test.each([
    ['PatientID=TEST-1', ['2.25.11']],
    ['00100020=TEST-1', ['2.25.11']],
    ['PatientID=TEST-*', ['2.25.11', '2.25.12']],
    ['PatientID=TEST-?', ['2.25.11', '2.25.12']],
    ['PatientID=test-1', []],
    ['PatientID=TEST_1', []],
    [`PatientName=${encodeURIComponent('*łódź*')}`, ['2.25.12']],
    ['PatientName=*', ['2.25.11', '2.25.12']],
    ['AccessionNumber=ACC2', ['2.25.12']],
    ['StudyDate=20240101', ['2.25.11']],
    ['StudyDate=20240102-', ['2.25.12']],
    ['StudyDate=-20240101', ['2.25.11']],
    ['StudyDate=20240101-20240102', ['2.25.11', '2.25.12']],
    ['StudyTime=1011-1011', ['2.25.11', '2.25.12']],
    ['StudyTime=1012-', []],
    ['ModalitiesInStudy=SEG', ['2.25.11']],
    ['ModalitiesInStudy=SEG,MR', ['2.25.11']],
    ['ModalitiesInStudy=S*', ['2.25.11']],
    ['Modality=?T,X_', ['2.25.11', '2.25.12']],
    ['StudyInstanceUID=2.25.11,2.25.12', ['2.25.11', '2.25.12']],
    [`StudyInstanceUID=${encodeURIComponent('2.25.12\\2.25.99')}`, ['2.25.12']],
    [
      'StudyDescription=abd*&limit=101&offset=0&fuzzymatching=false&includefield=00081030%2C00080060',
      ['2.25.11', '2.25.12'],
    ],
    ["PatientID='; drop table archive_instances; --", []],
  ])('studies by %s', async (query, expected) => {
    const found = (await rows(`/studies?${query}`)).map((row) => jsonText(row, '0020000D'))
    expect(found.filter((uid) => ['2.25.11', '2.25.12'].includes(uid)).toSorted()).toEqual(expected)
  })

  test('newest first, page by page', async () => {
    const all = (await rows('/studies')).map((row) => jsonText(row, '0020000D'))
    expect(all.slice(-2)).toEqual(['2.25.12', '2.25.11'])
    const page = (await rows(`/studies?limit=1&offset=${all.length - 1}`)).map((row) =>
      jsonText(row, '0020000D'),
    )
    expect(page).toEqual(['2.25.11'])
  })

  test('series and instances, in a study and over all', async () => {
    const [series = {}] = await rows('/studies/2.25.11/series?Modality=CT')
    expect(jsonText(series, '0020000E')).toBe('2.25.11.1')
    expect(series['00201209']).toEqual({ vr: 'IS', Value: [3] })
    expect(series['00100010']).toBeUndefined()
    expect(jsonText((await rows('/series?Modality=SEG'))[0] ?? {}, '00100020')).toBe('TEST-1')
    expect(await rows('/studies/2.25.11/instances')).toHaveLength(4)
    const [instance = {}] = await rows(
      '/studies/2.25.11/series/2.25.11.1/instances?SOPInstanceUID=2.25.11.1.2',
    )
    expect(instance['00200013']).toEqual({ vr: 'IS', Value: [2] })
    expect(instance['00280010']).toEqual({ vr: 'US', Value: [4] })
    const byClass = await rows('/instances?SOPClassUID=1.2.840.10008.5.1.4.1.1.66.4')
    expect(byClass.map((row) => jsonText(row, '00080018'))).toEqual(['2.25.11.2.1'])
    expect(await rows('/studies/2.25.19/series')).toEqual([])
  })

  test('includefield adds what is asked for', async () => {
    const path = '/studies/2.25.11/series/2.25.11.1/instances?SOPInstanceUID=2.25.11.1.2'
    expect((await rows(path))[0]?.['00200032']).toBeUndefined()
    expect((await rows(`${path}&includefield=00200032`))[0]?.['00200032']?.Value).toEqual([0, 0, 2])
    expect((await rows(`${path}&includefield=all`))[0]?.['00281050']?.Value).toEqual([80])
  })

  test('says which names were not used, and refuses values that mean nothing', async () => {
    const response = await get('/studies?PatientWeight=80&fuzzymatching=true')
    expect(response.headers.get('warning')).toContain('PatientWeight, fuzzymatching')
    expect((await get('/studies?StudyDate=yesterday')).status).toBe(400)
    expect((await get('/studies?limit=-1')).status).toBe(400)
    expect((await get('/studies?PatientID=a%00')).status).toBe(400)
    expect((await get('/studies/..%2f..%2fetc/series')).status).toBe(400)
  })
})

describe('QIDO-RS of a study with thousands of instances', () => {
  beforeAll(async () => {
    await harness.archive.store(ctSlice(9, 1, 1).bytes, null)
    const columns = await harness.sql.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name = 'archive_instances'
       and column_name not in ('arrival', 'stored_at', 'sop_instance_uid')`,
    )
    const names = columns.map(({ name }) => name).join(', ')
    await harness.sql.query(
      `insert into archive_instances (sop_instance_uid, ${names}) select '2.25.19.9.' || n, ${names}
       from archive_instances, generate_series(1, 5000) n where sop_instance_uid = '2.25.19.1.1'`,
    )
  })
  afterAll(() => harness.sql.query(`delete from archive_instances where study_instance_uid = '2.25.19'`))

  // Counting for every row anew took more than a minute.
  test('answers as many as one answer holds, and says that there are more', async () => {
    const all = await get('/studies/2.25.19/instances')
    const found: DicomJson[] = JSON.parse(await all.text())
    expect(found).toHaveLength(5000)
    expect(all.headers.get('warning')).toContain('Additional results can be requested')
    const rest = await get('/studies/2.25.19/instances?offset=5000&limit=9000')
    expect(JSON.parse(await rest.text())).toHaveLength(1)
    expect(rest.headers.get('warning')).toBeNull()
    expect((await get('/studies/2.25.19/instances?limit=5')).headers.get('warning')).toBeNull()
  })
})

describe('WADO-RS', () => {
  test('an instance alone is application/dicom when that is asked for', async () => {
    const response = await get(INSTANCE, 'application/dicom')
    expect(response.headers.get('content-type')).toBe(
      'application/dicom; transfer-syntax=1.2.840.10008.1.2.1',
    )
    expect(Buffer.from(await response.arrayBuffer()).equals(first.bytes)).toBe(true)
    expect((await get('/studies/2.25.11', 'application/dicom')).status).toBe(406)
    expect(await parts(await get('/studies/2.25.11'))).toHaveLength(4)
    const other = 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.90'
    expect((await get(INSTANCE, other)).status).toBe(406)
    expect((await get(INSTANCE, 'text/plain')).status).toBe(406)
  })

  test('metadata at all three levels refers to bulk data that can be fetched', async () => {
    expect(await rows('/studies/2.25.11/metadata')).toHaveLength(4)
    expect(await rows('/studies/2.25.11/series/2.25.11.1/metadata')).toHaveLength(3)
    const [header = {}] = await rows(`${INSTANCE}/metadata`)
    expect(jsonText(header, '00100010')).toBe('Prüfung^Nr 1')
    const uri = header['7FE00010']?.BulkDataURI ?? ''
    expect(uri).toBe(`${harness.url}${INSTANCE}/bulkdata/7FE00010`)
    const pixels = new Uint8Array(
      await (await fetch(uri, { headers: { accept: 'application/octet-stream' } })).arrayBuffer(),
    )
    expect(Buffer.from(pixels).readInt16LE(2)).toBe(11)
    expect((await parts(await fetch(uri)))[0]?.bytes).toEqual(pixels)
    expect((await get(`${INSTANCE}/bulkdata/00100010`)).status).toBe(404)
    expect((await get(`${INSTANCE}/bulkdata/00081140/0/00081155`)).status).toBe(404)
  })

  test('frames, in parts or alone', async () => {
    const multipart = await get(
      `${INSTANCE}/frames/1`,
      'multipart/related; type=application/octet-stream; transfer-syntax=*',
    )
    const [part] = await parts(multipart)
    expect(part?.contentType).toBe('application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1')
    expect(Buffer.from(part?.bytes ?? []).readInt16LE(30)).toBe(151)
    const alone = await get(`${INSTANCE}/frames/1`, 'application/octet-stream')
    expect(alone.headers.get('content-type')).toBe(
      'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1',
    )
    expect(new Uint8Array(await alone.arrayBuffer())).toEqual(part?.bytes)
    expect((await get(`${INSTANCE}/frames/2`)).status).toBe(404)
    expect((await get(`${INSTANCE}/frames/0`)).status).toBe(400)
    expect((await get(`${INSTANCE}/frames/1`, 'image/jpeg')).status).toBe(406)
  })

  test('compressed frames are given as they are stored, or decoded', async () => {
    // RLE Lossless (PS3.5 annex G): one segment at byte 64, one literal run of 16 values.
    const values = Uint8Array.from({ length: 16 }, (_, index) => 255 - index)
    const frame = new Uint8Array(82)
    frame.set([1, 0, 0, 0, 64])
    frame.set([15, ...values], 64)
    const eightBit = {
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelRepresentation: 0,
      _vrMap: { PixelData: 'OB' },
    }
    const rle = ctSlice(7, 1, 1, { ...eightBit, PixelData: [frame.buffer] }, '1.2.840.10008.1.2.5')
    await harness.archive.store(rle.bytes, null)
    const path = '/studies/2.25.17/series/2.25.17.1/instances/2.25.17.1.1'
    const [stored] = await parts(
      await get(`${path}/frames/1`, 'multipart/related; type=application/octet-stream; transfer-syntax=*'),
    )
    expect(stored?.contentType).toBe('image/dicom-rle; transfer-syntax=1.2.840.10008.1.2.5')
    expect(stored?.bytes).toEqual(frame)
    const [decoded] = await parts(
      await get(`${path}/frames/1`, 'multipart/related; type="application/octet-stream"'),
    )
    expect(decoded?.contentType).toBe('application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1')
    expect(decoded?.bytes).toEqual(values)
    expect(jsonText((await rows(`${path}/metadata`))[0] ?? {}, '00280100')).toBe('8')
    const files = await harness.pacs.retrieveSeries('2.25.17', '2.25.17.1', signal)
    expect(files.map(fileBytes)).toEqual([Buffer.from(rle.bytes)])
  })

  test('rendered images follow the window', async () => {
    const response = await get(`${INSTANCE}/rendered`, 'image/png')
    expect(response.headers.get('content-type')).toBe('image/png')
    const picture = decode(new Uint8Array(await response.arrayBuffer()))
    // Stored 1, 11, ..., 151; window 80/160: black at 0, white at 159 (PS3.3 C.11.2.1.2.1).
    expect([...picture.data].slice(0, 3)).toEqual([2, 18, 34])
    const narrow = decode(
      new Uint8Array(await (await get(`${INSTANCE}/frames/1/rendered?window=20,2,linear`)).arrayBuffer()),
    )
    expect([...narrow.data].slice(0, 4)).toEqual([0, 0, 255, 255])
    expect((await get(`${INSTANCE}/thumbnail`)).status).toBe(200)
    expect((await get('/studies/2.25.11/series/2.25.11.1/thumbnail')).status).toBe(200)
  })

  test('a large image without a window is shaded from a sample of its pixels', async () => {
    const ramp = Uint8Array.from({ length: 380 * 380 }, (_, index) => 50 + ((index * 7) % 101))
    const eightBit = {
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelRepresentation: 0,
      _vrMap: { PixelData: 'OB' },
    }
    const noWindow = {
      WindowCenter: undefined,
      WindowWidth: undefined,
      Rows: 380,
      Columns: 380,
      PixelData: [ramp.buffer],
    }
    await harness.archive.store(ctSlice(7, 2, 1, { ...eightBit, ...noWindow }).bytes, null)
    const path = '/studies/2.25.17/series/2.25.17.2/instances/2.25.17.2.1/rendered'
    const { data } = decode(new Uint8Array(await (await get(path)).arrayBuffer()))
    const shades = [50, 51, 100, 149, 150].map((value) => data[ramp.indexOf(value)])
    expect(shades).toEqual([0, 0, 128, 255, 255])
  })

  test('an instance without pixels says so in plain words', async () => {
    const path = '/studies/2.25.11/series/2.25.11.2/instances/2.25.11.2.1'
    for (const resource of ['rendered', 'thumbnail', 'frames/1']) {
      const response = await get(`${path}/${resource}`)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ status: 404, detail: 'The instance has no pixel data.' })
    }
  })

  test('WADO-URI gives the file', async () => {
    const uids = 'studyUID=2.25.11&seriesUID=2.25.11.1&objectUID=2.25.11.1.1'
    const response = await get(`/wado?requestType=WADO&${uids}&contentType=application/dicom`)
    expect(Buffer.from(await response.arrayBuffer()).equals(first.bytes)).toBe(true)
    expect((await get(`/wado?${uids}`)).status).toBe(400)
    expect((await get(`/wado?requestType=WADO&${uids}%00`)).status).toBe(400)
    expect((await get(`/wado?requestType=WADO&${uids.replace('11.1.1', '11.1.9')}`)).status).toBe(404)
    expect((await get(`/wado?requestType=WADO&${uids}&contentType=image/jpeg`)).status).toBe(406)
  })

  test('what is not held, not there, or not allowed', async () => {
    expect((await get('/studies/2.25.19')).status).toBe(404)
    expect((await get('/studies/2.25.19/metadata')).status).toBe(404)
    expect((await get('/patients')).status).toBe(404)
    const refused = await fetch(`${harness.url}/studies/2.25.11`, { method: 'DELETE' })
    expect(refused.status).toBe(405)
    expect(refused.headers.get('allow')).toBe('GET, HEAD, POST')
  })

  test('HEAD of a study reads none of its files', async () => {
    // The last test: the files are gone now.
    await rm(harness.folder, { recursive: true })
    const response = await fetch(`${harness.url}/studies/2.25.11`, { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('multipart/related')
  })
})
