/** What a process that is killed and the one that comes after it have in common. */
import type { JobQueueOptions } from '../../src/queue/pg-boss-queue.ts'
import type { Sql } from '../../src/ports.ts'
import { openPglite } from '../../src/store/pglite.ts'
import { openPostgres } from '../../src/store/postgres.ts'

export type DatabaseKind = JobQueueOptions['database']['kind']

const raise = (error: unknown) => {
  throw error
}

export const CRASH_QUEUE_OPTIONS: Omit<JobQueueOptions, 'database'> = {
  concurrency: 1,
  attempts: 3,
  retryDelayMs: 1,
  retryDelayMaxMs: 1000,
  timeoutMs: 600_000,
  heartbeatSeconds: 10,
  pollMs: 500,
  stopTimeoutMs: 5000,
  onError: raise,
}

export interface OpenedDatabase {
  readonly sql: Sql
  readonly database: JobQueueOptions['database']
  readonly close: () => Promise<void>
}

/** `where`: a data folder for PGlite, a connection string for PostgreSQL. */
export async function openDatabase(kind: DatabaseKind, where: string): Promise<OpenedDatabase> {
  if (kind === 'pglite') {
    const { sql, pglite, close } = await openPglite({ dataDir: where })
    return { sql, database: { kind, pglite }, close }
  }
  const { sql, close } = await openPostgres({
    connectionString: where,
    poolSize: 4,
    statementTimeoutMs: 20_000,
    onError: raise,
  })
  return { sql, database: { kind, connectionString: where, poolSize: 4 }, close }
}
