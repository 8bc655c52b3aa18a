import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite, type Transaction } from '@electric-sql/pglite'
import { PlumblineError } from '../errors.ts'
import type { Sql } from '../ports.ts'
import { COLUMN_PARSERS } from './column-types.ts'
import { lockDataDir, type DataLock } from './lock.ts'

export interface PgliteOptions {
  /** Folder that this process takes for itself; the database goes into `database/` below it. Null: in memory. */
  readonly dataDir: string | null
}

export interface Pglite {
  readonly sql: Sql
  /** For the job queue, which shares this one connection. */
  readonly pglite: PGlite
  readonly close: () => Promise<void>
}

/**
 * Opens PostgreSQL inside this process, for one workstation. PGlite itself lets a second process open the same files
 * and ruin them, so the folder is locked first. Throws PlumblineError('data-locked' | 'bad-config').
 */
export async function openPglite({ dataDir }: PgliteOptions): Promise<Pglite> {
  if (dataDir === null) return opened(await PGlite.create({ parsers: COLUMN_PARSERS }), null)
  await mkdir(dataDir, { recursive: true })
  const lock = await lockDataDir(dataDir)
  const directory = join(dataDir, 'database')
  try {
    return opened(await PGlite.create(directory, { parsers: COLUMN_PARSERS }), lock)
  } catch (cause) {
    await lock.release()
    throw new PlumblineError('bad-config', `The database in ${directory} cannot be opened.`, {
      nextStep: 'Restore the folder from a backup, or move it away to start with an empty record.',
      cause,
    })
  }
}

function opened(pglite: PGlite, lock: DataLock | null): Pglite {
  return {
    sql: sqlOf(pglite),
    pglite,
    async close() {
      await pglite.close()
      await lock?.release()
    },
  }
}

function sqlOf(pglite: PGlite): Sql {
  return {
    query: (text, parameters) => rowsOf(pglite, text, parameters),
    // One connection: inside `work` only `tx` may be used, anything else waits for this transaction to end.
    transaction: (work) => pglite.transaction((tx) => work(sqlInside(tx))),
  }
}

function sqlInside(tx: Transaction): Sql {
  return {
    query: (text, parameters) => rowsOf(tx, text, parameters),
    transaction: () => Promise.reject(new Error('transactions do not nest')),
  }
}

/** Rows of the statement, of the last one where the text holds several (legal without parameters only). */
async function rowsOf<Row>(
  on: PGlite | Transaction,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  if (parameters.length > 0) return (await on.query<Row>(text, [...parameters])).rows
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller names the row type, as for query above
  return ((await on.exec(text)).at(-1)?.rows ?? []) as Row[]
}
