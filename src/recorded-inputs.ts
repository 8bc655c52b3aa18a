/**
 * What a judgement is made from, noted while it is made, and given again later. Everything that reaches the pipeline from
 * the PACS and from the record of cases passes here.
 */
import { createReadStream } from 'node:fs'
import { createHash, webcrypto } from 'node:crypto'
import { digestOf, sha256 } from './audit/canonical.ts'
import type { JudgementInputs } from './domain/judgement-inputs.ts'
import type { DicomJson, InstanceFile, Pacs, Pipeline } from './ports.ts'

type Sources = Pick<Pipeline, 'pacs' | 'localNorms'>
type Listed = JudgementInputs['listed'][string]

/** Attributes that say where an instance is kept and how to get it (PS3.18 table 10.6.1-5), not what it is. */
const WHEREABOUTS: ReadonlySet<string> = new Set(['00080054', '00080056', '00081190', '00083002'])

/** The same sources; `inputs` is what they have given so far. */
export function recordInputs({ pacs, localNorms }: Sources): Sources & { inputs: () => JudgementInputs } {
  const series = new Set<string>()
  const listed = new Map<string, Listed>()
  const headers = new Map<string, string>()
  const instances = new Map<string, string>()
  const seriesFiles = new Map<string, string>()
  let norms: JudgementInputs['norms'] = []
  return {
    pacs: {
      ...pacs,
      async listSeries(study, signal) {
        const found = await pacs.listSeries(study, signal)
        for (const { seriesInstanceUid } of found) series.add(seriesInstanceUid)
        return found
      },
      async listInstances(study, uid, signal) {
        const found = await pacs.listInstances(study, uid, signal)
        listed.set(uid, [...found])
        return found
      },
      async seriesMetadata(study, uid, signal) {
        const found = await pacs.seriesMetadata(study, uid, signal)
        headers.set(uid, digestOf(found.map(headerDigest).toSorted()))
        return found
      },
      async retrieveInstance(ref, signal) {
        const file = await pacs.retrieveInstance(ref, signal)
        // Before it is handed on: a thread that gets the bytes takes them away.
        instances.set(ref.sopInstanceUid, await fileDigest(file))
        return file
      },
      async retrieveSeries(study, uid, signal) {
        const files = await pacs.retrieveSeries(study, uid, signal)
        const digests: string[] = []
        for (const file of files) digests.push(await fileDigest(file))
        seriesFiles.set(uid, sha256(digests.toSorted().join('\n')))
        return files
      },
    },
    async localNorms(modality, structures) {
      const found = await localNorms(modality, structures)
      norms = found.map((norm) => ({ ...norm }))
      return found
    },
    inputs: () => ({
      series: [...series],
      listed: Object.fromEntries(listed),
      headers: Object.fromEntries(headers),
      instances: Object.fromEntries(instances),
      seriesFiles: Object.fromEntries(seriesFiles),
      norms,
    }),
  }
}

/** The study as it was then: what was added since is left out, order and norms are as they were. */
export function asRecorded(pacs: Pacs, { series, listed, norms }: JudgementInputs): Sources {
  return {
    pacs: {
      ...pacs,
      async listSeries(study, signal) {
        const found = await pacs.listSeries(study, signal)
        return inOrder(series, found, ({ seriesInstanceUid }) => seriesInstanceUid)
      },
      async listInstances(study, uid, signal) {
        const found = await pacs.listInstances(study, uid, signal)
        const wanted = (listed[uid] ?? []).map(({ sopInstanceUid }) => sopInstanceUid)
        return inOrder(wanted, found, ({ sopInstanceUid }) => sopInstanceUid)
      },
    },
    localNorms: async () => norms,
  }
}

/** What differs between two records of inputs, in plain words and without UIDs; empty: nothing. */
export function differencesOfInputs(before: JudgementInputs, now: JudgementInputs): string[] {
  const same = (name: keyof JudgementInputs) => digestOf(before[name]) === digestOf(now[name])
  const parts: readonly (readonly [keyof JudgementInputs, string])[] = [
    ['series', 'the PACS no longer lists all series that the study had'],
    ['listed', 'the PACS no longer lists all instances that it listed'],
    ['headers', 'headers in the PACS were changed, or series have gained or lost instances'],
    ['instances', 'the file of a segmentation object is another one'],
    ['seriesFiles', 'the files of the images are others'],
    ['norms', 'the norms of the site are others'],
  ]
  return parts.flatMap(([name, words]) => (same(name) ? [] : [words]))
}

function inOrder<Item>(
  order: readonly string[],
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Item[] {
  const byKey = new Map(items.map((item) => [keyOf(item), item]))
  return order.flatMap((key) => byKey.get(key) ?? [])
}

function headerDigest(header: DicomJson): string {
  return digestOf(contentOf(header))
}

/** Without whereabouts and addresses of bulk data, in nested items as well. */
function contentOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(contentOf)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => key !== 'BulkDataURI' && !WHEREABOUTS.has(key))
  return Object.fromEntries(kept.map(([key, part]) => [key, contentOf(part)]))
}

/** In a thread of Node's own where the bytes are in memory; piece by piece where they are a file. */
async function fileDigest(file: InstanceFile): Promise<string> {
  if (file instanceof Uint8Array)
    return Buffer.from(await webcrypto.subtle.digest('SHA-256', file)).toString('hex')
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file.path)) hash.update(piece)
  return hash.digest('hex')
}
