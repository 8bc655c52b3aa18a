import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFolderPacs, type FolderPacs } from '../../src/archive/folder.ts'
import { readHeaderOfFile } from '../../src/archive/header-file.ts'
import { readPart10, text } from '../../src/dicom/part10.ts'
import { writePart10 } from '../../src/dicom/write-part10.ts'
import { ctSlice } from '../support/ct.ts'
import { fileBytes } from '../support/file-bytes.ts'

const signal = new AbortController().signal
const segmentation = ctSlice(2, 1, 1, { Modality: 'SEG' })
let folder: string
let pacs: FolderPacs

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-folder-'))
  await mkdir(join(folder, 'series', 'deeper'), { recursive: true })
  for (const instance of [1, 2, 3])
    await writeFile(join(folder, 'series', `IM${instance}`), ctSlice(1, 1, instance).bytes)
  await writeFile(join(folder, 'series', 'deeper', 'seg.dcm'), segmentation.bytes)
  await writeFile(join(folder, 'zz-again.dcm'), ctSlice(1, 1, 3, { SeriesDescription: 'again' }).bytes)
  await writeFile(join(folder, 'notes.txt'), 'x'.repeat(500))
  await writeFile(join(folder, 'empty'), '')
  await writeFile(join(folder, 'old.dcm'), ctSlice(1, 1, 8).bytes.subarray(132))
  await writeFile(
    join(folder, 'no-uids.dcm'),
    writePart10({ SOPClassUID: '1.2.3', SOPInstanceUID: '1.2.4', Modality: 'CT' }),
  )
  await writeFile(join(folder, 'cut.dcm'), ctSlice(1, 1, 9).bytes.subarray(0, 700))
  await symlink('..', join(folder, 'series', 'round'))
  pacs = await createFolderPacs(folder, {})
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a folder of files as a PACS', () => {
  test('finds instances at any depth and lists them', async () => {
    expect(pacs.instanceCount).toBe(4)
    expect(await pacs.listSeries('2.25.11', signal)).toEqual([
      { studyInstanceUid: '2.25.11', seriesInstanceUid: '2.25.11.1', modality: 'CT', instanceCount: 3 },
    ])
    const query = { modality: 'SEG', limit: Number.MAX_SAFE_INTEGER, offset: 0 } as const
    const { bytes: _bytes, ...ref } = segmentation
    const series = {
      studyInstanceUid: '2.25.12',
      seriesInstanceUid: '2.25.12.1',
      modality: 'SEG',
      instanceCount: 1,
    }
    expect(await pacs.findSegmentationSeries({ ...query, studyDateFrom: null }, signal)).toEqual([series])
    expect(await pacs.findSegmentationSeries({ ...query, studyDateFrom: '20240103' }, signal)).toEqual([])
    expect(await pacs.listInstances('2.25.12', '2.25.12.1', signal)).toEqual([ref])
  })

  test('says what was left out and why, in the order of the names', () => {
    expect(pacs.skipped).toEqual([
      { path: 'cut.dcm', reason: expect.stringContaining('damaged') as unknown },
      { path: 'no-uids.dcm', reason: 'The DICOM file has no valid Study Instance UID, Series Instance UID.' },
      { path: 'old.dcm', reason: 'The file has no DICOM preamble (PS3.10 7.1), so it is not read.' },
      { path: 'zz-again.dcm', reason: 'Another file holds the same SOP Instance UID.' },
    ])
    expect(pacs.otherFileCount).toBe(2)
  })

  test('gives bytes and headers', async () => {
    const files = await pacs.retrieveSeries('2.25.11', '2.25.11.1', signal)
    expect(files.map((file) => text(readPart10(fileBytes(file)).dataset, 'InstanceNumber'))).toEqual([
      '1',
      '2',
      '3',
    ])
    expect(fileBytes(await pacs.retrieveInstance(segmentation, signal)).equals(segmentation.bytes)).toBe(true)
    const headers = await pacs.seriesMetadata('2.25.11', '2.25.11.1', signal)
    expect(headers.map((header) => header['00200032']?.Value)).toEqual([
      [0, 0, 1],
      [0, 0, 2],
      [0, 0, 3],
    ])
    expect(headers[0]?.['7FE00010']).toBeUndefined()
    expect(await pacs.holds(segmentation, signal)).toBe(true)
    expect(await pacs.holds({ ...segmentation, seriesInstanceUid: '2.25.9' }, signal)).toBe(false)
    await expect(pacs.retrieveInstance(ctSlice(9, 9, 9), signal)).rejects.toMatchObject({ code: 'not-found' })
    await expect(pacs.retrieveSeries('2.25.11', '2.25.9', signal)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('is read only, unless there is a folder for results', async () => {
    await expect(pacs.store([segmentation], signal)).rejects.toMatchObject({ code: 'pacs-refused' })
    const outFolder = await mkdtemp(join(tmpdir(), 'plumbline-out-'))
    const writing = await createFolderPacs(folder, { outFolder })
    const report = ctSlice(3, 1, 1)
    expect(await writing.holds(report, signal)).toBe(false)
    expect(await writing.store([report], signal)).toEqual([
      { sopInstanceUid: report.sopInstanceUid, stored: true, reason: '' },
    ])
    expect(await writing.holds(report, signal)).toBe(true)
    expect(await readdir(outFolder)).toEqual([`${report.sopInstanceUid}.dcm`])
    await expect(writing.store([{ ...report, sopInstanceUid: '../x' }], signal)).rejects.toMatchObject({
      code: 'bad-request',
    })
    await rm(outFolder, { recursive: true })
  })

  test('refuses a folder that is not there or too large', async () => {
    await expect(createFolderPacs(join(folder, 'nowhere'), {})).rejects.toMatchObject({ code: 'not-found' })
    await expect(createFolderPacs(folder, { filesMax: 3 })).rejects.toMatchObject({ code: 'limit-exceeded' })
  })
})

describe('header of a file', () => {
  test('is whole wherever the part that is read ends', async () => {
    // Headers of many lengths around the first read; a header cut between two elements would miss those behind it.
    for (let length = 31_950; length < 32_450; length += 2) {
      const path = join(folder, '..', `plumbline-header-${process.pid}.dcm`)
      const { bytes } = ctSlice(1, 1, 1, {
        ImageComments: 'x'.repeat(length),
        PixelData: [new ArrayBuffer(100_000)],
      })
      await writeFile(path, bytes)
      const dataset = readHeaderOfFile(path, { bytesMax: 2 ** 20 })
      expect(Object.keys(dataset ?? {}), `comment of ${length}`).toContain('00281053')
      await rm(path)
    }
  })

  test('is found in files without pixel data and behind long headers', async () => {
    const path = join(folder, '..', `plumbline-long-${process.pid}.dcm`)
    for (const changes of [{ PixelData: undefined }, { ImageComments: 'x'.repeat(400_000) }]) {
      await writeFile(path, ctSlice(1, 1, 1, changes).bytes)
      expect(Object.keys(readHeaderOfFile(path, { bytesMax: 2 ** 20 }) ?? {})).toContain('00281053')
    }
    expect(() => readHeaderOfFile(path, { bytesMax: 40_000 })).toThrow(
      expect.objectContaining({ code: 'limit-exceeded' }),
    )
    await rm(path)
  })
})
