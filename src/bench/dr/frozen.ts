/**
 * What judges, by digest: every source file and knowledge entry that a limit can stand in. It is written down before the test
 * split is read, and the test split is only read while it still holds.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { PlumblineError } from '../../errors.ts'
import { digestOfFiles } from '../file-digest.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** Checks and what they measure with, the policy, the knowledge; and how harm is told, for that must not move either. */
const FOLDERS = [
  'config',
  'src/checks',
  'src/compute',
  'src/imaging',
  'src/reasoner',
  'src/target',
  'src/bench/perturb',
] as const

const Frozen = z.strictObject({ digest: z.string(), frozenAt: z.iso.date() })
export type Frozen = z.infer<typeof Frozen>

/** SHA-256 over names and contents, in the order of names. Throws 'bad-config' where the sources are not there. */
export function digestOfJudge(root = ROOT): string {
  if (!FOLDERS.every((folder) => existsSync(join(root, folder))))
    throw new PlumblineError('bad-config', 'Limits are frozen in a checkout only: the sources are not here.')
  return digestOfFiles(FOLDERS.map((name) => ({ name, path: join(root, name) })))
}

export function freeze(path: string, date: string, root = ROOT): Frozen {
  const frozen = { digest: digestOfJudge(root), frozenAt: date }
  writeFileSync(path, `${JSON.stringify(frozen, null, 2)}\n`)
  return frozen
}

/** Throws 'bad-config' when what judges is no longer what was written down, or nothing was. */
export function requireFrozen(path: string, root = ROOT): Frozen {
  const read = Frozen.safeParse(readJson(path))
  if (read.success && read.data.digest === digestOfJudge(root)) return read.data
  throw new PlumblineError(
    'bad-config',
    'The test split is not read: the limits are not those that were frozen.',
    {
      nextStep: 'Measure on the fit split until nothing is changed any more, then run with --freeze once.',
    },
  )
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}
