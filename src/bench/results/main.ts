/**
 * `plumbline bench results [--only NAME,...] [--data DIR] [--docs DIR]`: measures anew what README and docs say, one command after
 * the other, writes what each printed to docs/results, and its tables into the pages of docs. Takes about an hour and nothing else should run meanwhile.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PlumblineError } from '../../errors.ts'
import { digestOfFiles } from '../file-digest.ts'
import { RESULTS, type ResultEntry } from './entries.ts'
import { withTables } from './pages.ts'
import type { PrintedResult } from './result-file.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: RESULTS.map(({ name }) => name).join(',') },
    data: { type: 'string', default: join(ROOT, '../shared/data') },
    docs: { type: 'string', default: join(ROOT, 'docs') },
  },
})
const research = resolve(values.data)
const results = join(values.docs, 'results')
mkdirSync(results, { recursive: true })
for (const entry of values.only.split(',').map(entryOf)) {
  process.stderr.write(`${entry.name}: ${entry.command}\n`)
  const result = await measured(entry)
  writeFileSync(join(results, `${entry.name}.json`), `${JSON.stringify(result, null, 1)}\n`)
  refreshPages(values.docs, result)
  process.stdout.write(`${entry.name}: ${result.wallS} s\n`)
}

function refreshPages(folder: string, { printed }: PrintedResult): void {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.md'))) {
    const path = join(folder, name)
    writeFileSync(path, withTables(readFileSync(path, 'utf8'), printed))
  }
}

function entryOf(name: string): ResultEntry {
  const entry = RESULTS.find((one) => one.name === name)
  if (entry !== undefined) return entry
  throw new PlumblineError('bad-request', 'There is no such result.', {
    nextStep: `Name some of ${RESULTS.map((one) => one.name).join(', ')}.`,
  })
}

async function measured(entry: ResultEntry): Promise<PrintedResult> {
  const { name, command, seed, data } = entry
  const commit = commitOf()
  const dataDigest = digestOfFiles(data.map((one) => ({ name: one, path: pathOf(one) })))
  const startMs = performance.now()
  const printed = await printedBy(entry)
  return {
    name,
    command,
    date: new Date().toISOString().slice(0, 10),
    seed,
    data: [...data],
    dataDigest,
    commit,
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}, ${process.platform}`,
    wallS: Math.round((performance.now() - startMs) / 1000),
    printed,
  }
}

function pathOf(name: string): string {
  const path = name.startsWith('$DATA/') ? join(research, name.slice('$DATA/'.length)) : join(ROOT, name)
  if (existsSync(path)) return path
  throw new PlumblineError('bad-request', 'A collection that the figures depend on is not there.', {
    nextStep: 'Give the folder of research collections with --data (CONTRIBUTING.md).',
  })
}

/** Lines of stdout, with the folders under their names; progress goes to the terminal. Throws where the command fails. */
async function printedBy({ name, command }: ResultEntry): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-result-'))
  try {
    const program = `plumbline() { node "${join(ROOT, 'src/plumbline.js')}" "$@"; }`
    const child = spawn('bash', ['-euo', 'pipefail', '-c', `${program}\n${command}`], {
      cwd: ROOT,
      env: { ...process.env, DATA: research, OUT: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    const [code] = await once(child, 'close')
    if (code !== 0)
      throw new PlumblineError('bad-request', `What measures ${name} ended with ${String(code)}.`)
    const text = Buffer.concat(chunks).toString('utf8')
    return text.replaceAll(folder, '$OUT').replaceAll(research, '$DATA').trimEnd().split('\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function commitOf(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!docs')
  return `${git('rev-parse', 'HEAD')}${changed === '' ? '' : '+changes'}`
}
