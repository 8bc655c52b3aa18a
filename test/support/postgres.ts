/** A PostgreSQL server of our own for one test file: Debian's binaries, a temporary cluster, a free port, no password. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'

const run = promisify(execFile)
const DEBIAN_ROOT = '/usr/lib/postgresql'
const START_TRIES = 100
const START_PAUSE_MS = 100

export interface TestPostgres {
  /** Connection string of a new, empty database. */
  createDatabase(): Promise<string>
  stop(): Promise<void>
}

export async function startPostgres(): Promise<TestPostgres> {
  const bin = await findBinaries()
  const user = await userOf()
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-postgres-'))
  if (user.uid !== undefined && user.gid !== undefined) await chown(directory, user.uid, user.gid)
  const cluster = join(directory, 'cluster')
  const environment = { ...process.env, LC_ALL: 'C.UTF-8' }
  const options = { ...user, cwd: directory, env: environment }
  await run(
    join(bin, 'initdb'),
    ['-D', cluster, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    options,
  )

  const port = await freePort()
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', cluster, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-F'], // -F: no fsync, the data is thrown away
    { ...options, stdio: 'ignore' },
  )
  const urlOf = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`
  const stop = () => stopServer(server, directory)
  try {
    await waitUntilReady(urlOf('postgres'), server)
  } catch (error) {
    await stop()
    throw error
  }
  let databases = 0
  return {
    async createDatabase() {
      const name = `test_${++databases}`
      await query(urlOf('postgres'), `create database ${name}`)
      return urlOf(name)
    },
    stop,
  }
}

/** initdb and postgres refuse to run as root: then they run as Debian's user `postgres`. */
async function userOf(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  )
  if (uid === undefined || gid === undefined)
    throw new Error('there is no user postgres: apt-get install postgresql')
  return { uid, gid }
}

async function findBinaries(): Promise<string> {
  const versions = await readdir(DEBIAN_ROOT).catch(() => [])
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0]
  if (newest === undefined) throw new Error(`no PostgreSQL under ${DEBIAN_ROOT}: apt-get install postgresql`)
  return join(DEBIAN_ROOT, newest, 'bin')
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

async function waitUntilReady(url: string, server: ChildProcess): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await query(url, 'select 1')
      return
    } catch (error) {
      if (tries === START_TRIES || server.exitCode !== null) throw error
      await new Promise((resolve) => setTimeout(resolve, START_PAUSE_MS))
    }
  }
}

async function query(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    await client.query(text)
  } finally {
    await client.end()
  }
}

async function stopServer(server: ChildProcess, directory: string): Promise<void> {
  if (server.exitCode === null) {
    const exited = once(server, 'exit')
    server.kill('SIGQUIT') // immediate: nothing of it is kept
    await exited
  }
  await rm(directory, { recursive: true, force: true })
}
