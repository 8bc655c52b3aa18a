/**
 * `plumbline bench target [--data DIR] [--seed N] [--maps N] [--cases N] [--json FILE] [--calibrate FILE]`: the published scores of the target beside ours, on
 * simulated response maps and, where the folder is there, on real images with masks in the right and in the wrong place. With
 * `--calibrate` what the real ones say is written as a calibration file (targetCalibration of the config).
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadConfig } from '../../config.ts'
import { loadKnowledge } from '../../knowledge.ts'
import { seededRandom } from '../../phantom/random.ts'
import { fitTarget } from '../../calibrate/target-fit.ts'
import type { TargetCalibration } from '../../target/calibration.ts'
import { DATA_SETS } from '../findings/data-sets.ts'
import { realRows } from './real.ts'
import type { TargetRow } from './scores.ts'
import { FAILURES, simulate } from './simulation.ts'
import { realTable, simulationTable, type Table } from './tables.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, '../shared/data') },
    seed: { type: 'string', default: '1' },
    maps: { type: 'string', default: '3000' },
    cases: { type: 'string', default: '40' },
    json: { type: 'string' },
    calibrate: { type: 'string' },
  },
})
const seed = Number(values.seed)
const tables: Table[] = [
  simulationTable(simulated(seed, Number(values.maps)), simulated(seed + 1, Number(values.maps))),
]
if (existsSync(values.data)) {
  const rows = await real(values.data)
  tables.push(realTable(rows, seed))
  if (values.calibrate !== undefined)
    writeFileSync(values.calibrate, `${JSON.stringify(calibrationOf(rows), null, 1)}\n`)
} else process.stderr.write(`No real images in ${values.data}: the second table is left out.\n`)
for (const { title, lines } of tables) process.stdout.write(`${title}\n\n${lines.join('\n')}\n\n`)
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ ...values, tables }, null, 1)}\n`)

/** One entry per modality; images of one case are one patient. */
function calibrationOf(rows: readonly TargetRow[]): TargetCalibration {
  const modalities = [...new Set(rows.map(({ modality }) => modality))]
  return {
    version: 1,
    madeBy: `bench target --seed ${seed} --cases ${values.cases}, on ${[...new Set(rows.map(({ group }) => group))].join(', ')}`,
    entries: modalities.flatMap((modality) => {
      const about = { source: 'tissue-likelihood' as const, modality, structure: null }
      const own = rows.filter((row) => row.modality === modality)
      return (
        fitTarget(
          about,
          own.map(({ ours, label, patient }) => ({ scores: ours, label, patient })),
        ) ?? []
      )
    }),
  }
}

/** As many present as wrong ones, the failures in turn. */
function simulated(from: number, count: number): TargetRow[] {
  const random = seededRandom(from)
  return Array.from({ length: count }, (_, n) =>
    simulate(random, n % 2 === 0 ? null : (FAILURES[(n >> 1) % FAILURES.length] ?? null), n),
  )
}

async function real(folder: string): Promise<TargetRow[]> {
  const { policy, limits } = loadConfig(null)
  const options = { policy, limits, knowledge: loadKnowledge(join(ROOT, 'config/knowledge')) }
  const random = seededRandom(seed)
  const rows: TargetRow[] = []
  for (const set of DATA_SETS) {
    let count = 0
    for await (const { name, prepared } of set.cases(folder, options)) {
      if (count++ >= Number(values.cases)) break
      rows.push(...realRows(prepared, `${set.id} ${name} ${count}`, set.id, random))
    }
    process.stderr.write(`${set.id}: ${rows.filter(({ group }) => group === set.id).length} masks\n`)
  }
  return rows
}
