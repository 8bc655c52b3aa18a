/**
 * Finds new SEG and RTSTRUCT series by QIDO-RS.
 *
 * QIDO-RS cannot ask "what arrived since": StudyDate is the day of the examination. So every poll lists all series of
 * the studies of the last `lookbackDays` and remembers which it has dealt with. If the service was down, the days are
 * counted back from the last complete poll, so nothing in between is missed. What arrives later on older studies comes
 * by STOW, by notification, or by the nightly scan, which is the same with more days. Studies without a date are found
 * only by the first two.
 */
import { PlumblineError } from '../errors.ts'
import type { CaseStore, Clock, Pacs, SegmentationRef, SeriesListing } from '../ports.ts'
import type { SegmentationIntake } from './intake.ts'

export interface PollerOptions {
  readonly pacs: Pacs
  readonly caseStore: Pick<CaseStore, 'getMark' | 'setMark'>
  readonly intake: Pick<SegmentationIntake, 'registerSeries'>
  readonly clock: Clock
  readonly pageSize: number
  /** Series per modality and poll; more is an error after those were dealt with, not a silent cut. */
  readonly seriesMax: number
  /** Series looked into at a time. */
  readonly concurrency: number
  /** A series that could not be registered; it is tried again at the next poll. */
  readonly onProblem: (series: SeriesListing, error: unknown) => void
}

export interface Scan {
  /** Name of its watermark: scans of different depth keep their own. */
  readonly name: string
  readonly lookbackDays: number
}

export interface PollResult {
  readonly seriesSeen: number
  /** Series that were new, or had grown. */
  readonly seriesLookedInto: number
  readonly problems: number
}

const MODALITIES: readonly SegmentationRef['modality'][] = ['SEG', 'RTSTRUCT']
const DAY_MS = 86_400_000

/**
 * One poll. Throws what the archive throws when it cannot be listed, and PlumblineError('limit-exceeded'); the
 * watermark stays then. A series that fails for now also holds the watermark; one that fails for good is reported and does not.
 */
export function createPoll(options: PollerOptions): (scan: Scan, signal: AbortSignal) => Promise<PollResult> {
  const { pacs, caseStore, clock } = options

  return async function poll(scan, signal) {
    const startedAt = clock.now()
    const mark = `poll:${scan.name}:completed`
    const studyDateFrom = dateFrom(await caseStore.getMark(mark), startedAt, scan.lookbackDays)
    const total = { seriesSeen: 0, seriesLookedInto: 0, problems: 0, retryable: 0 }
    for (const modality of MODALITIES) {
      const { series, complete } = await list(modality, studyDateFrom, signal)
      total.seriesSeen += series.length
      await forEachBounded(series, options.concurrency, (listing) => lookInto(listing, total, signal))
      signal.throwIfAborted()
      if (!complete) throw tooMany(modality, options.seriesMax)
    }
    if (total.retryable === 0) await caseStore.setMark(mark, startedAt.toISOString())
    return {
      seriesSeen: total.seriesSeen,
      seriesLookedInto: total.seriesLookedInto,
      problems: total.problems,
    }
  }

  /**
   * All series, page by page until a page brings nothing new. A short page is no sign of the end: archives cap pages
   * below what was asked for; and one that ignores `offset` gives the same page for ever.
   */
  async function list(modality: SegmentationRef['modality'], studyDateFrom: string, signal: AbortSignal) {
    const found = new Map<string, SeriesListing>()
    for (let offset = 0; ;) {
      const query = { modality, studyDateFrom, limit: options.pageSize, offset }
      const page = await pacs.findSegmentationSeries(query, signal)
      const before = found.size
      for (const listing of page) found.set(listing.seriesInstanceUid, listing)
      if (found.size === before) return { series: [...found.values()], complete: true }
      if (found.size > options.seriesMax) {
        return { series: [...found.values()].slice(0, options.seriesMax), complete: false }
      }
      offset += page.length
    }
  }

  /**
   * Asks for a series' instances when it is new or has another number of them than before. An archive that does not
   * say the number is asked every time. The series is remembered after its objects are registered, never before.
   */
  async function lookInto(
    listing: SeriesListing,
    total: { seriesLookedInto: number; problems: number; retryable: number },
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return
    const mark = `seen:${listing.seriesInstanceUid}`
    try {
      const seen = await caseStore.getMark(mark)
      if (listing.instanceCount !== null && seen === String(listing.instanceCount)) return
      total.seriesLookedInto += 1
      const { instanceCount } = await options.intake.registerSeries(listing, signal)
      const dealtWith = String(Math.min(instanceCount, listing.instanceCount ?? instanceCount))
      if (seen !== dealtWith) await caseStore.setMark(mark, dealtWith)
    } catch (error) {
      if (signal.aborted) return
      total.problems += 1
      if (!(error instanceof PlumblineError) || error.retryable) total.retryable += 1
      options.onProblem(listing, error)
    }
  }
}

/** `YYYYMMDD`, one day earlier than asked: StudyDate is in the hospital's time, the clock in UTC. */
function dateFrom(lastCompleted: string | null, now: Date, lookbackDays: number): string {
  const last = Math.min(lastCompleted === null ? Infinity : Date.parse(lastCompleted), now.getTime())
  const from = new Date(last - (lookbackDays + 1) * DAY_MS)
  return from.toISOString().slice(0, 10).replaceAll('-', '')
}

function tooMany(modality: string, seriesMax: number): PlumblineError {
  return new PlumblineError(
    'limit-exceeded',
    `The archive lists more than ${seriesMax} ${modality} series in the days that are polled; the rest was left out.`,
    { nextStep: 'Look back fewer days, or raise the limit of series per poll.' },
  )
}

async function forEachBounded<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values()
  const lane = async () => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane))
}
