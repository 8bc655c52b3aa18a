/** STOW-RS (PS3.18 10.5): batches, and one honest result per instance. */
import type { Pacs, StoreItem, StoreResult } from '../ports.ts'
import { requireUids, type Call } from './call.ts'
import { refusal } from './refusal.ts'
import { parseStoreAnswer, type StoreAnswer } from './store-answer.ts'

/** Bytes of one request, unless a single instance is larger: dicomweb-client holds the whole body in memory. */
const BATCH_BYTES_MAX = 64 * 2 ** 20
/** Statuses whose answer may say what was stored and what not. */
const TELLING_STATUSES = new Set([200, 202, 400, 409])

interface Reply {
  readonly status: number
  readonly answer: StoreAnswer | null
}

/**
 * Stores instances, per study. What the answer names as stored or failed is believed; an instance that it does not
 * name is looked for in the PACS. Throws on any other answer than 200, 202, 400 and 409.
 */
export function createStore(call: Call, holds: Pacs['holds']): Pacs['store'] {
  return async (instances, signal) => {
    for (const item of instances)
      requireUids(item.studyInstanceUid, item.seriesInstanceUid, item.sopInstanceUid)
    const results: StoreResult[] = []
    for (const batch of batchesOf(instances)) {
      const reply = await send(batch, signal)
      for (const item of batch) results.push(resultOf(item, reply) ?? (await lookedFor(item, reply, signal)))
    }
    return results
  }

  async function send(batch: readonly StoreItem[], signal: AbortSignal): Promise<Reply> {
    const doing = 'storing instances'
    const datasets = batch.map(({ bytes }) => bytes)
    const studyInstanceUID = batch[0]?.studyInstanceUid ?? ''
    const { status, parts } = await call({ doing, signal }, (client, request) =>
      client.storeInstances({ datasets, studyInstanceUID, request }),
    )
    if (!TELLING_STATUSES.has(status)) throw refusal(status, doing)
    return { status, answer: parts[0] === undefined ? null : parseStoreAnswer(parts[0]) }
  }

  /** A silent answer proves nothing either way: what counts is what the PACS holds. */
  async function lookedFor(
    item: StoreItem,
    { status, answer }: Reply,
    signal: AbortSignal,
  ): Promise<StoreResult> {
    const { sopInstanceUid } = item
    if (await holds(item, signal)) return { sopInstanceUid, stored: true, reason: '' }
    const other = answer?.otherFailures[0]
    const why = other === undefined ? `answered HTTP ${status} without naming the instance` : `says: ${other}`
    return { sopInstanceUid, stored: false, reason: `The PACS ${why}, and does not list it.` }
  }
}

/** What the answer says of the instance; null when it does not name it. */
function resultOf({ sopInstanceUid }: StoreItem, { answer }: Reply): StoreResult | null {
  const failure = answer?.failed.get(sopInstanceUid)
  if (failure !== undefined)
    return { sopInstanceUid, stored: false, reason: `The PACS refused the instance: ${failure}.` }
  return answer?.stored.has(sopInstanceUid) === true ? { sopInstanceUid, stored: true, reason: '' } : null
}

/** One study per request, in the order given, within the size limit. */
function* batchesOf(instances: readonly StoreItem[]): Generator<StoreItem[]> {
  let batch: StoreItem[] = []
  let bytes = 0
  for (const item of instances) {
    const full =
      bytes + item.bytes.length > BATCH_BYTES_MAX || batch[0]?.studyInstanceUid !== item.studyInstanceUid
    if (batch.length > 0 && full) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(item)
    bytes += item.bytes.length
  }
  if (batch.length > 0) yield batch
}
