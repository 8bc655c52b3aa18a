/** The embedded archive: DICOM instances as files, found through an index in the database. For one workstation. */
import { PlumblineError } from '../errors.ts'
import type { DicomJson, InstanceRef, Sql } from '../ports.ts'
import { createInstanceFiles } from './files.ts'
import { indexInstance, type Indexed } from './index-row.ts'
import { search, type Search, type SearchResult } from './search.ts'

export interface ArchiveOptions {
  readonly sql: Sql
  /** Folder that holds the files; only this archive writes there. */
  readonly folder: string
  /** Largest instance that is taken. */
  readonly objectBytesMax: number
}

export interface Archive {
  /** Largest instance that `store` takes: nobody need hold more of one. */
  readonly objectBytesMax: number
  /**
   * Keeps an instance. One that is held already stays as it is. Throws PlumblineError: 'bad-dicom', 'unsupported-dicom'
   * or 'limit-exceeded' on bytes that cannot be archived; 'conflict' when the study is not `studyInstanceUid` (null:
   * any), or when the UID is held as an instance of another series.
   */
  store(bytes: Uint8Array, studyInstanceUid: string | null): Promise<InstanceRef>
  search(query: Search): Promise<SearchResult[]>
  /** Instances of a study, a series or one alone, in series and instance number order; empty when not held. */
  instances(scope: Scope): Promise<ArchivedInstance[]>
  /** Headers in the same order; bulk data by path. */
  metadata(scope: Scope): Promise<ArchivedHeader[]>
  /** Part 10 bytes of an instance that is held. Throws PlumblineError('not-found'). */
  read(sopInstanceUid: string): Promise<Uint8Array>
  /** Where the file of an instance lies, or would. */
  readonly pathOf: (sopInstanceUid: string) => string
}

export interface Scope {
  readonly studyInstanceUid: string
  readonly seriesInstanceUid?: string
  readonly sopInstanceUid?: string
}

export interface ArchivedInstance extends InstanceRef {
  readonly transferSyntaxUid: string
}

interface ArchivedHeader extends InstanceRef {
  readonly metadata: DicomJson
}

export function createArchive({ sql, folder, objectBytesMax }: ArchiveOptions): Archive {
  const files = createInstanceFiles(folder)
  const oneAtATime = createKeyedQueue()

  async function store(bytes: Uint8Array, studyInstanceUid: string | null): Promise<InstanceRef> {
    const indexed = indexInstance(bytes, { bytesMax: objectBytesMax })
    if (studyInstanceUid !== null && indexed.ref.studyInstanceUid !== studyInstanceUid) {
      throw new PlumblineError(
        'conflict',
        'The instance belongs to another study than the one it was sent to.',
      )
    }
    await oneAtATime(indexed.ref.sopInstanceUid, async () => {
      const [held] = await sql.query<RefRow>(
        `select ${REF_COLUMNS} from archive_instances where sop_instance_uid = $1`,
        [indexed.ref.sopInstanceUid],
      )
      if (held !== undefined) return requireSameSeries(refOf(held), indexed.ref)
      // The file first: a row without its file would be a promise that cannot be kept.
      await files.write(indexed.ref.sopInstanceUid, bytes)
      await insert(sql, indexed)
    })
    return indexed.ref
  }

  return {
    objectBytesMax,
    pathOf: files.pathOf,
    store,
    search: (query) => search(sql, query),
    async instances(scope) {
      const columns = `${REF_COLUMNS}, transfer_syntax_uid`
      const rows = await selectScope<RefRow & { transfer_syntax_uid: string }>(sql, columns, scope)
      return rows.map((row) => ({ ...refOf(row), transferSyntaxUid: row.transfer_syntax_uid }))
    },
    async metadata(scope) {
      const rows = await selectScope<RefRow & { metadata: DicomJson }>(sql, `${REF_COLUMNS}, metadata`, scope)
      return rows.map((row) => ({ ...refOf(row), metadata: row.metadata }))
    },
    async read(sopInstanceUid) {
      try {
        return await files.read(sopInstanceUid)
      } catch (cause) {
        throw new PlumblineError('not-found', 'The archive does not hold the file of this instance.', {
          cause,
        })
      }
    },
  }
}

const REF_COLUMNS = 'study_instance_uid, series_instance_uid, sop_instance_uid, sop_class_uid'
type RefRow = Record<
  'study_instance_uid' | 'series_instance_uid' | 'sop_instance_uid' | 'sop_class_uid',
  string
>

function refOf(row: RefRow): InstanceRef {
  return {
    studyInstanceUid: row.study_instance_uid,
    seriesInstanceUid: row.series_instance_uid,
    sopInstanceUid: row.sop_instance_uid,
    sopClassUid: row.sop_class_uid,
  }
}

async function insert(sql: Sql, { row }: Indexed): Promise<void> {
  const columns = Object.keys(row)
  const places = columns.map((_, index) => `$${index + 1}`)
  const text = `insert into archive_instances (${columns.join(', ')}) values (${places.join(', ')})`
  await sql.query(text, Object.values(row))
}

async function selectScope<Row extends Record<string, unknown>>(
  sql: Sql,
  columns: string,
  scope: Scope,
): Promise<Row[]> {
  return sql.query<Row>(
    `select ${columns} from archive_instances
     where study_instance_uid = $1 and ($2::text is null or series_instance_uid = $2)
       and ($3::text is null or sop_instance_uid = $3)
     order by series_number nulls last, series_instance_uid, instance_number nulls last, arrival`,
    [scope.studyInstanceUid, scope.seriesInstanceUid ?? null, scope.sopInstanceUid ?? null],
  )
}

function requireSameSeries(held: InstanceRef, sent: InstanceRef): void {
  const same =
    held.studyInstanceUid === sent.studyInstanceUid && held.seriesInstanceUid === sent.seriesInstanceUid
  if (!same) {
    throw new PlumblineError(
      'conflict',
      'Another instance with this SOP Instance UID is held already, in another series.',
    )
  }
}

/** Work on the same key runs one after the other; other keys do not wait. */
function createKeyedQueue() {
  const tails = new Map<string, Promise<void>>()
  return async (key: string, work: () => Promise<void>): Promise<void> => {
    const before = tails.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const tail = mine.catch(() => undefined)
    tails.set(key, tail)
    try {
      await mine
    } finally {
      if (tails.get(key) === tail) tails.delete(key)
    }
  }
}
