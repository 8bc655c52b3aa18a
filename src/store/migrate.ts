import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { PlumblineError } from '../errors.ts'
import type { Sql } from '../ports.ts'

/** `001_cases.sql`, ...: beside this file in the sources and in dist alike. */
const MIGRATIONS_URL = new URL('./migrations/', import.meta.url)
const FILE_NAME = /^\d{3}_[a-z0-9_]+\.sql$/
/** Any number, the same in every process: whoever holds it migrates. */
const ADVISORY_LOCK = 4_801_190_627

interface Migration {
  readonly name: string
  readonly sha256: string
  readonly text: string
}

/**
 * Brings the database to this version's shape, all or nothing; returns the names of what was applied.
 * Throws PlumblineError('conflict') when what was applied before is not what this version would have applied.
 */
export async function migrate(sql: Sql, directory: URL = MIGRATIONS_URL): Promise<string[]> {
  const files = await readMigrations(directory)
  return sql.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK])
    await tx.query(`create table if not exists migrations (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now())`)
    const applied = await tx.query<{ name: string; sha256: string }>(
      'select name, sha256 from migrations order by name',
    )
    applied.forEach((row, position) => requireSame(row, files[position]))
    const pending = files.slice(applied.length)
    for (const { name, sha256, text } of pending) {
      await tx.query(text)
      await tx.query('insert into migrations (name, sha256) values ($1, $2)', [name, sha256])
    }
    return pending.map(({ name }) => name)
  })
}

async function readMigrations(directory: URL): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => FILE_NAME.test(name)).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, directory), 'utf8')
      return { name, sha256: createHash('sha256').update(text).digest('hex'), text }
    }),
  )
}

function requireSame(applied: { name: string; sha256: string }, file: Migration | undefined): void {
  if (file?.name === applied.name && file.sha256 === applied.sha256) return
  const fault =
    file?.name === applied.name ? 'was changed after it was applied' : 'is not in this version at its place'
  throw new PlumblineError(
    'conflict',
    `The database does not fit this version: migration ${applied.name} ${fault}.`,
    {
      nextStep:
        'Run the version that the database was made with or a newer one, or restore a backup made for this one.',
    },
  )
}
