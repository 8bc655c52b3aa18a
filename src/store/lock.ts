/**
 * One process per data folder. The lock is a file that names its holder; a holder that is gone is replaced.
 * Node has no flock, so a holder on another host (or in another container) is judged by the file's age: it is
 * touched while held.
 */
import { randomUUID } from 'node:crypto'
import { link, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { PlumblineError } from '../errors.ts'

export interface DataLock {
  release(): Promise<void>
}

const LOCK_FILE = 'plumbline.lock'
const TOUCH_MS = 10_000
const UNTOUCHED_MAX_MS = 60_000
const TRIES_MAX = 3

const Holder = z.object({
  pid: z.number().int(),
  startedAt: z.string().nullable(),
  host: z.string(),
  id: z.string(),
})
type Holder = z.infer<typeof Holder>

/** Takes the folder for this process. Throws PlumblineError('data-locked') when a living process has it. */
export async function lockDataDir(dataDir: string): Promise<DataLock> {
  const path = join(dataDir, LOCK_FILE)
  const mine: Holder = {
    pid: process.pid,
    startedAt: await startOf(process.pid),
    host: hostname(),
    id: randomUUID(),
  }
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await createExclusively(path, mine)) return held(path, mine)
    const holder = await readHolder(path)
    if (holder === 'none') continue
    if (holder === 'unreadable' || (await isAlive(holder, path))) throw locked(dataDir, path, holder)
    if (!(await removeStale(path, holder, mine))) throw locked(dataDir, path, 'none')
  }
  throw locked(dataDir, path, await readHolder(path))
}

function held(path: string, mine: Holder): DataLock {
  const touching = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => undefined) // the next one may succeed; on the same host the pid decides anyway
  }, TOUCH_MS)
  touching.unref()
  return {
    async release() {
      clearInterval(touching)
      const holder = await readHolder(path)
      if (typeof holder === 'object' && holder.id === mine.id) await rm(path, { force: true })
    },
  }
}

/** A whole file appears or none: written aside, then linked, which fails where the name is taken. */
async function createExclusively(path: string, holder: Holder): Promise<boolean> {
  const aside = `${path}.${holder.id}`
  await writeFile(aside, JSON.stringify(holder))
  try {
    await link(aside, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(aside, { force: true })
  }
}

/**
 * One process at a time may remove a stale lock, and only the very one it judged: else it might remove the lock of
 * another that took over just before. False when another is at it.
 */
async function removeStale(path: string, stale: Holder, mine: Holder): Promise<boolean> {
  const turn = `${path}.takeover`
  if (!(await createExclusively(turn, mine))) {
    if (await isUntouched(turn)) await rm(turn, { force: true }) // its holder died in these few lines: free next time
    return false
  }
  try {
    const holder = await readHolder(path)
    if (typeof holder === 'object' && holder.id === stale.id) await rm(path, { force: true })
    return true
  } finally {
    await rm(turn, { force: true })
  }
}

async function isUntouched(path: string): Promise<boolean> {
  const file = await stat(path).catch(() => null) // gone meanwhile: nothing to judge
  return file !== null && Date.now() - file.mtimeMs > UNTOUCHED_MAX_MS
}

async function readHolder(path: string): Promise<Holder | 'none' | 'unreadable'> {
  try {
    return Holder.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'none' : 'unreadable'
  }
}

async function isAlive(holder: Holder, path: string): Promise<boolean> {
  if (holder.host !== hostname()) return !(await isUntouched(path))
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
  // The pid lives, but is it the same process, or another that got its number?
  const startedAt = await startOf(holder.pid)
  return holder.startedAt === null || startedAt === null || startedAt === holder.startedAt
}

/** When a process started: boot id and clock ticks since boot (proc(5), fields 3 and 22). Null where there is no /proc. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const status = await readFile(`/proc/${pid}/stat`, 'utf8')
    const afterName = status.slice(status.lastIndexOf(')') + 2).split(' ')
    return afterName[0] === 'Z' ? 'ended' : `${bootId.trim()}/${afterName[19] ?? ''}`
  } catch {
    return null
  }
}

function locked(dataDir: string, path: string, holder: Holder | 'none' | 'unreadable'): PlumblineError {
  const who = typeof holder === 'object' ? `process ${holder.pid} on ${holder.host}` : 'another process'
  return new PlumblineError('data-locked', `The data folder ${dataDir} is in use by ${who}.`, {
    nextStep:
      'Stop that process, or give this one a folder of its own (service.dataDir, PLUMBLINE_DATA). ' +
      `If you are sure that it is gone, delete ${path}. Several processes can share a PostgreSQL (DATABASE_URL).`,
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
