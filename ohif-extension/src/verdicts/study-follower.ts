/** Keeps the verdicts of one study up to date: from the service, and from the reports in the archive while it is away. */
import type { Case } from '../../../src/domain/case.ts'
import type { StudyVerdicts } from '../verdict-source.ts'
import { backoffMs, type EventStream } from './event-stream.ts'
import type { ReportArchive } from './report-archive.ts'
import { ServerFault } from './server.ts'
import { newestOfEachObject, type ServiceClient } from './service-client.ts'

export interface StudyFollower {
  /** Reads the study now; asked again meanwhile, once more. Never rejects. */
  refresh(): Promise<void>
  stop(): void
}

interface Parts {
  readonly client: Pick<ServiceClient, 'studyCases'>
  readonly reports: ReportArchive
  readonly events: EventStream
}

/** Events of one case come in bursts: what follows within this time is read together. */
const COALESCE_MS = 250
/** How often is looked where no events can be had. */
const POLL_MS = 10_000
const RETRY_MS = 3_000
const RETRY_MAX_MS = 60_000
/** Cases of other studies that are remembered as such, so that their events cost one look only. */
const FOREIGN_MAX = 10_000

const FROM_REPORT =
  'Plumbline cannot be reached. These verdicts were read from the structured reports in the image archive: ' +
  'they are as of the time of the report. They are replaced as soon as Plumbline answers again.'
const NO_REPORT =
  'Plumbline cannot be reached, and the image archive holds no verdict report for this study. ' +
  'The segmentations here count as not checked. This is tried again by itself.'
const STALE = 'What is shown is the last that was known.'

export const LOADING: StudyVerdicts = { status: 'loading', cases: [], notice: null }

export function followStudy(
  studyInstanceUid: string,
  { client, reports, events }: Parts,
  publish: (verdicts: StudyVerdicts) => void,
): StudyFollower {
  const stopped = new AbortController()
  const foreign = new Set<string>()
  let own = new Set<string>()
  let suspects: string[] = []
  let shown = LOADING
  let failures = 0
  let reading: Promise<void> | null = null
  let isAskedAgain = false
  let isEventDue = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function readOnce(): Promise<void> {
    const asked = suspects
    suspects = []
    try {
      const cases = await client.studyCases(studyInstanceUid, stopped.signal)
      failures = 0
      own = new Set(cases.map(({ id }) => id))
      if (foreign.size > FOREIGN_MAX) foreign.clear()
      for (const id of asked) if (!own.has(id)) foreign.add(id)
      show({ status: 'live', cases: newestOfEachObject(cases), notice: null })
    } catch (error) {
      failures++
      show(await withoutService(error))
    }
  }

  async function withoutService(error: unknown): Promise<StudyVerdicts> {
    const known = shown.cases
    if (!(error instanceof ServerFault) || error.kind !== 'unreachable')
      return unavailable(known, error instanceof Error ? error.message : String(error))
    if (shown.status === 'from-report') return shown
    try {
      const cases = await reports.read(studyInstanceUid, stopped.signal)
      if (cases.length > 0) return { status: 'from-report', cases, notice: FROM_REPORT }
      return unavailable(known, NO_REPORT)
    } catch (fault) {
      const why = fault instanceof ServerFault ? fault.message : 'Its reports could not be read.'
      return unavailable(known, `Plumbline cannot be reached. ${why} This is tried again by itself.`)
    }
  }

  function show(verdicts: StudyVerdicts): void {
    if (stopped.signal.aborted) return
    shown = verdicts
    publish(verdicts)
  }

  function refresh(): Promise<void> {
    isAskedAgain = true
    isEventDue = false
    reading ??= readWhileAsked()
    return reading
  }

  async function readWhileAsked(): Promise<void> {
    while (isAskedAgain && !stopped.signal.aborted) {
      isAskedAgain = false
      await readOnce()
    }
    reading = null
    waitForMore()
  }

  /** The next look that no event asks for. */
  function waitForMore(): void {
    if (isEventDue || reading !== null) return
    clearTimeout(timer)
    if (stopped.signal.aborted) return
    if (failures > 0) lookIn(backoffMs(failures - 1, RETRY_MS, RETRY_MAX_MS))
    else if (!events.isOpen()) lookIn(POLL_MS)
  }

  function lookIn(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void refresh(), ms)
  }

  const stopListening = events.listen({
    onCase(caseId) {
      if (foreign.has(caseId)) return
      if (!own.has(caseId)) suspects.push(caseId)
      // The first of a burst sets the time: events that never pause must not put it off for ever.
      if (!isEventDue) lookIn(COALESCE_MS)
      isEventDue = true
    },
    onOpen: ({ gap }) => (gap ? void refresh() : waitForMore()),
    onClose: waitForMore,
  })
  void refresh()
  return {
    refresh,
    stop() {
      stopped.abort()
      clearTimeout(timer)
      stopListening()
    },
  }
}

function unavailable(known: readonly Case[], notice: string): StudyVerdicts {
  return { status: 'unavailable', cases: known, notice: known.length > 0 ? `${notice} ${STALE}` : notice }
}
