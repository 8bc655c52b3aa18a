/** Which data it was: a digest over names and contents. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Where something lies, and what it is called wherever it lies. */
export interface Named {
  readonly name: string
  readonly path: string
}

/** SHA-256 over every file of these files and folders, in the order given and of names within. Throws what reading throws. */
export function digestOfFiles(all: readonly Named[]): string {
  const hash = createHash('sha256')
  for (const { name, path } of all.flatMap(filesOf))
    hash.update(`${name}\0`).update(readFileSync(path)).update('\0')
  return `sha256:${hash.digest('hex')}`
}

function filesOf({ name, path }: Named): Named[] {
  if (statSync(path).isFile()) return [{ name, path }]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .filter((entry) => entry.name !== 'out' && entry.name !== '__pycache__')
    .map((entry) => ({ name: `${name}/${entry.name}`, path: join(path, entry.name) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(filesOf)
}
