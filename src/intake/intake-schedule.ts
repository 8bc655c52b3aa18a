/** When intake looks by itself: the poll every few seconds, the deeper scan at night, the sweep. */
import type { PollResult, Scan } from './poller.ts'
import { createSchedule, type Schedule } from './schedule.ts'

export interface IntakeScheduleOptions {
  readonly poll: (scan: Scan, signal: AbortSignal) => Promise<PollResult>
  readonly sweep: (signal: AbortSignal) => Promise<number>
  readonly pollSeconds: number
  readonly lookbackDays: number
  readonly nightlyScanHour: number
  readonly nightlyLookbackDays: number
  readonly sweepSeconds: number
  readonly onPolled: (scan: string, result: PollResult) => void
  /** A poll or sweep that failed as a whole, e.g. because the PACS is down; the next tick tries again. */
  readonly onFailed: (task: string, error: unknown) => void
}

/** Starts nothing until `start`. The first sweep runs at start. Seconds from 1 to 59, counted within each minute. */
export function createIntakeSchedule(options: IntakeScheduleOptions): Schedule {
  const scan = (name: string, lookbackDays: number) => async (signal: AbortSignal) => {
    options.onPolled(name, await options.poll({ name, lookbackDays }, signal))
  }
  const sweep = async (signal: AbortSignal) => void (await options.sweep(signal))
  const recent = scan('recent', options.lookbackDays)
  const nightly = scan('nightly', options.nightlyLookbackDays)
  return createSchedule(
    [
      { name: 'sweep', cron: `*/${options.sweepSeconds} * * * * *`, runAtStart: true, run: sweep },
      { name: 'poll', cron: `*/${options.pollSeconds} * * * * *`, runAtStart: true, run: recent },
      { name: 'nightly-scan', cron: `0 ${options.nightlyScanHour} * * *`, runAtStart: false, run: nightly },
    ],
    options.onFailed,
  )
}
