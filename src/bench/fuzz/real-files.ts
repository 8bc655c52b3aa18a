/** Small real DICOM files to start from, where the machine has any. */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readPart10, text } from '../../dicom/part10.ts'
import { transferSyntax, type PixelEncoding } from '../../dicom/transfer-syntax.ts'

/** Larger files make an execution slow and a mutation rare. */
const REAL_FILE_BYTES_MAX = 20_000
/** Code streams are fuzzed by themselves: a broken one costs a fresh WebAssembly module. */
const NEEDS_CODEC = new Set<PixelEncoding>(['jpeg', 'jpeg-ls', 'jpeg-2000'])

/** Small DICOM files below a folder with their SOP class, in the order of their names; what is none is left out. */
export function realFiles(folder: string): (readonly [sopClass: string, file: Uint8Array])[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  return names.flatMap((name) => {
    const path = join(folder, name)
    const { size } = statSync(path)
    if (!/\.(dcm|seg)$/.test(name) || size > REAL_FILE_BYTES_MAX) return []
    const file = new Uint8Array(readFileSync(path))
    try {
      const { transferSyntaxUid, dataset } = readPart10(file, { untilPixelData: true })
      return NEEDS_CODEC.has(transferSyntax(transferSyntaxUid).pixels)
        ? []
        : [[text(dataset, 'SOPClassUID'), file] as const]
    } catch {
      return [] // among them are files that are meant to be unreadable
    }
  })
}
