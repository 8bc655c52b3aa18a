/** `plumbline bench perf [--runs N] [--only a,c,e] [--timeout-s S] [--json]`: what Plumbline and others need for the same work, in fresh processes. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compiledProgram } from '../installation.ts'
import { benchInputs } from './inputs.ts'
import { runRow, type RowResult } from './rows.ts'
import { ROWS } from './row-table.ts'
import { asTable } from './table.ts'

const CACHE = join(tmpdir(), 'plumbline-bench-perf')

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
const program = await compiledProgram(CACHE)
const results: RowResult[] = []
for (const row of ROWS.filter(({ id }) => wanted.includes(id))) {
  process.stderr.write(`(${row.id}) ${row.title}\n`)
  results.push(await runRow(row, { inputs, program, cache: CACHE }, options))
}
process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : asTable(results))

function wholeNumber(given: string): number {
  const value = Number(given)
  if (Number.isInteger(value) && value > 0) return value
  throw new RangeError(`${given} is not a whole number above 0.`)
}
