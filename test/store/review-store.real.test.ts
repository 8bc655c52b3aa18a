import { afterAll, beforeAll, expect } from 'vitest'
import { openPostgres } from '../../src/store/postgres.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { reviewStoreContract } from './review-store-contract.ts'

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

reviewStoreContract(async () =>
  openPostgres({
    connectionString: await server.createDatabase(),
    poolSize: 8,
    statementTimeoutMs: 20_000,
    onError: (error) => expect.fail(String(error)),
  }),
)
