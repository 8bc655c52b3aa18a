/** One row: the same work by ours and by a peer, in turns, so that both see the same machine. */
import type { BenchInputs } from './inputs.ts'
import { measure, medianCost, type Cost, type Measured } from './measure.ts'
import { withTemporaryFile } from './peers.ts'

export interface Setting {
  readonly inputs: BenchInputs
  /** Folder of the compiled program. */
  readonly program: string
}

export interface Contender {
  readonly name: string
  /** `file` may be written; it is gone after the run. */
  readonly command: (setting: Setting, file: string) => string[]
  readonly exitCodes: readonly number[]
  /** What it found, one count per segment, from its stdout or its file. Not measured. */
  readonly totals: (stdout: string, file: string) => Promise<number[]>
}

export interface Row {
  readonly id: string
  readonly title: string
  readonly ours: Contender
  readonly peer: Contender | null
}

export interface ContenderResult {
  readonly name: string
  readonly runs: readonly Cost[]
  readonly median: Cost | null
  /** Of the last run that did its work. */
  readonly totals: readonly number[]
  readonly failures: readonly string[]
}

export interface RowResult {
  readonly id: string
  readonly title: string
  readonly contenders: readonly ContenderResult[]
  /** Ours divided by the peer's, medians of this run; below 1 is better. */
  readonly ratio: Cost | null
  /** Null where one of them found nothing. */
  readonly totalsEqual: boolean | null
}

export interface RowOptions {
  readonly runs: number
  readonly timeoutS: number
}

export async function runRow(row: Row, setting: Setting, options: RowOptions): Promise<RowResult> {
  const contenders = row.peer === null ? [row.ours] : [row.ours, row.peer]
  const outcomes = contenders.map((): Outcome[] => [])
  for (let turn = 0; turn < options.runs; turn++) {
    for (const [n, contender] of contenders.entries())
      outcomes[n]?.push(await runOnce(contender, setting, options.timeoutS))
  }
  const results = contenders.map(({ name }, n) => summarise(name, outcomes[n] ?? []))
  const [ours, peer] = results
  return {
    id: row.id,
    title: row.title,
    contenders: results,
    ratio: ours?.median && peer?.median ? ratioOf(ours.median, peer.median) : null,
    totalsEqual: ours && peer ? sameTotals(ours.totals, peer.totals) : null,
  }
}

interface Outcome {
  readonly measured: Measured
  readonly totals: readonly number[]
}

function runOnce(contender: Contender, setting: Setting, timeoutS: number): Promise<Outcome> {
  return withTemporaryFile('output.mha', async (file) => {
    const { exitCodes } = contender
    const measured = await measure(contender.command(setting, file), { timeoutS, exitCodes })
    return { measured, totals: measured.ok ? await contender.totals(measured.stdout, file) : [] }
  })
}

function summarise(name: string, outcomes: readonly Outcome[]): ContenderResult {
  const runs = outcomes.flatMap(({ measured }) => (measured.ok ? [measured.cost] : []))
  return {
    name,
    runs,
    median: runs.length === 0 ? null : medianCost(runs),
    totals: outcomes.findLast(({ measured }) => measured.ok)?.totals ?? [],
    failures: outcomes.flatMap(({ measured }) => (measured.ok ? [] : [measured.reason])),
  }
}

function ratioOf(ours: Cost, peer: Cost): Cost {
  return {
    wallS: ours.wallS / peer.wallS,
    cpuS: ours.cpuS / peer.cpuS,
    peakMebibytes: ours.peakMebibytes / peer.peakMebibytes,
  }
}

/** A format may have room for more structures than there are: what is beyond must be empty. */
function sameTotals(ours: readonly number[], peer: readonly number[]): boolean | null {
  if (ours.length === 0 || peer.length === 0) return null
  const longest = Math.max(ours.length, peer.length)
  return Array.from({ length: longest }).every((_, n) => (ours[n] ?? 0) === (peer[n] ?? 0))
}
