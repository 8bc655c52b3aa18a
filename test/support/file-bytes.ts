import { readFileSync } from 'node:fs'
import type { InstanceFile } from '../../src/ports.ts'

/** The bytes of an instance as a PACS gave it. */
export function fileBytes(file: InstanceFile): Buffer {
  return file instanceof Uint8Array ? Buffer.from(file) : readFileSync(file.path)
}
