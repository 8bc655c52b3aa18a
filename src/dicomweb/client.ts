/** A PACS over DICOMweb (PS3.18: QIDO-RS, WADO-RS, STOW-RS), spoken through dicomweb-client. */
import { jsonInteger, jsonText } from '../dicom/json.ts'
import { PlumblineError } from '../errors.ts'
import type { DicomJson, InstanceRef, Pacs, SegmentationQuery, SeriesListing } from '../ports.ts'
import { createCall, filesOf, requireUids, rowsOf, searchRowsOf, type Call } from './call.ts'
import { createStore } from './store.ts'
import { createTransport, type TransportOptions } from './transport.ts'

export interface DicomWebOptions extends Omit<TransportOptions, 'authorization'> {
  /** DICOMweb root, e.g. `https://pacs.example.org/dicom-web`. */
  readonly baseUrl: string
  /** Basic authentication; `bearerToken` outranks it. */
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly bearerToken?: string | undefined
}

/**
 * As stored, so that nothing is transcoded on the way; Explicit VR Little Endian for archives that must choose.
 * dicomweb-client cannot ask for this itself: it refuses its own `mediaTypes` option here.
 */
const PART_10_FILES = ['*', '1.2.840.10008.1.2.1']
  .map((transferSyntax) => `multipart/related; type="application/dicom"; transfer-syntax=${transferSyntax}`)
  .join(', ')
/** Rows asked for at a time where a list must be complete; archives may give fewer. */
const PAGE_SIZE = 1000
/** More pages than any series needs; an archive that invents new rows for ever is stopped here. */
const PAGES_MAX = 1000

const MODALITY = '00080060'
const SOP_CLASS_UID = '00080016'
const SOP_INSTANCE_UID = '00080018'
const STUDY_INSTANCE_UID = '0020000D'
const SERIES_INSTANCE_UID = '0020000E'
const SERIES_INSTANCE_COUNT = '00201209'

/**
 * The PACS behind a DICOMweb root. Calls throw what the Pacs port says, and 'bad-request' on what is no UID. Throws
 * PlumblineError('bad-config') on an address that cannot be used.
 */
export function createDicomWebPacs(options: DicomWebOptions): Pacs {
  requireRoot(options.baseUrl)
  const transport = createTransport({ ...options, authorization: authorizationOf(options) })
  const call = createCall(options.baseUrl, transport)
  const holds = createHolds(call)
  return { ...createSearches(call), ...createRetrievals(call), holds, store: createStore(call, holds) }
}

/** Says in time what every request would fail with. The address itself may hold a password, so it is not repeated. */
function requireRoot(baseUrl: string): void {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new PlumblineError('bad-config', 'The PACS address is not an http or https URL.')
  }
  if (url.username === '' && url.password === '') return
  throw new PlumblineError(
    'bad-config',
    'The PACS address holds a user name or password, which requests cannot carry there.',
    {
      nextStep: 'Set pacs.username and pacs.password, or pacs.bearerToken, in the configuration.',
    },
  )
}

type Searches = Pick<Pacs, 'findSegmentationSeries' | 'listSeries' | 'listInstances'>

function createSearches(call: Call): Searches {
  return {
    async findSegmentationSeries(query, signal) {
      const doing = 'searching for segmentations'
      const queryParams = segmentationParams(query)
      const answer = await call({ doing, signal }, (client, request) =>
        client.searchForSeries({ queryParams, request }),
      )
      // An archive that ignores the filter would hand over every series it has.
      const found = searchRowsOf(answer, doing).map((row) => seriesListing(row, ''))
      return found.filter(({ modality }) => modality === query.modality)
    },

    async listSeries(studyInstanceUid, signal) {
      requireUids(studyInstanceUid)
      const doing = 'listing the series of a study'
      const rows = await allPages(SERIES_INSTANCE_UID, async (queryParams) =>
        searchRowsOf(
          await call({ doing, signal }, (client, request) =>
            client.searchForSeries({ studyInstanceUID: studyInstanceUid, queryParams, request }),
          ),
          doing,
        ),
      )
      return rows.map((row) => seriesListing(row, studyInstanceUid))
    },

    async listInstances(studyInstanceUid, seriesInstanceUid, signal) {
      const series = seriesOption(studyInstanceUid, seriesInstanceUid)
      const doing = 'listing the instances of a series'
      const rows = await allPages(SOP_INSTANCE_UID, async (queryParams) =>
        searchRowsOf(
          await call({ doing, signal }, (client, request) =>
            client.searchForInstances({ ...series, queryParams, request }),
          ),
          doing,
        ),
      )
      return rows.map((row) => instanceRef(row, studyInstanceUid, seriesInstanceUid))
    },
  }
}

type Retrievals = Pick<Pacs, 'seriesMetadata' | 'retrieveInstance' | 'retrieveSeries'>

function createRetrievals(call: Call): Retrievals {
  return {
    async seriesMetadata(studyInstanceUid, seriesInstanceUid, signal) {
      const series = seriesOption(studyInstanceUid, seriesInstanceUid)
      const doing = 'reading the headers of a series'
      const options = { doing, signal }
      const answer = await call(options, (client, request) =>
        client.retrieveSeriesMetadata({ ...series, request }),
      )
      return rowsOf(answer, doing)
    },

    async retrieveInstance(ref, signal) {
      const series = seriesOption(ref.studyInstanceUid, ref.seriesInstanceUid)
      requireUids(ref.sopInstanceUid)
      const doing = 'retrieving an instance'
      const instance = { ...series, sopInstanceUID: ref.sopInstanceUid }
      const options = { doing, signal, accept: PART_10_FILES }
      const answer = await call(options, (client, request) =>
        client.retrieveInstance({ ...instance, request }),
      )
      const [file] = filesOf(answer, doing)
      if (file === undefined)
        throw new PlumblineError('not-found', 'The PACS answered without the instance asked for.')
      return file
    },

    async retrieveSeries(studyInstanceUid, seriesInstanceUid, signal) {
      const series = seriesOption(studyInstanceUid, seriesInstanceUid)
      const doing = 'retrieving a series'
      const options = { doing, signal, accept: PART_10_FILES }
      const answer = await call(options, (client, request) => client.retrieveSeries({ ...series, request }))
      return filesOf(answer, doing)
    },
  }
}

function createHolds(call: Call): Pacs['holds'] {
  return async ({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }, signal) => {
    const series = seriesOption(studyInstanceUid, seriesInstanceUid)
    requireUids(sopInstanceUid)
    const doing = 'looking for an instance'
    const queryParams = { SOPInstanceUID: sopInstanceUid }
    const answer = await call({ doing, signal }, (client, request) =>
      client.searchForInstances({ ...series, queryParams, request }),
    )
    return searchRowsOf(answer, doing).some((row) => jsonText(row, SOP_INSTANCE_UID) === sopInstanceUid)
  }
}

/** Page by page until one brings nothing new: archives cap their pages, and some ignore the offset. */
async function allPages(
  keyTag: string,
  page: (queryParams: Record<string, string>) => Promise<DicomJson[]>,
): Promise<DicomJson[]> {
  const found = new Map<string, DicomJson>()
  for (let count = 0; count < PAGES_MAX; count++) {
    const before = found.size
    const rows = await page({ limit: String(PAGE_SIZE), offset: String(before) })
    for (const row of rows) found.set(jsonText(row, keyTag), row)
    if (found.size === before) return [...found.values()]
  }
  throw new PlumblineError(
    'limit-exceeded',
    `The PACS lists more than ${PAGES_MAX} pages for one study or series.`,
  )
}

function segmentationParams({
  modality,
  studyDateFrom,
  limit,
  offset,
}: SegmentationQuery): Record<string, string> {
  const date = studyDateFrom === null ? {} : { StudyDate: `${studyDateFrom}-` }
  return { Modality: modality, ...date, limit: String(limit), offset: String(offset) }
}

function seriesOption(studyInstanceUid: string, seriesInstanceUid: string) {
  requireUids(studyInstanceUid, seriesInstanceUid)
  return { studyInstanceUID: studyInstanceUid, seriesInstanceUID: seriesInstanceUid }
}

function seriesListing(row: DicomJson, studyInstanceUid: string): SeriesListing {
  return {
    studyInstanceUid: jsonText(row, STUDY_INSTANCE_UID) || studyInstanceUid,
    seriesInstanceUid: jsonText(row, SERIES_INSTANCE_UID),
    modality: jsonText(row, MODALITY),
    instanceCount: jsonInteger(row, SERIES_INSTANCE_COUNT),
  }
}

function instanceRef(row: DicomJson, studyInstanceUid: string, seriesInstanceUid: string): InstanceRef {
  const sopInstanceUid = jsonText(row, SOP_INSTANCE_UID)
  return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid: jsonText(row, SOP_CLASS_UID) }
}

function authorizationOf({ username, password, bearerToken }: DicomWebOptions): string | null {
  if (bearerToken !== undefined) return `Bearer ${bearerToken}`
  if (username === undefined) return null
  return `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`
}
