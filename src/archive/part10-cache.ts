import { readPart10, type Part10 } from '../dicom/part10.ts'
import type { Archive } from './store.ts'

/** Reads and parses an instance. */
export type ReadPart10 = (sopInstanceUid: string) => Promise<Part10>

interface Entry {
  readonly part10: Part10
  readonly size: number
}

/**
 * Keeps the instances read last, up to so many bytes of their files: a viewer asks for every frame of one file, some in
 * turn and some at once. What an instance holds never changes, so nothing here goes stale.
 */
export function createPart10Cache(archive: Pick<Archive, 'read'>, bytesMax: number): ReadPart10 {
  const entries = new Map<string, Entry>()
  const reading = new Map<string, Promise<Part10>>()
  let total = 0

  function keep(sopInstanceUid: string, entry: Entry): void {
    if (entry.size > bytesMax) return
    entries.set(sopInstanceUid, entry)
    total += entry.size
    for (const [oldest, { size }] of entries) {
      if (total <= bytesMax) break
      entries.delete(oldest)
      total -= size
    }
  }

  async function read(sopInstanceUid: string): Promise<Part10> {
    try {
      const bytes = await archive.read(sopInstanceUid)
      const part10 = readPart10(bytes)
      keep(sopInstanceUid, { part10, size: bytes.length })
      return part10
    } finally {
      reading.delete(sopInstanceUid)
    }
  }

  return async (sopInstanceUid) => {
    const known = entries.get(sopInstanceUid)
    if (known !== undefined) {
      entries.delete(sopInstanceUid)
      entries.set(sopInstanceUid, known)
      return known.part10
    }
    const underWay = reading.get(sopInstanceUid) ?? read(sopInstanceUid)
    reading.set(sopInstanceUid, underWay)
    return underWay
  }
}
