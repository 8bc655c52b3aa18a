import { afterAll, beforeAll, describe, expect } from 'vitest'
import { openPostgres } from '../../src/store/postgres.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { jobQueueContract } from './job-queue-contract.ts'

const onError = (error: unknown) => expect.fail(String(error))

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

describe('on PostgreSQL', () =>
  jobQueueContract(async () => {
    const connectionString = await server.createDatabase()
    const { sql, close } = await openPostgres({
      connectionString,
      poolSize: 2,
      statementTimeoutMs: 20_000,
      onError,
    })
    return { sql, database: { kind: 'postgres', connectionString, poolSize: 4 }, close }
  }))
