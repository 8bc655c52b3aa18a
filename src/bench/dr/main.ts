/** `plumbline bench dr`: what the judge sees of known errors, and what it says of changes that are none. */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openJudge, type Judge } from '../../judge-adapters.ts'
import type { Config } from '../../config.ts'
import { PlumblineError } from '../../errors.ts'
import { seededRandom } from '../../phantom/random.ts'
import { phantomScenes } from '../perturb/phantom-scenes.ts'
import { realScenes, realSets } from '../perturb/real-scenes.ts'
import { targetOf, type Edited, type Scene } from '../perturb/scene.ts'
import { patchOf } from '../quality/patches.ts'
import { freeze, requireFrozen, type Frozen } from './frozen.ts'
import { collectMisses, type Misses } from './misses.ts'
import type { Base, Outcome } from './outcome.ts'
import { asPage } from './page.ts'
import { resultOf } from './result.ts'
import { runScene } from './run-scenes.ts'
import { asMarkdown } from './tables.ts'

export interface DrOptions {
  readonly config: Config
  /** Research collections; null: synthetic patients alone. */
  readonly data: string | null
  readonly split: 'fit' | 'test'
  /** Synthetic patients of each modality. */
  readonly phantoms: number
  /** Names of collections; null: all that are used. */
  readonly only: readonly string[] | null
  /** Most patients of one collection, the first in its order. */
  readonly patientsMax: number
  /** Most segments of one real patient. */
  readonly segmentsMax: number
  readonly seed: number
  readonly out: string
  /** Write what a small network would be shown, too: patches.bin, in the order of the outcomes. */
  readonly patches: boolean
  /** The file with the digest of the limits. */
  readonly frozen: string
  /** Write that file now. */
  readonly freeze: boolean
  readonly command: string
  readonly date: string
  readonly onPatient: (name: string, edits: number) => void
}

const MISSES_SHOWN = 10

/** Writes result.json, result.md and result.html into `out`; returns the Markdown. Throws what reading the collections throws. */
export async function benchDr(options: DrOptions): Promise<string> {
  const frozen = frozenOf(options)
  const judge = openJudge(options.config)
  const [bases, outcomes, misses]: [Base[], Outcome[], Misses] = [[], [], collectMisses()]
  mkdirSync(options.out, { recursive: true })
  const patches = options.patches ? openSync(join(options.out, 'patches.bin'), 'w') : null
  const onEdit = (outcome: Outcome, scene: Scene, edited: Edited): void => {
    misses.consider(outcome, scene, edited)
    if (patches !== null)
      writeSync(patches, patchOf(targetOf({ ...scene, ...edited }).mask, edited.prepared.volume))
  }
  try {
    for await (const scenes of scenesOf(options, judge)) {
      const before = outcomes.length
      for (const scene of scenes) {
        const ran = await runScene(scene, { judge, seed: options.seed, onEdit })
        bases.push(ran.base)
        outcomes.push(...ran.outcomes)
      }
      options.onPatient(scenes[0]?.patient ?? '', outcomes.length - before)
    }
  } finally {
    await judge.compute.close()
    if (patches !== null) closeSync(patches)
  }
  if (bases.length === 0) throw new PlumblineError('bad-request', 'There is nothing to judge.')
  const { command, date, seed, split } = options
  const dataDigest = digestOf(outcomes)
  const worst = misses.worst(MISSES_SHOWN)
  const result = resultOf(
    { command, date, seed, split, frozen, dataDigest },
    { bases, outcomes },
    worst.map(({ outcome }) => outcome),
  )
  const markdown = asMarkdown(result)
  writeFileSync(join(options.out, 'result.json'), `${JSON.stringify(result, null, 1)}\n`)
  writeFileSync(join(options.out, 'result.md'), markdown)
  writeFileSync(
    join(options.out, 'outcomes.jsonl'),
    outcomes.map((one) => `${JSON.stringify(one)}\n`).join(''),
  )
  writeFileSync(join(options.out, 'result.html'), await asPage(result, worst))
  return markdown
}

function frozenOf({ split, frozen, freeze: isFreezing, date }: DrOptions): Frozen | null {
  if (isFreezing) return freeze(frozen, date)
  return split === 'test' ? requireFrozen(frozen) : null
}

/** What was edited and what came of it: another digest, other data. */
function digestOf(outcomes: readonly Outcome[]): string {
  const hash = createHash('sha256')
  for (const { patient, structure, family, edit, level, cm3, dice, surfaceDice } of outcomes)
    hash.update(JSON.stringify([patient, structure, family, edit, level, cm3, dice, surfaceDice]))
  return `sha256:${hash.digest('hex')}`
}

/** Seeds of synthetic patients: none of the two splits, and none of the demo, is in the other. */
const FIRST_SEED = { fit: 1000, test: 2000 } as const

/** Patient by patient. */
async function* scenesOf(options: DrOptions, { knowledge, policy }: Judge): AsyncGenerator<Scene[]> {
  const { limits } = options.config
  for (let n = 0; n < options.phantoms; n++)
    for (const modality of ['CT', 'MR'] as const)
      yield phantomScenes(modality, FIRST_SEED[options.split] + n, limits)
  if (options.data === null) return
  if (!existsSync(options.data))
    throw new PlumblineError('bad-request', 'The folder of research collections is not there.')
  for (const set of realSets().filter(({ id }) => options.only?.includes(id) ?? true)) {
    let count = 0
    for await (const scenes of realScenes(set, options.data, { knowledge, policy, limits })) {
      if (count >= options.patientsMax) break
      if (splitOf(scenes) !== options.split) continue
      count++
      yield someOf(scenes, options)
    }
  }
}

/** By patient, half and half; where there is one patient only, it is tested on. */
function splitOf([scene]: readonly Scene[]): 'fit' | 'test' {
  if (scene === undefined || scene.patient === scene.set) return 'test'
  const [first] = createHash('sha256').update(scene.patient).digest()
  return (first ?? 0) % 2 === 0 ? 'fit' : 'test'
}

function someOf(scenes: Scene[], { segmentsMax, seed }: DrOptions): Scene[] {
  const random = seededRandom(seed)
  const drawn = scenes.map((scene) => ({ scene, at: random() })).toSorted((a, b) => a.at - b.at)
  return drawn.slice(0, segmentsMax).map(({ scene }) => scene)
}
