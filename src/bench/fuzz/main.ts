/**
 * `plumbline bench fuzz [--executions N] [--seed N] [--minutes M] [--entries a,b] [--data FOLDER] [--out FOLDER]`: mutated files into every
 * parser. The outcome must be a value or a PlumblineError. Exits with 1 when anything else happened; the first
 * input of every kind of failure is kept. `--replay INDEX` executes one of a seed again and lets its error out.
 */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { inputOf, runCampaign } from './campaign.ts'
import { addTo, asText, emptyTotals } from './report.ts'
import { chosenEntries } from './thread.ts'
import { runWatched } from './watch.ts'

const REAL_FILES =
  process.env['PLUMBLINE_TEST_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))

const { values } = parseArgs({
  options: {
    executions: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '60' },
    entries: { type: 'string' },
    data: { type: 'string', default: join(REAL_FILES, 'dcm-edge-cases') },
    out: { type: 'string', default: join(tmpdir(), 'plumbline-fuzz') },
    replay: { type: 'string' },
  },
})
const seed = wholeNumber(values.seed)
const choice = {
  folder: existsSync(values.data) ? values.data : null,
  only: values.entries?.split(',') ?? null,
}
const entries = chosenEntries(choice)

if (values.replay === undefined) await fuzz()
else await replay(wholeNumber(values.replay))

async function fuzz(): Promise<void> {
  const totals = emptyTotals()
  const started = process.cpuUsage()
  const executed = await runWatched({
    ...choice,
    entries,
    seed,
    executions: wholeNumber(values.executions),
    untilMs: Date.now() + wholeNumber(values.minutes) * 60_000,
    onBatch: (campaign, done) => {
      for (const { index } of addTo(totals, campaign)) void keepInput(index)
      process.stderr.write(`\r${done} executions, ${totals.kinds.size} kinds of failure`)
    },
  })
  const { user, system } = process.cpuUsage(started)
  const start = choice.folder === null ? 'our own objects only' : `our own objects and ${choice.folder}`
  process.stdout.write(`\nstarting from ${start}\n`)
  process.stdout.write(asText(totals, { seed, executed, cpuS: (user + system) / 1e6 }))
  if (totals.kinds.size > 0) process.exitCode = 1
}

async function replay(index: number): Promise<void> {
  process.stdout.write(`${await keepInput(index)}\n`)
  const { tally, failures } = await runCampaign(entries, { seed, from: index, to: index + 1 })
  process.stdout.write(`${JSON.stringify({ tally, failures }, null, 2)}\n`)
}

/** Writes the input of an execution to the output folder. Returns its path. */
async function keepInput(index: number): Promise<string> {
  const { entry, bytes } = inputOf(entries, seed, index)
  await mkdir(values.out, { recursive: true })
  const path = join(values.out, `${entry.replaceAll(' ', '-')}-${seed}-${index}.bin`)
  await writeFile(path, bytes)
  return path
}

function wholeNumber(given: string): number {
  const value = Number(given)
  if (Number.isInteger(value) && value >= 0) return value
  throw new RangeError(`${given} is not a whole number.`)
}
