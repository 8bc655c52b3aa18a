import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockDataDir } from '../../src/store/lock.ts'
import { openPglite } from '../../src/store/pglite.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plumbline-lock-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const lockFile = () => join(dataDir, 'plumbline.lock')
const leaveLock = (holder: object) =>
  writeFile(lockFile(), JSON.stringify({ id: 'other', startedAt: null, host: hostname(), ...holder }))

test('a folder is locked once, names its holder, and is free after release', async () => {
  const lock = await lockDataDir(dataDir)
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({
    code: 'data-locked',
    message: `The data folder ${dataDir} is in use by process ${process.pid} on ${hostname()}.`,
    nextStep: expect.stringContaining(lockFile()),
  })
  await lock.release()
  await (await lockDataDir(dataDir)).release()
  expect(await readdir(dataDir)).toEqual([])
})

test('the lock of a process that is gone is taken over', async () => {
  await leaveLock({ pid: spawnSync('true').pid })
  const lock = await lockDataDir(dataDir)
  expect(JSON.parse(await readFile(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid })
  await lock.release()
})

test.skipIf(process.platform !== 'linux')(
  'a process that got the pid of the holder is not the holder',
  async () => {
    await leaveLock({ pid: process.ppid, startedAt: 'another boot/1' })
    await (await lockDataDir(dataDir)).release()
  },
)

test('a living holder that could not say when it started keeps its lock', async () => {
  await leaveLock({ pid: process.ppid })
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({ code: 'data-locked' })
})

test('a holder on another host keeps its lock while it touches it', async () => {
  await leaveLock({ pid: 1, host: 'elsewhere' })
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({
    message: expect.stringContaining('process 1 on elsewhere'),
  })
  const longAgo = new Date(Date.now() - 61_000)
  await utimes(lockFile(), longAgo, longAgo)
  await (await lockDataDir(dataDir)).release()
})

test('a lock file that says nothing is respected', async () => {
  await writeFile(lockFile(), 'x')
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({ code: 'data-locked' })
})

test('of many who take over a stale lock at once, one gets it', async () => {
  const { pid } = spawnSync('true')
  for (let round = 0; round < 20; round++) {
    await leaveLock({ pid })
    const answers = await Promise.allSettled(Array.from({ length: 24 }, () => lockDataDir(dataDir)))
    const locks = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
    expect(locks).toHaveLength(1)
    expect(await readdir(dataDir)).toEqual(['plumbline.lock'])
    for (const lock of locks) await lock.release()
  }
})

test('a takeover that died half way does not block for ever', async () => {
  await leaveLock({ pid: spawnSync('true').pid })
  const turn = join(dataDir, 'plumbline.lock.takeover')
  await writeFile(turn, '{}')
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({ code: 'data-locked' })
  const longAgo = new Date(Date.now() - 61_000)
  await utimes(turn, longAgo, longAgo)
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({ code: 'data-locked' })
  await (await lockDataDir(dataDir)).release()
  expect(await readdir(dataDir)).toEqual([])
})

test('releasing leaves a lock that is another process by now', async () => {
  const lock = await lockDataDir(dataDir)
  await leaveLock({ pid: process.ppid })
  await lock.release()
  expect(await readdir(dataDir)).toEqual(['plumbline.lock'])
})

test('an embedded database takes the folder, keeps its rows, and gives the folder back', async () => {
  const first = await openPglite({ dataDir })
  await expect(openPglite({ dataDir })).rejects.toMatchObject({ code: 'data-locked' })
  await first.sql.query('create table kept (n int8); insert into kept values (42)')
  await first.close()
  const second = await openPglite({ dataDir })
  expect(await second.sql.query('select n from kept')).toEqual([{ n: 42 }])
  await second.close()
})

test('a folder that holds no database but something else is refused and unlocked', async () => {
  await writeFile(join(dataDir, 'database'), 'not a folder')
  await expect(openPglite({ dataDir })).rejects.toMatchObject({ code: 'bad-config' })
  expect(await readdir(dataDir)).toEqual(['database'])
})
