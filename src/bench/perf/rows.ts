/** One row: the same work by ours and by every peer, in turns, so that all see the same machine. */
import type { BenchInputs } from './inputs.ts'
import { measure, medianCost, type Cost, type Measured } from './measure.ts'
import { withTemporaryFile } from './temporary-file.ts'

export interface Setting {
  readonly inputs: BenchInputs
  /** Folder of the compiled program. */
  readonly program: string
  /** Folder for what is kept from bench to bench. */
  readonly cache: string
}

export interface Contender {
  readonly name: string
  /** Sees to it that the command can run, not measured. Throws what is missing. */
  readonly prepare?: (setting: Setting) => Promise<void>
  /** `file` may be written; it is gone after the run. */
  readonly command: (setting: Setting, file: string) => string[]
  readonly exitCodes: readonly number[]
  /** What it found, segment by segment, from its stdout or its file. Not measured. */
  readonly answers: (stdout: string, file: string) => Promise<number[]>
}

export interface Row {
  readonly id: string
  readonly title: string
  /** What a measured process does and what its answers are, for the reader of the figures. */
  readonly measured: string
  /** What ours must not exceed. */
  readonly target: Partial<Cost>
  readonly ours: Contender
  readonly peers: readonly Contender[]
  /** Answers agree up to this share of the larger one, or this much where both are below 1. */
  readonly tolerance: number
}

export interface ContenderResult {
  readonly name: string
  /** Why it could not take part; then all else is empty. */
  readonly missing: string | null
  readonly runs: readonly Cost[]
  readonly median: Cost | null
  /** Of the last run that did its work. */
  readonly answers: readonly number[]
  readonly failures: readonly string[]
}

export interface Comparison {
  readonly peer: string
  /** Ours divided by the peer's, medians of this run; below 1 is better. */
  readonly ratio: Cost
  readonly answers: number
  /** How many answers differ by more than the tolerance, and the largest difference as the tolerance counts it. */
  readonly unequal: number
  readonly largestDifference: number
}

export interface RowResult extends Pick<Row, 'id' | 'title' | 'measured' | 'target' | 'tolerance'> {
  readonly ours: ContenderResult
  readonly peers: readonly ContenderResult[]
  /** One per peer that did its work. */
  readonly comparisons: readonly Comparison[]
}

export interface RowOptions {
  readonly runs: number
  readonly timeoutS: number
}

export async function runRow(row: Row, setting: Setting, options: RowOptions): Promise<RowResult> {
  const entrants: Entrant[] = []
  for (const contender of [row.ours, ...row.peers])
    entrants.push({ contender, missing: await missingOf(contender, setting), outcomes: [] })
  for (let turn = 0; turn < options.runs; turn++) {
    for (const { contender, missing, outcomes } of entrants) {
      // One that failed, or ran out of time, is not run again.
      if (missing !== null || outcomes.some(({ measured }) => !measured.ok)) continue
      outcomes.push(await runOnce(contender, setting, options.timeoutS))
    }
  }
  const [ours, ...peers] = entrants.map(summarise)
  if (ours === undefined) throw new Error('a row has no work of ours')
  const { id, title, measured, target, tolerance } = row
  const comparisons = peers.flatMap((peer) => compare(ours, peer, tolerance))
  return { id, title, measured, target, tolerance, ours, peers, comparisons }
}

interface Entrant {
  readonly contender: Contender
  readonly missing: string | null
  readonly outcomes: Outcome[]
}

interface Outcome {
  readonly measured: Measured
  readonly answers: readonly number[]
}

async function missingOf({ prepare }: Contender, setting: Setting): Promise<string | null> {
  try {
    await prepare?.(setting)
    return null
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

function runOnce(contender: Contender, setting: Setting, timeoutS: number): Promise<Outcome> {
  return withTemporaryFile('output.mha', async (file) => {
    const { exitCodes } = contender
    const measured = await measure(contender.command(setting, file), { timeoutS, exitCodes })
    return { measured, answers: measured.ok ? await contender.answers(measured.stdout, file) : [] }
  })
}

function summarise({ contender, missing, outcomes }: Entrant): ContenderResult {
  const runs = outcomes.flatMap(({ measured }) => (measured.ok ? [measured.cost] : []))
  return {
    name: contender.name,
    missing,
    runs,
    median: runs.length === 0 ? null : medianCost(runs),
    answers: outcomes.findLast(({ measured }) => measured.ok)?.answers ?? [],
    failures: outcomes.flatMap(({ measured }) => (measured.ok ? [] : [measured.reason])),
  }
}

function compare(ours: ContenderResult, peer: ContenderResult, tolerance: number): Comparison[] {
  if (ours.median === null || peer.median === null) return []
  const [a, b] = [ours.median, peer.median]
  const ratio = {
    wallS: a.wallS / b.wallS,
    cpuS: a.cpuS / b.cpuS,
    peakMebibytes: a.peakMebibytes / b.peakMebibytes,
  }
  // A format may have room for more structures than there are: what is beyond must be 0.
  const answers = Math.max(ours.answers.length, peer.answers.length)
  const differences = Array.from({ length: answers }, (_, n) =>
    difference(ours.answers[n] ?? 0, peer.answers[n] ?? 0),
  )
  const unequal = differences.filter((value) => !(value <= tolerance)).length
  return [{ peer: peer.name, ratio, answers, unequal, largestDifference: Math.max(...differences) }]
}

function difference(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b))
}
