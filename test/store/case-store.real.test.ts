import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Sql } from '../../src/ports.ts'
import { createCaseStore } from '../../src/store/case-store.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { startPostgres, type TestPostgres } from '../support/postgres.ts'
import { auditLogContract } from './audit-log-contract.ts'
import { newCase } from './case-fixtures.ts'
import { caseStoreContract } from './case-store-contract.ts'

const SYSTEM_CLOCK = { now: () => new Date() }

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

const open = async (connectionString: string) =>
  openPostgres({
    connectionString,
    poolSize: 8,
    statementTimeoutMs: 20_000,
    onError: (error) => expect.fail(String(error)),
  })

describe('on PostgreSQL', () => caseStoreContract(async () => open(await server.createDatabase())))
describe('the audit log on PostgreSQL', () =>
  auditLogContract(async () => open(await server.createDatabase())))

test('an event is not numbered before an earlier one is committed, so that a reader never skips one', async () => {
  const { sql, close } = await open(await server.createDatabase())
  await migrate(sql)
  const store = createCaseStore(sql, SYSTEM_CLOCK)
  let second: Promise<unknown> = Promise.resolve()
  await sql.transaction(async (tx) => {
    const uncommitted: Sql = {
      query: (text, parameters) => tx.query(text, parameters),
      transaction: (work) => work(tx),
    }
    await createCaseStore(uncommitted, SYSTEM_CLOCK).receive(newCase('first'))
    second = store.receive(newCase('second'))
    await vi.waitFor(async () => {
      expect(
        await sql.query(`select 1 from pg_locks where locktype = 'advisory' and not granted`),
      ).toHaveLength(1)
    })
    expect(await store.eventsSince(0, 10)).toEqual([])
  })
  await second
  expect((await store.eventsSince(0, 10)).map(({ caseId }) => caseId)).toEqual(['first', 'second'])
  await close()
})

test('processes that start at once migrate once', async () => {
  const url = await server.createDatabase()
  const databases = await Promise.all([open(url), open(url), open(url)])
  const applied = await Promise.all(databases.map(({ sql }) => migrate(sql)))
  await Promise.all(databases.map((database) => database.close()))
  expect(applied.filter((names) => names.includes('001_cases.sql'))).toHaveLength(1)
  expect(applied.filter((names) => names.length === 0)).toHaveLength(2)
})

test('a statement that runs too long is ended', async () => {
  const connectionString = await server.createDatabase()
  const database = await openPostgres({
    connectionString,
    poolSize: 1,
    statementTimeoutMs: 200,
    onError: () => undefined,
  })
  await expect(database.sql.query('select pg_sleep(20)')).rejects.toThrow('statement timeout')
  expect(await database.sql.query('select 1 as n')).toEqual([{ n: 1 }])
  await database.close()
})

test('a database that cannot be used says so without its password', async () => {
  const connectionString = (await server.createDatabase()).replace('postgres@', 'nobody:secret@')
  const opening = open(connectionString)
  await expect(opening).rejects.toMatchObject({
    code: 'bad-config',
    message: expect.stringContaining('28000'),
  })
  await expect(opening).rejects.not.toMatchObject({ message: expect.stringContaining('secret') })
})
