/** The fuzzing loop: execution `index` of seed `seed` is the same on every machine, so that a failure is two numbers. */
import { PlumblineError } from '../../errors.ts'
import { seededRandom, type Random } from '../../phantom/random.ts'
import type { FuzzEntry } from './entries.ts'
import { mutate, pick } from './mutate.ts'

export interface Failure {
  readonly entry: string
  readonly seed: number
  readonly index: number
  /** Name and message of what escaped, and where it came from; or what the watchdog saw. */
  readonly what: string
  readonly where: string
}

/** Executions by entry and what came of them: `read`, an error code, or `failed`. */
export type Tally = Record<string, Record<string, number>>

export interface Campaign {
  readonly tally: Tally
  readonly failures: Failure[]
}

export interface CampaignOptions {
  readonly seed: number
  /** First execution, and the one after the last. */
  readonly from: number
  readonly to: number
  /** Told before every execution. */
  readonly onExecution?: (index: number) => void
}

/** One execution's input, made from two numbers. */
interface Execution {
  readonly entry: FuzzEntry
  readonly bytes: Uint8Array
  readonly random: Random
}

/** Runs executions `from` to `to` one after the other. Never throws for what they do. */
export async function runCampaign(
  entries: readonly FuzzEntry[],
  { seed, from, to, onExecution }: CampaignOptions,
): Promise<Campaign> {
  const campaign: Campaign = { tally: {}, failures: [] }
  const choose = chooser(entries)
  for (let index = from; index < to; index++) {
    onExecution?.(index)
    const { entry, bytes, random } = executionOf(choose, seed, index)
    const outcomes = (campaign.tally[entry.name] ??= {})
    const failure = await outcomeOf(entry, bytes, random)
    const outcome = typeof failure === 'string' ? failure : 'failed'
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    if (typeof failure !== 'string') campaign.failures.push({ entry: entry.name, seed, index, ...failure })
  }
  return campaign
}

/** The input of one execution, to be looked at or kept. */
export function inputOf(
  entries: readonly FuzzEntry[],
  seed: number,
  index: number,
): { readonly entry: string; readonly bytes: Uint8Array } {
  const { entry, bytes } = executionOf(chooser(entries), seed, index)
  return { entry: entry.name, bytes }
}

type Choose = (random: Random) => FuzzEntry

function executionOf(choose: Choose, seed: number, index: number): Execution {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))
  const entry = choose(random)
  return { entry, bytes: mutate(pick(random, entry.seeds), pick(random, entry.seeds), random), random }
}

/** Picks entries by weight. */
function chooser(entries: readonly FuzzEntry[]): Choose {
  const total = entries.reduce((sum, { weight }) => sum + weight, 0)
  return (random) => {
    let left = random() * total
    return entries.find(({ weight }) => (left -= weight) < 0) ?? pick(random, entries)
  }
}

async function outcomeOf(
  entry: FuzzEntry,
  bytes: Uint8Array,
  random: Random,
): Promise<string | Pick<Failure, 'what' | 'where'>> {
  try {
    await entry.run(bytes, random)
    return 'read'
  } catch (error) {
    if (error instanceof PlumblineError) return error.code
    if (!(error instanceof Error)) return { what: `a ${typeof error} was thrown`, where: '' }
    const where = /at .*\/((?:src|node_modules)\/.*)\)?$/m.exec(error.stack ?? '')?.[1] ?? ''
    return { what: `${error.name}: ${error.message}`.slice(0, 200), where }
  }
}
