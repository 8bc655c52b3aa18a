/** `plumbline audit replay`: verdicts of the log made again, from the PACS, and compared. */
import { openDatabase, openImages } from './adapters.ts'
import { openJudge, openLog, systemClock } from './judge-adapters.ts'
import type { Config } from './config.ts'
import { settingsDigest } from './config-digests.ts'
import { PlumblineError } from './errors.ts'
import { replay, type Replayed, type ReplayParts } from './replay.ts'
import { lastJudgements } from './store/audit-log.ts'
import { asKept } from './store/case-rows.ts'
import { createCaseStore } from './store/case-store.ts'
import { readInputs } from './store/judgement-inputs.ts'
import { createTerminal, type Terminal } from './terminal.ts'

export const EXIT_ALL_SAME = 0
export const EXIT_NOT_ALL_SAME = 1

export interface ReplayCommand {
  readonly config: Config
  /** Undefined: the `last` cases that were judged. */
  readonly caseId?: string
  readonly last: number
}

/** Prints what became of each case and returns the exit code. Throws PlumblineError when there is nothing to replay. */
export async function replayCases({ config, caseId, last }: ReplayCommand): Promise<number> {
  const log = openLog(config)
  const database = await openDatabase(config, log)
  const { sql } = database
  let missed = 0
  const judge = openJudge(config, { sql, log, onMissed: () => void missed++ })
  try {
    const events = await lastJudgements(sql, caseId === undefined ? { last } : { caseId, last: 1 })
    if (events.length === 0)
      throw new PlumblineError('not-found', 'The audit log knows of no such judgement.', {
        nextStep: 'Give the id of a case that has a verdict, or --last N.',
      })
    const images = { config, sql, log, decodeFrame: judge.compute.decodeFrame, onStored: async () => {} }
    const parts: ReplayParts = {
      pipeline: {
        ...judge,
        pacs: openImages(images).pacs,
        localNorms: async () => [],
        readiness: { deadlineMs: 0, retryMs: 0, stableMs: 0 },
        onStage: () => {},
      },
      settings: settingsDigest(config),
      cases: createCaseStore(sql, systemClock),
      inputsOf: (digest) => readInputs(sql, digest),
      missedAnswers: () => missed,
      asKept,
    }
    return await replayAll(events, parts, createTerminal(process.stderr))
  } finally {
    await judge.compute.close()
    await database.close()
  }
}

async function replayAll(
  events: Awaited<ReturnType<typeof lastJudgements>>,
  parts: ReplayParts,
  terminal: Terminal,
): Promise<number> {
  const counts: Record<Replayed['kind'], number> = { same: 0, different: 0, refused: 0 }
  for (const event of events) {
    const outcome = await replay(event, parts, new AbortController().signal)
    counts[outcome.kind]++
    process.stdout.write(`${event.caseId} ${wordsOf(outcome)}\n`)
  }
  const { same, different, refused } = counts
  terminal.line(
    `${same} of ${events.length} verdicts are the same, ${different} differ, ${refused} could not be replayed.`,
  )
  return same === events.length ? EXIT_ALL_SAME : EXIT_NOT_ALL_SAME
}

function wordsOf(outcome: Replayed): string {
  if (outcome.kind === 'same') return 'same'
  if (outcome.kind === 'refused') return `not replayed. ${outcome.reason}`
  return outcome.where.length === 0
    ? 'differs from what was judged'
    : `differs from what was judged, in ${outcome.where.join(', ')}`
}
