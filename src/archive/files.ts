/** The archive's bytes: one file per instance, written whole or not at all. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface InstanceFiles {
  /** Returns when the bytes would survive a power cut. Replaces what a crash left without an index row. */
  write(sopInstanceUid: string, bytes: Uint8Array): Promise<void>
  read(sopInstanceUid: string): Promise<Uint8Array>
  readonly pathOf: (sopInstanceUid: string) => string
}

/** `folder/ab/cd/<sha256 of the UID>.dcm`: names of one length, spread evenly, safe whatever the UID is. */
export function createInstanceFiles(folder: string): InstanceFiles {
  function pathOf(sopInstanceUid: string): string {
    const name = createHash('sha256').update(sopInstanceUid).digest('hex')
    return join(folder, name.slice(0, 2), name.slice(2, 4), `${name}.dcm`)
  }
  return {
    pathOf,
    async write(sopInstanceUid, bytes) {
      const path = pathOf(sopInstanceUid)
      await mkdir(dirname(path), { recursive: true })
      const temporary = `${path}.${randomUUID()}.tmp`
      try {
        await writeDurably(temporary, bytes)
        await rename(temporary, path)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      await syncFolder(dirname(path))
    },
    read: (sopInstanceUid) => readFile(pathOf(sopInstanceUid)),
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the renaming itself durable; not every platform lets a folder be opened. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}
