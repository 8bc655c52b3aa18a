import { PlumblineError } from '../../src/errors.ts'
import type {
  DicomJson,
  InstanceRef,
  Pacs,
  SegmentationQuery,
  SeriesListing,
  StoreItem,
  StoreResult,
} from '../../src/ports.ts'

/** One instance of the in-memory archive. */
export interface MemoryInstance extends InstanceRef {
  readonly modality: string
  /** `YYYYMMDD`; '' for a study without a date, which no date range finds. */
  readonly studyDate: string
  /** Part 10 bytes, where a test needs them. */
  readonly bytes?: Uint8Array
  /** DICOM JSON beyond the UIDs. */
  readonly metadata?: DicomJson
}

export type PacsMethod = keyof Pacs

export interface MemoryPacs extends Pacs {
  add(...instances: readonly MemoryInstance[]): void
  remove(sopInstanceUid: string): void
  readonly instances: readonly MemoryInstance[]
  /** How often a method was called, failed calls included. */
  calls(method: PacsMethod): number
  /** Makes the n-th call from now (1 = the next) of a method fail. */
  failNext(method: PacsMethod, error?: PlumblineError, nth?: number): void
  /** Every call of every method fails until `up()`. */
  down(): void
  up(): void
  /** From now on `store` answers "stored" but keeps nothing. */
  loseStored(lose: boolean): void
}

export interface MemoryPacsOptions {
  /** Archives cap pages below what was asked for; Infinity = as asked. */
  readonly pageMax: number
  /** False: Number of Series Related Instances is not said. */
  readonly saysInstanceCount: boolean
  readonly honoursOffset: boolean
}

const DEFAULTS: MemoryPacsOptions = { pageMax: Infinity, saysInstanceCount: true, honoursOffset: true }

/** An archive in memory with the faults that real ones have. */
export function createMemoryPacs(options: Partial<MemoryPacsOptions> = {}): MemoryPacs {
  const { pageMax, saysInstanceCount, honoursOffset } = { ...DEFAULTS, ...options }
  const instances: MemoryInstance[] = []
  const calls = new Map<PacsMethod, number>()
  const failures = new Map<string, PlumblineError>()
  let isDown = false
  let losesStored = false

  /** Counts the call and fails it when told to; the answer comes later, as from a network. */
  async function enter(method: PacsMethod, signal: AbortSignal): Promise<void> {
    const nth = (calls.get(method) ?? 0) + 1
    calls.set(method, nth)
    await Promise.resolve()
    signal.throwIfAborted()
    if (isDown) throw unreachable()
    const failure = failures.get(`${method} ${nth}`)
    if (failure !== undefined) throw failure
  }

  const inSeries = (study: string, series: string) =>
    instances.filter((one) => one.studyInstanceUid === study && one.seriesInstanceUid === series)
  const find = (ref: InstanceRef) => instances.find((one) => one.sopInstanceUid === ref.sopInstanceUid)

  function listings(of: readonly MemoryInstance[]): SeriesListing[] {
    const series = new Map<string, SeriesListing>()
    for (const { studyInstanceUid, seriesInstanceUid, modality } of of) {
      const count = (series.get(seriesInstanceUid)?.instanceCount ?? 0) + 1
      const instanceCount = saysInstanceCount ? count : null
      series.set(seriesInstanceUid, { studyInstanceUid, seriesInstanceUid, modality, instanceCount })
    }
    return [...series.values()]
  }

  return {
    instances,
    add: (...added) => void instances.push(...added),
    remove: (uid) =>
      void instances.splice(
        instances.findIndex((one) => one.sopInstanceUid === uid),
        1,
      ),
    calls: (method) => calls.get(method) ?? 0,
    failNext: (method, error = unreachable(), nth = 1) =>
      void failures.set(`${method} ${(calls.get(method) ?? 0) + nth}`, error),
    down: () => void (isDown = true),
    up: () => void (isDown = false),
    loseStored: (lose) => void (losesStored = lose),

    async findSegmentationSeries(query: SegmentationQuery, signal) {
      await enter('findSegmentationSeries', signal)
      const from = query.studyDateFrom
      const matching = instances.filter(
        (one) =>
          one.modality === query.modality &&
          (from === null || (one.studyDate !== '' && one.studyDate >= from)),
      )
      const offset = honoursOffset ? query.offset : 0
      return listings(matching)
        .toReversed()
        .slice(offset, offset + Math.min(query.limit, pageMax))
    },
    async listSeries(study, signal) {
      await enter('listSeries', signal)
      return listings(instances.filter((one) => one.studyInstanceUid === study))
    },
    async listInstances(study, series, signal) {
      await enter('listInstances', signal)
      return inSeries(study, series).map(
        ({ studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid }) => ({
          studyInstanceUid,
          seriesInstanceUid,
          sopInstanceUid,
          sopClassUid,
        }),
      )
    },
    async seriesMetadata(study, series, signal) {
      await enter('seriesMetadata', signal)
      return inSeries(study, series).map((one) => ({
        '00080016': { vr: 'UI', Value: [one.sopClassUid] },
        '00080018': { vr: 'UI', Value: [one.sopInstanceUid] },
        '0020000D': { vr: 'UI', Value: [one.studyInstanceUid] },
        '0020000E': { vr: 'UI', Value: [one.seriesInstanceUid] },
        '00080060': { vr: 'CS', Value: [one.modality] },
        ...one.metadata,
      }))
    },
    async retrieveInstance(ref, signal) {
      await enter('retrieveInstance', signal)
      const bytes = find(ref)?.bytes
      if (bytes === undefined)
        throw new PlumblineError('not-found', 'The archive does not hold this instance.')
      return bytes
    },
    async retrieveSeries(study, series, signal) {
      await enter('retrieveSeries', signal)
      return inSeries(study, series).flatMap(({ bytes }) => bytes ?? [])
    },
    async store(items: readonly StoreItem[], signal): Promise<StoreResult[]> {
      await enter('store', signal)
      if (!losesStored) {
        for (const item of items)
          if (find(item) === undefined) instances.push({ ...item, modality: 'SR', studyDate: '' })
      }
      return items.map(({ sopInstanceUid }) => ({ sopInstanceUid, stored: true, reason: '' }))
    },
    async holds(ref, signal) {
      await enter('holds', signal)
      return find(ref) !== undefined
    },
  }
}

function unreachable(): PlumblineError {
  return new PlumblineError('pacs-unreachable', 'The PACS does not answer.', { retryable: true })
}
