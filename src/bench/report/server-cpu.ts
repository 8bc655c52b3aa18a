/** What a PostgreSQL server on this machine has computed so far, as proc(5) tells it. */
import { readdir, readFile } from 'node:fs/promises'

/** USER_HZ, the same on every Linux. */
const TICKS_PER_SECOND = 100

interface Process {
  readonly parent: number
  readonly name: string
  /** Of itself; of its children that have ended. */
  readonly ownS: number
  readonly endedS: number
}

/**
 * CPU seconds of the server that `backend` is a process of: itself, its processes, and those that have ended. Null where it
 * runs on another machine, or in a container whose processes are not seen from here.
 */
export async function serverCpuS(backend: number): Promise<number | null> {
  const own = await processOf(backend)
  if (own?.name !== 'postgres') return null
  const ids = (await readdir('/proc')).map(Number).filter(Number.isInteger)
  const [server, ...all] = await Promise.all([processOf(own.parent), ...ids.map(processOf)])
  if (server == null) return null
  const children = all.filter((process) => process?.parent === own.parent)
  return children.reduce((sum, process) => sum + (process?.ownS ?? 0), server.ownS + server.endedS)
}

/** Null: there is none, or not on this machine. */
async function processOf(id: number): Promise<Process | null> {
  const text = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => null)
  const match = /^\d+ \((.*)\) (.*)$/s.exec(text ?? '')
  if (match === null) return null
  const [, name = '', rest = ''] = match
  // From the third field on: state, ppid, ...; utime is field 14.
  const fields = rest.split(' ').map(Number)
  const seconds = (...places: number[]) =>
    places.reduce((sum, place) => sum + (fields[place - 3] ?? 0), 0) / TICKS_PER_SECOND
  return { parent: fields[1] ?? 0, name, ownS: seconds(14, 15), endedS: seconds(16, 17) }
}
