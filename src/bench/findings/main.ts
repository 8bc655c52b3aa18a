/**
 * `plumbline bench findings [--data DIR] [--only SET,...] [--pictures DIR] [--json]`: what the checks say of real segmentations, per set.
 * Expert segmentations should raise nothing critical; a picture of each major and critical finding shows who is right.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkPrepared } from '../../compute/assess.ts'
import { loadConfig } from '../../config.ts'
import type { Finding } from '../../domain/evidence.ts'
import { pronounceSegment } from '../../judging.ts'
import { rulesOpinion } from '../../opinions.ts'
import { loadKnowledge } from '../../knowledge.ts'
import type { RealCase } from './cases.ts'
import { DATA_SETS, type DataSet } from './data-sets.ts'
import { slicePicture } from './picture.ts'
import { asTables, type Row } from './table.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, '../shared/data') },
    only: { type: 'string' },
    pictures: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const knowledge = loadKnowledge(new URL('../../../config/knowledge/', import.meta.url))
const { policy, limits } = loadConfig(null)
const options = { knowledge, policy, limits }
const wanted = values.only?.split(',')
const rows: Row[] = []
for (const set of DATA_SETS.filter(({ id }) => wanted === undefined || wanted.includes(id))) {
  process.stderr.write(`${set.id}\n`)
  for await (const one of set.cases(values.data, options)) await count(set, one)
}
process.stdout.write(values.json ? `${JSON.stringify(rows, null, 1)}\n` : asTables(rows))

async function count({ id: set, drawnBy }: DataSet, { name, prepared }: RealCase): Promise<void> {
  const modality = prepared.volume?.modality ?? null
  for (const assessed of checkPrepared(prepared, options)) {
    const opinion = assessed.notAssessable === null ? rulesOpinion(assessed, modality, options) : null
    const { verdict, findings, evidence } = pronounceSegment(assessed, opinion, modality, options)
    const { label, structure } = assessed
    rows.push({ set, drawnBy, name, modality, label, structure, verdict, findings, evidence })
    const grave = findings.filter(({ severity }) => severity !== 'minor')
    for (const finding of values.pictures === undefined ? [] : grave)
      await draw(
        values.pictures ?? '',
        `${set} ${name} ${label} ${finding.mode}`,
        assessed.number,
        prepared,
        finding,
      )
  }
}

async function draw(
  folder: string,
  title: string,
  number: number,
  { placed, volume }: RealCase['prepared'],
  finding: Finding,
): Promise<void> {
  const mask = placed.find(({ segment }) => segment.number === number)?.mask ?? null
  if (mask === null || mask.voxels.length === 0) return
  const shown = volume?.instances.indexOf(finding.instances[0] ?? '') ?? -1
  const k = shown >= 0 ? shown : mask.box.origin[2] + Math.floor(mask.box.size[2] / 2)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${title.replace(/[^\w.-]+/g, '-')}.png`), slicePicture(mask, volume, k))
}
