/** A folder of DICOM files as a PACS: no server, no database, nothing written to it. */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { isUidLike, jsonText, toDicomJson } from '../dicom/json.ts'
import type { Dataset } from '../dicom/part10.ts'
import { PlumblineError } from '../errors.ts'
import type { InstanceRef, Pacs, SeriesListing } from '../ports.ts'
import { readHeaderOfFile } from './header-file.ts'
import { instanceRefOf } from './index-row.ts'

export interface FolderOptions {
  /** Where `store` writes, as `<SOP Instance UID>.dcm`; without it storing is refused. */
  readonly outFolder?: string
  /** Files looked at; more is an error. Default 100,000. */
  readonly filesMax?: number
  /** Header bytes of one file, and bytes of one that has no pixel data. Default 1 GiB. */
  readonly fileBytesMax?: number
}

interface SkippedFile {
  /** Relative to the folder. */
  readonly path: string
  readonly reason: string
}

export interface FolderPacs extends Pacs {
  /** DICOM files, or what claims to be, that are not used, and why. */
  readonly skipped: readonly SkippedFile[]
  /** Files that are not DICOM. */
  readonly otherFileCount: number
  readonly instanceCount: number
}

interface Entry {
  readonly ref: InstanceRef
  readonly modality: string
  readonly studyDate: string
  readonly path: string
}

const FILES_MAX = 100_000
const FILE_BYTES_MAX = 2 ** 30
const MODALITY = '00080060'
const STUDY_DATE = '00080020'
/** Of instanceRefOf, and what is searched by. */
const IDENTITY = ['00080016', '00080018', '0020000D', '0020000E', MODALITY, STUDY_DATE]
const DICOM_NAME = /\.(dcm|dicom|ima)$/i

/** Reads the header of every file below the folder. Throws PlumblineError('not-found' | 'limit-exceeded'). */
export async function createFolderPacs(folder: string, options: FolderOptions): Promise<FolderPacs> {
  const scanned = await scan(folder, options)
  const out = createOutFolder(options.outFolder)
  const entries = [...scanned.entries.values()]
  const find = (ref: Pick<InstanceRef, 'sopInstanceUid'>) => scanned.entries.get(ref.sopInstanceUid)
  const seriesOf = (study: string, series: string) => entries.filter(({ ref }) => isOf(ref, study, series))

  return {
    skipped: scanned.skipped,
    otherFileCount: scanned.otherFileCount,
    instanceCount: entries.length,
    async findSegmentationSeries({ modality, studyDateFrom, limit, offset }) {
      const wanted = entries.filter(
        (entry) => entry.modality === modality && entry.studyDate >= (studyDateFrom ?? ''),
      )
      return listingsOf(wanted).slice(offset, offset + limit)
    },
    async listSeries(studyInstanceUid) {
      return listingsOf(entries.filter(({ ref }) => ref.studyInstanceUid === studyInstanceUid))
    },
    async listInstances(studyInstanceUid, seriesInstanceUid) {
      return seriesOf(studyInstanceUid, seriesInstanceUid).map(({ ref }) => ref)
    },
    async seriesMetadata(studyInstanceUid, seriesInstanceUid, signal) {
      const files = requireSome(seriesOf(studyInstanceUid, seriesInstanceUid))
      return files.map(({ path }) => {
        signal.throwIfAborted()
        return toDicomJson(datasetOf(path, options), { bulkDataUri: () => null })
      })
    },
    async retrieveInstance(ref) {
      const [entry] = requireSome([find(ref)].filter((found) => found !== undefined))
      return { path: entry.path }
    },
    async retrieveSeries(study, series) {
      return requireSome(seriesOf(study, series)).map(({ path }) => ({ path }))
    },
    async holds(ref) {
      const held = find(ref)?.ref ?? out.written.get(ref.sopInstanceUid)
      return held !== undefined && isOf(held, ref.studyInstanceUid, ref.seriesInstanceUid)
    },
    store: out.store,
  }
}

interface Scan {
  readonly entries: ReadonlyMap<string, Entry>
  readonly skipped: readonly SkippedFile[]
  readonly otherFileCount: number
}

async function scan(folder: string, options: FolderOptions): Promise<Scan> {
  const paths = await pathsBelow(folder, options.filesMax ?? FILES_MAX)
  const looks = paths.map((path) => lookAt(path, options))
  const entries = new Map<string, Entry>()
  const skipped: SkippedFile[] = []
  let otherFileCount = 0
  for (const look of looks) {
    const skip = (reason: string) => skipped.push({ path: relative(folder, look.path), reason })
    if ('reason' in look) skip(look.reason)
    else if (!('ref' in look)) otherFileCount++
    else if (entries.has(look.ref.sopInstanceUid)) skip('Another file holds the same SOP Instance UID.')
    else entries.set(look.ref.sopInstanceUid, look)
  }
  return { entries, skipped, otherFileCount }
}

/** What looking at a file gave: an instance, a reason not to use it, or neither, as it is no DICOM at all. */
type Look = Entry | { readonly path: string; readonly reason: string } | { readonly path: string }

function lookAt(path: string, options: FolderOptions): Look {
  try {
    const dataset = datasetOf(path, options)
    // Headers of a thousand frames make large JSON, of which six attributes are wanted.
    const identity = Object.fromEntries(IDENTITY.map((tag) => [tag, dataset[tag]]))
    const json = toDicomJson(identity, { bulkDataUri: () => null })
    const ref = instanceRefOf(json)
    return { ref, modality: jsonText(json, MODALITY), studyDate: jsonText(json, STUDY_DATE), path }
  } catch (error) {
    if (error instanceof NotDicom && !DICOM_NAME.test(path)) return { path }
    const told = error instanceof PlumblineError || error instanceof NotDicom
    return { path, reason: told ? error.message : 'The file cannot be read.' }
  }
}

async function pathsBelow(folder: string, filesMax: number): Promise<string[]> {
  const paths: string[] = []
  try {
    // Not `opendir(..., { recursive: true })`: on Node 20 it gives the first 32 entries of a folder and ends without an error.
    const folders = [folder]
    for (let current = folders.pop(); current !== undefined; current = folders.pop()) {
      for (const entry of await readdir(current, { withFileTypes: true })) {
        // Links are not followed: they may lead anywhere, and round in circles.
        if (entry.isDirectory()) folders.push(join(current, entry.name))
        else if (entry.isFile()) paths.push(join(current, entry.name))
      }
      if (paths.length > filesMax) {
        throw new PlumblineError('limit-exceeded', `The folder holds more than ${filesMax} files.`, {
          nextStep: 'Give the folder of one study.',
        })
      }
    }
  } catch (cause) {
    if (cause instanceof PlumblineError) throw cause
    throw new PlumblineError('not-found', 'The folder does not exist or cannot be read.', { cause })
  }
  return paths.toSorted()
}

/** No DICM mark: another kind of file, or DICOM of before 1993 without a preamble. */
class NotDicom extends Error {
  constructor() {
    super('The file has no DICOM preamble (PS3.10 7.1), so it is not read.')
    this.name = 'NotDicom'
  }
}

function datasetOf(path: string, { fileBytesMax = FILE_BYTES_MAX }: FolderOptions): Dataset {
  const dataset = readHeaderOfFile(path, { bytesMax: fileBytesMax })
  if (dataset === null) throw new NotDicom()
  return dataset
}

function isOf(ref: InstanceRef, studyInstanceUid: string, seriesInstanceUid: string): boolean {
  return ref.studyInstanceUid === studyInstanceUid && ref.seriesInstanceUid === seriesInstanceUid
}

function requireSome<Item>(found: readonly Item[]): readonly [Item, ...Item[]] {
  const [first, ...rest] = found
  if (first === undefined) throw new PlumblineError('not-found', 'The folder does not hold it.')
  return [first, ...rest]
}

function listingsOf(entries: readonly Entry[]): SeriesListing[] {
  const series = new Map<string, SeriesListing>()
  for (const { ref, modality } of entries) {
    const { studyInstanceUid, seriesInstanceUid } = ref
    const key = `${studyInstanceUid}/${seriesInstanceUid}`
    const instanceCount = (series.get(key)?.instanceCount ?? 0) + 1
    series.set(key, {
      studyInstanceUid,
      seriesInstanceUid,
      modality: series.get(key)?.modality ?? modality,
      instanceCount,
    })
  }
  return [...series.values()]
}

/** Results go beside the folder, never into it; what was written there is held from then on. */
function createOutFolder(outFolder: string | undefined) {
  const written = new Map<string, InstanceRef>()
  const store: Pacs['store'] = async (instances) => {
    if (outFolder === undefined) {
      const nextStep = 'Give a folder for the results.'
      throw new PlumblineError('pacs-refused', 'A folder of files is read only.', { nextStep })
    }
    await mkdir(outFolder, { recursive: true })
    for (const item of instances) {
      if (!isUidLike(item.sopInstanceUid))
        throw new PlumblineError('bad-request', 'The instance to store has no valid UID.')
      await writeFile(join(outFolder, `${item.sopInstanceUid}.dcm`), item.bytes)
      written.set(item.sopInstanceUid, item)
    }
    return instances.map(({ sopInstanceUid }) => ({ sopInstanceUid, stored: true, reason: '' }))
  }
  return { store, written: written as ReadonlyMap<string, InstanceRef> }
}
