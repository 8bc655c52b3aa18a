import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
import { openPglite, type Pglite } from '../../src/store/pglite.ts'

/** PGlite makes its cluster on first opening: seconds, more on a busy machine. */
const SLOW_START_MS = 60_000

let database: Pglite
let folder: string
beforeAll(async () => {
  database = await openPglite({ dataDir: null })
}, SLOW_START_MS)
afterAll(() => database.close())
beforeEach(async () => {
  await database.sql.query('drop schema public cascade; create schema public')
  folder = await mkdtemp(join(tmpdir(), 'plumbline-migrate-'))
  await write('001_first.sql', 'create table a (n int); create table b (n int);')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const write = (name: string, text: string) => writeFile(join(folder, name), text)
const apply = () => migrate(database.sql, pathToFileURL(`${folder}/`))
const tables = async () =>
  (
    await database.sql.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
    )
  ).map(({ name }) => name)

test('this version applies its own migrations, once', async () => {
  expect((await migrate(database.sql))[0]).toBe('001_cases.sql')
  expect(await migrate(database.sql)).toEqual([])
  expect(await tables()).toEqual(expect.arrayContaining(['cases', 'events', 'marks', 'migrations', 'outbox']))
})

test('applies what is new, in order of name, and leaves other files alone', async () => {
  expect(await apply()).toEqual(['001_first.sql'])
  await write('010_third.sql', 'insert into c values (1)')
  await write('002_second.sql', 'create table c (n int)')
  await write('notes.md', 'not sql')
  expect(await apply()).toEqual(['002_second.sql', '010_third.sql'])
  expect(await tables()).toEqual(['a', 'b', 'c', 'migrations'])
})

test('a fault anywhere leaves the database as it was', async () => {
  await write('002_second.sql', 'create table c (n int); select 1/0')
  await expect(apply()).rejects.toThrow('division by zero')
  expect(await tables()).toEqual([])
})

test.each([
  [
    'was changed',
    () => write('001_first.sql', 'create table a (n text)'),
    'was changed after it was applied',
  ],
  ['is gone', () => rm(join(folder, '001_first.sql')), 'is not in this version'],
  [
    'got one before it',
    () => write('000_zeroth.sql', 'create table z (n int)'),
    'is not in this version at its place',
  ],
])('refuses when an applied migration %s', async (_what, change, message) => {
  await apply()
  await change()
  await expect(apply()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(message) })
})
