/** `plumbline bench perf [--runs N] [--only a,c,e] [--timeout-s S] [--json]`: what Plumbline and others need for the same work, in fresh processes. */
import { execFile } from 'node:child_process'
import { mkdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { benchInputs } from './inputs.ts'
import { runRow, type RowResult } from './rows.ts'
import { ROWS } from './row-table.ts'
import { asTable } from './table.ts'

const CACHE = join(tmpdir(), 'plumbline-bench-perf')
const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: ROWS.map(({ id }) => id).join(',') },
    json: { type: 'boolean', default: false },
    'timeout-s': { type: 'string', default: '300' },
  },
})
const options = { runs: wholeNumber(values.runs), timeoutS: wholeNumber(values['timeout-s']) }
const wanted = values.only.split(',')

process.stderr.write(`Inputs and a compiled copy of the program: ${CACHE}\n`)
const inputs = await benchInputs(CACHE)
const program = await installation(CACHE)
const results: RowResult[] = []
for (const row of ROWS.filter(({ id }) => wanted.includes(id))) {
  process.stderr.write(`(${row.id}) ${row.title}\n`)
  results.push(await runRow(row, { inputs, program, cache: CACHE }, options))
}
process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : asTable(results))

/** The program as it is shipped, compiled from the sources of now: TypeScript is not compiled in the measured time. */
async function installation(cache: string): Promise<string> {
  const root = join(cache, 'program')
  await rm(root, { recursive: true, force: true })
  await mkdir(root, { recursive: true })
  for (const name of ['node_modules', 'config', 'dicom-templates', 'package.json'])
    await symlink(join(REPOSITORY, name), join(root, name))
  const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
  const project = ['-p', join(REPOSITORY, 'tsconfig.build.json'), '--outDir', join(root, 'dist'), '--noCheck']
  await promisify(execFile)(process.execPath, [compiler, ...project])
  return join(root, 'dist')
}

function wholeNumber(given: string): number {
  const value = Number(given)
  if (Number.isInteger(value) && value > 0) return value
  throw new RangeError(`${given} is not a whole number above 0.`)
}
