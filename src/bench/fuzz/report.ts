/** Adds up what batches say, and prints it: one line for the run, one per entry, one per kind of failure. */
import type { Campaign, Failure, Tally } from './campaign.ts'

/** Failures of one kind: the same error from the same place in the same entry. */
export interface FailureKind {
  readonly first: Failure
  count: number
}

export interface Totals {
  readonly tally: Tally
  readonly kinds: Map<string, FailureKind>
}

export function emptyTotals(): Totals {
  return { tally: {}, kinds: new Map() }
}

/** Adds a batch. Returns the failures of kinds that had not been seen before. */
export function addTo(totals: Totals, { tally, failures }: Campaign): Failure[] {
  for (const [entry, outcomes] of Object.entries(tally)) {
    const total = (totals.tally[entry] ??= {})
    for (const [outcome, count] of Object.entries(outcomes)) total[outcome] = (total[outcome] ?? 0) + count
  }
  const fresh: Failure[] = []
  for (const failure of failures) {
    const key = [failure.entry, failure.what.replaceAll(/\d+/g, '#'), failure.where].join('|')
    const kind = totals.kinds.get(key)
    if (kind !== undefined) kind.count++
    else {
      totals.kinds.set(key, { first: failure, count: 1 })
      fresh.push(failure)
    }
  }
  return fresh
}

export interface Run {
  readonly seed: number
  readonly executed: number
  readonly cpuS: number
}

export function asText({ tally, kinds }: Totals, { seed, executed, cpuS }: Run): string {
  const failed = [...kinds.values()].reduce((sum, { count }) => sum + count, 0)
  const rate = Math.round(executed / cpuS)
  const head = `seed ${seed}: ${executed} executions, ${cpuS.toFixed(0)} s of CPU time, ${rate}/s; ${failed} failures of ${kinds.size} kinds`
  const entries = Object.entries(tally).map(([entry, outcomes]) => {
    const counts = Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${count}`)
    return `  ${entry}: ${counts.join(', ')}`
  })
  return [head, ...entries.toSorted(), ...[...kinds.values()].map(failureText), ''].join('\n')
}

function failureText({ first, count }: FailureKind): string {
  return `  FAILED ${count} x ${first.entry}: ${first.what} (${first.where || 'watchdog'}); first at ${first.index}`
}
