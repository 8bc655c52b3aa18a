/**
 * `plumbline bench target [--data DIR] [--seed N] [--maps N] [--cases N] [--encoder FILE] [--json FILE] [--calibrate FILE]`: the published scores of the target beside ours, on
 * simulated response maps and, where the folder is there, on real images with masks in the right and in the wrong place. With
 * `--encoder`, an image encoder of the Segment Anything family, some of these masks are judged by its features instead; with `--calibrate` what the real ones say is written as a calibration file (targetCalibration of the config).
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Prepared } from '../../compute/assess.ts'
import { loadConfig } from '../../config.ts'
import { loadKnowledge } from '../../knowledge.ts'
import { seededRandom } from '../../phantom/random.ts'
import { fitTarget } from '../../calibrate/target-fit.ts'
import type { TargetCalibration } from '../../target/calibration.ts'
import { DATA_SETS } from '../findings/data-sets.ts'
import { encodedMasks, openEncoder, referenceRows, selfRows } from './encoder.ts'
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
    encoder: { type: 'string' },
  },
})
const seed = Number(values.seed)
const tables: Table[] = [
  simulationTable(simulated(seed, Number(values.maps)), simulated(seed + 1, Number(values.maps))),
]
if (existsSync(values.data)) {
  const rows = values.encoder === undefined ? await real(values.data) : []
  if (values.encoder === undefined) tables.push(realTable(rows, 'the likelihood of the tissue', seed))
  else tables.push(...(await encoderTables(values.data, values.encoder)))
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
  const random = seededRandom(seed)
  return ofCases(folder, async (prepared, patient, group) => realRows(prepared, patient, group, random))
}

async function encoderTables(folder: string, file: string): Promise<Table[]> {
  const encoder = await openEncoder(file)
  const random = seededRandom(seed)
  const masks = await ofCases(folder, (prepared, patient, group) =>
    encodedMasks(prepared, patient, group, random, encoder),
  )
  await encoder.dispose()
  return [
    realTable(
      masks.flatMap(({ byTissue }) => byTissue ?? []),
      'the likelihood of the tissue, the same masks',
      seed,
    ),
    realTable(selfRows(masks), 'prototypes of the mask itself by an encoder', seed),
    realTable(referenceRows(masks), 'prototypes of the structure in other cases by an encoder', seed),
  ]
}

/** What `of` makes of each case of all sets. */
async function ofCases<Found>(
  folder: string,
  of: (prepared: Prepared, patient: string, group: string) => Promise<Found[]>,
): Promise<Found[]> {
  const { policy, limits } = loadConfig(null)
  const options = { policy, limits, knowledge: loadKnowledge(join(ROOT, 'config/knowledge')) }
  const all: Found[] = []
  for (const set of DATA_SETS) {
    const before = all.length
    let count = 0
    for await (const { name, prepared } of set.cases(folder, options)) {
      if (count++ >= Number(values.cases)) break
      all.push(...(await of(prepared, `${set.id} ${name} ${count}`, set.id)))
    }
    process.stderr.write(`${set.id}: ${all.length - before} masks\n`)
  }
  return all
}
