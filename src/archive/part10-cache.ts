import { readPart10, type Part10 } from '../dicom/part10.ts'
import type { Archive } from './store.ts'

/** Reads and parses an instance. */
export type ReadPart10 = (sopInstanceUid: string) => Promise<Part10>

/**
 * Keeps the instances read last, up to so many bytes of their files: a viewer asks for every frame of one file in turn.
 * What an instance holds never changes, so nothing here goes stale.
 */
export function createPart10Cache(archive: Pick<Archive, 'read'>, bytesMax: number): ReadPart10 {
  const entries = new Map<string, { part10: Part10; size: number }>()
  let total = 0
  return async (sopInstanceUid) => {
    const known = entries.get(sopInstanceUid)
    if (known !== undefined) {
      entries.delete(sopInstanceUid)
      entries.set(sopInstanceUid, known)
      return known.part10
    }
    const bytes = await archive.read(sopInstanceUid)
    const entry = { part10: readPart10(bytes), size: bytes.length }
    if (entry.size <= bytesMax && !entries.has(sopInstanceUid)) {
      entries.set(sopInstanceUid, entry)
      total += entry.size
    }
    for (const [oldest, { size }] of entries) {
      if (total <= bytesMax) break
      entries.delete(oldest)
      total -= size
    }
    return entry.part10
  }
}
