/** Which data or sources it was: a digest over names and contents. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Where a file or folder lies, and what it is called wherever it lies. */
export interface Named {
  readonly name: string
  readonly path: string
}

/** SHA-256 over every file of these files and folders: in the order given, of each in the order of names. Throws what reading throws. */
export function digestOfFiles(all: readonly Named[]): string {
  const hash = createHash('sha256')
  for (const { name, path } of all.flatMap(filesOf))
    hash.update(`${name}\0`).update(readFileSync(path)).update('\0')
  return `sha256:${hash.digest('hex')}`
}

function filesOf({ name, path }: Named): Named[] {
  if (statSync(path).isFile()) return [{ name, path }]
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => ({ name: `${name}${file.slice(path.length)}`, path: file }))
}
