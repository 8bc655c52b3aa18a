import { Pool, TypeOverrides, type ClientBase, type QueryResult } from 'pg'
import { PlumblineError } from '../errors.ts'
import type { Sql } from '../ports.ts'
import { COLUMN_PARSERS } from './column-types.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. Never shown. */
  readonly connectionString: string
  readonly poolSize: number
  /** Longest run of one statement, and longest wait for a connection. */
  readonly statementTimeoutMs: number
  /** Hears of idle connections that broke; the pool replaces them by itself. */
  readonly onError: (error: unknown) => void
}

export interface Postgres {
  readonly sql: Sql
  readonly close: () => Promise<void>
}

/** Opens a PostgreSQL (13 or newer) by connection pool. Throws PlumblineError('bad-config') when it cannot be used. */
export async function openPostgres(options: PostgresOptions): Promise<Postgres> {
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.poolSize,
    statement_timeout: options.statementTimeoutMs,
    connectionTimeoutMillis: options.statementTimeoutMs,
    application_name: 'plumbline',
    keepAlive: true,
    types: columnTypes(),
  })
  pool.on('error', options.onError)
  try {
    await pool.query('select 1')
  } catch (cause) {
    await pool.end()
    throw unusable(cause)
  }
  return { sql: sqlOf(pool), close: () => pool.end() }
}

function columnTypes(): TypeOverrides {
  const columns = new TypeOverrides()
  for (const [oid, parse] of Object.entries(COLUMN_PARSERS)) columns.setTypeParser(Number(oid), parse)
  return columns
}

function sqlOf(pool: Pool): Sql {
  return {
    query: (text, parameters) => rowsOf(pool, text, parameters),
    async transaction(work) {
      const client = await pool.connect()
      let broken = true
      try {
        await client.query('begin')
        const result = await work(sqlInside(client))
        await client.query('commit')
        broken = false
        return result
      } catch (error) {
        broken = await client.query('rollback').then(
          () => false,
          () => true,
        )
        throw error
      } finally {
        client.release(broken)
      }
    },
  }
}

function sqlInside(client: ClientBase): Sql {
  return {
    query: (text, parameters) => rowsOf(client, text, parameters),
    transaction: () => Promise.reject(new Error('transactions do not nest')),
  }
}

/** Rows of the statement, of the last one where the text holds several (legal without parameters only). */
async function rowsOf<Row extends Record<string, unknown>>(
  on: Pool | ClientBase,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  // Without parameters pg takes several statements and answers with an array, which its types do not tell.
  const answer: QueryResult<Row> | QueryResult<Row>[] =
    parameters.length === 0 ? await on.query<Row>(text) : await on.query<Row>(text, [...parameters])
  return [answer].flat().at(-1)?.rows ?? []
}

function unusable(cause: unknown): PlumblineError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
  return new PlumblineError('bad-config', `The PostgreSQL database cannot be used (${code}).`, {
    nextStep:
      'Check that database.url (DATABASE_URL) is right and that the server is up and lets this user in.',
    retryable: true,
    cause,
  })
}
