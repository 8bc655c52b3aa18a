/** The embedded archive as the PACS of this same process, without a network in between. */
import { jsonInteger, jsonText } from '../dicom/json.ts'
import { PlumblineError } from '../errors.ts'
import type { DicomJson, InstanceRef, Pacs, SeriesListing, StoreItem, StoreResult } from '../ports.ts'
import type { SearchResult } from './search.ts'
import type { Archive } from './store.ts'

const FIND_MAX = 5000

export interface ArchivePacsOptions {
  /** Told of what was stored through this port, as the router tells of what came over HTTP. */
  readonly onStored?: (stored: readonly InstanceRef[]) => Promise<void> | void
}

/** Calls are answered from the archive; they throw PlumblineError('not-found') on what it does not hold. */
export function createArchivePacs(archive: Archive, { onStored }: ArchivePacsOptions = {}): Pacs {
  return {
    async findSegmentationSeries({ modality, studyDateFrom, limit, offset }) {
      const found = await archive.search({
        level: 'series',
        filters: [
          ['Modality', modality],
          ...(studyDateFrom === null ? [] : [['StudyDate', `${studyDateFrom}-`] as const]),
        ],
        above: ['study'],
        includeTags: [],
        limit: Math.min(limit, FIND_MAX),
        offset,
      })
      return seriesListingsOf(found)
    },
    async listSeries(studyInstanceUid) {
      const filters = [['StudyInstanceUID', studyInstanceUid]] as const
      const all = {
        level: 'series',
        filters,
        above: [],
        includeTags: [],
        limit: FIND_MAX,
        offset: 0,
      } as const
      const found = await archive.search(all)
      if (found.length === FIND_MAX) {
        throw new PlumblineError(
          'limit-exceeded',
          `The study has ${FIND_MAX} series or more, which is more than is looked at.`,
        )
      }
      return seriesListingsOf(found)
    },
    async listInstances(studyInstanceUid, seriesInstanceUid) {
      const instances = await archive.instances({ studyInstanceUid, seriesInstanceUid })
      return instances.map(plainRef)
    },
    async seriesMetadata(studyInstanceUid, seriesInstanceUid) {
      const headers = await archive.metadata({ studyInstanceUid, seriesInstanceUid })
      if (headers.length === 0) throw notHeld()
      return headers.map(({ metadata }) => withoutBulkData(metadata))
    },
    async retrieveInstance(ref) {
      if (!(await holds(ref))) throw notHeld()
      return { path: archive.pathOf(ref.sopInstanceUid) }
    },
    async retrieveSeries(studyInstanceUid, seriesInstanceUid) {
      const held = await archive.instances({ studyInstanceUid, seriesInstanceUid })
      if (held.length === 0) throw notHeld()
      return held.map(({ sopInstanceUid }) => ({ path: archive.pathOf(sopInstanceUid) }))
    },
    async store(instances) {
      const results: StoreResult[] = []
      for (const item of instances) results.push(await storeOne(item))
      const stored = instances.filter((_, index) => results[index]?.stored === true)
      if (stored.length > 0) await onStored?.(stored.map(plainRef))
      return results
    },
    holds,
  }

  async function holds(ref: InstanceRef): Promise<boolean> {
    return (await archive.instances(ref)).length > 0
  }

  async function storeOne({ bytes, studyInstanceUid, sopInstanceUid }: StoreItem): Promise<StoreResult> {
    try {
      await archive.store(bytes, studyInstanceUid)
      return { sopInstanceUid, stored: true, reason: '' }
    } catch (error) {
      if (!(error instanceof PlumblineError)) throw error
      return { sopInstanceUid, stored: false, reason: error.message }
    }
  }
}

function plainRef({
  studyInstanceUid,
  seriesInstanceUid,
  sopInstanceUid,
  sopClassUid,
}: InstanceRef): InstanceRef {
  return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid }
}

function seriesListingsOf(results: readonly SearchResult[]): SeriesListing[] {
  return results.map(({ studyInstanceUid, seriesInstanceUid, attributes }) => ({
    studyInstanceUid,
    seriesInstanceUid,
    modality: jsonText(attributes, '00080060'),
    instanceCount: jsonInteger(attributes, '00201209'),
  }))
}

/** Top level only: bulk data in sequences keeps its reference, which says that it is there. */
function withoutBulkData(metadata: DicomJson): DicomJson {
  return Object.fromEntries(
    Object.entries(metadata).filter(([, { BulkDataURI }]) => BulkDataURI === undefined),
  )
}

function notHeld(): PlumblineError {
  return new PlumblineError('not-found', 'The archive does not hold it.')
}
