import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFolderPacs, type FolderPacs } from '../../src/archive/folder.ts'
import { createArchivePacs } from '../../src/archive/pacs.ts'
import { jsonItems, jsonText } from '../../src/dicom/json.ts'
import { createDicomWebPacs } from '../../src/dicomweb/client.ts'
import type { DicomJson, Pacs, SeriesListing, StoreItem } from '../../src/ports.ts'
import { openPostgres, type Postgres } from '../../src/store/postgres.ts'
import { ctSlice } from '../support/ct.ts'
import { orthancInstalled, startOrthanc, type Orthanc } from '../support/orthanc.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { startArchive, type ArchiveHarness } from './harness.ts'
import { fileBytes } from '../support/file-bytes.ts'

const signal = new AbortController().signal
const root =
  process.env['PLUMBLINE_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const data = join(root, 'dcm-edge-cases')
const ready = existsSync(data) && orthancInstalled()
if (!ready)
  console.warn('No test images or no Orthanc: 4 tests of the archive with real objects are left out.')

/** One series of every kind that is there, with the bytes of its instances. */
async function everySeries(pacs: FolderPacs): Promise<{ listing: SeriesListing; items: StoreItem[] }[]> {
  const studies = new Set<string>()
  const found: { listing: SeriesListing; items: StoreItem[] }[] = []
  const all = { studyDateFrom: null, limit: 1000, offset: 0 }
  for (const modality of ['SEG', 'RTSTRUCT'] as const) {
    for (const { studyInstanceUid } of await pacs.findSegmentationSeries({ ...all, modality }, signal))
      studies.add(studyInstanceUid)
  }
  for (const study of studies) {
    for (const listing of await pacs.listSeries(study, signal)) {
      const refs = await pacs.listInstances(study, listing.seriesInstanceUid, signal)
      const items = await Promise.all(
        refs.map(async (ref) => ({ ...ref, bytes: fileBytes(await pacs.retrieveInstance(ref, signal)) })),
      )
      found.push({ listing, items })
    }
  }
  return found
}

describe.skipIf(!ready)('archive on PostgreSQL with real objects, beside Orthanc', () => {
  let postgres: TestPostgres
  let database: Postgres
  let harness: ArchiveHarness
  let folder: string
  let orthanc: Orthanc
  let other: Pacs
  let series: Awaited<ReturnType<typeof everySeries>>

  beforeAll(async () => {
    postgres = await startPostgres()
    const connectionString = await postgres.createDatabase()
    database = await openPostgres({
      connectionString,
      poolSize: 4,
      statementTimeoutMs: 10_000,
      onError: () => undefined,
    })
    harness = await startArchive(database.sql, 2 ** 27)
    folder = await mkdtemp(join(tmpdir(), 'plumbline-orthanc-'))
    orthanc = await startOrthanc({ folder })
    other = createDicomWebPacs({
      baseUrl: orthanc.dicomWebUrl,
      timeoutMs: 20_000,
      retries: 1,
      backoffMs: 10,
      concurrency: 2,
      responseBytesMax: 2 ** 28,
    })
    series = await everySeries(await createFolderPacs(data, {}))
  })
  afterAll(async () => {
    await harness?.stop()
    await database?.close()
    await postgres?.stop()
    await orthanc?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('takes every object and gives back the same bytes', async () => {
    expect(series.length).toBeGreaterThan(10)
    for (const { listing, items } of series) {
      const results = await harness.pacs.store(items, signal)
      expect(results.filter(({ stored }) => !stored)).toEqual([])
      const files = await harness.pacs.retrieveSeries(
        listing.studyInstanceUid,
        listing.seriesInstanceUid,
        signal,
      )
      expect(hexes(files.map(fileBytes))).toEqual(hexes(items.map(({ bytes }) => bytes)))
    }
  })

  test('lists and describes them as Orthanc does', async () => {
    for (const { listing, items } of series) {
      await other.store(items, signal)
      const { studyInstanceUid, seriesInstanceUid } = listing
      const key = ({ sopInstanceUid }: { sopInstanceUid: string }) => sopInstanceUid
      expect(
        (await harness.pacs.listInstances(studyInstanceUid, seriesInstanceUid, signal)).map(key).toSorted(),
      ).toEqual((await other.listInstances(studyInstanceUid, seriesInstanceUid, signal)).map(key).toSorted())
      const ours = comparable(await harness.pacs.seriesMetadata(studyInstanceUid, seriesInstanceUid, signal))
      const theirs = comparable(await other.seriesMetadata(studyInstanceUid, seriesInstanceUid, signal))
      expect(ours).toEqual(theirs)
    }
    const query = { modality: 'SEG', studyDateFrom: null, limit: 100, offset: 0 } as const
    const keyOf = (found: SeriesListing[]) =>
      found.map(({ seriesInstanceUid }) => seriesInstanceUid).toSorted()
    expect(keyOf(await harness.pacs.findSegmentationSeries(query, signal))).toEqual(
      keyOf(await other.findSegmentationSeries(query, signal)),
    )
  })

  test('answers in this process as over HTTP', async () => {
    const here = createArchivePacs(harness.archive)
    for (const { listing, items } of series) {
      const { studyInstanceUid, seriesInstanceUid } = listing
      expect(await here.listInstances(studyInstanceUid, seriesInstanceUid, signal)).toHaveLength(items.length)
      expect(await here.listSeries(studyInstanceUid, signal)).toContainEqual(listing)
      for (const item of items) expect(await here.holds(item, signal)).toBe(true)
      expect(
        hexes((await here.retrieveSeries(studyInstanceUid, seriesInstanceUid, signal)).map(fileBytes)),
      ).toEqual(hexes(items.map(({ bytes }) => bytes)))
    }
  })

  test('a text with a character that PostgreSQL cannot hold is stored all the same', async () => {
    const odd = ctSlice(8, 1, 1, { ImageComments: 'a\0b', StudyDescription: 'x\0y' })
    expect(await harness.pacs.store([odd], signal)).toEqual([
      { sopInstanceUid: odd.sopInstanceUid, stored: true, reason: '' },
    ])
    expect(fileBytes(await harness.pacs.retrieveInstance(odd, signal)).equals(odd.bytes)).toBe(true)
  })
})

function hexes(files: readonly Uint8Array[]): string[] {
  return files.map((file) => Buffer.from(file).toString('base64')).toSorted()
}

/** By instance; without binary values, and without what is empty, where Orthanc leaves some out that are in the file. */
function comparable(headers: readonly DicomJson[]): Record<string, unknown> {
  return Object.fromEntries(headers.map((header) => [jsonText(header, '00080018'), plain(header)]))
}

function plain(header: DicomJson): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(header).flatMap(([tag, { vr, Value = [], BulkDataURI, InlineBinary }]) => {
      if (BulkDataURI !== undefined || InlineBinary !== undefined || /^(O.|UN)$/.test(vr)) return []
      const values =
        vr === 'SQ'
          ? jsonItems(header, tag)
              .map(plain)
              .filter((item) => Object.keys(item).length > 0)
          : Value.map(rounded)
      return values.length === 0 ? [] : [[tag, values]]
    }),
  )
}

/** Orthanc's DICOM JSON carries numbers in single precision, and what is almost 0 as 0. */
function rounded(value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value
  return Math.abs(value) < 1e-9 ? 0 : Number(value.toPrecision(5))
}
