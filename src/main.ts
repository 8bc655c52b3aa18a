/** Composition root: adapters to roles. What it wires is opened in adapters.ts. */
import { join } from 'node:path'
import { createApp } from './api/app.ts'
import { listen } from './api/server.ts'
import {
  openImages,
  openRecord,
  openReports,
  openSigner,
  openViewerOf,
  openWebhook,
  type Record,
} from './adapters.ts'
import { openJudge, systemClock, type Judge } from './judge-adapters.ts'
import { createAlerting } from './alerts/alerting.ts'
import { createDriftAlerting } from './alerts/drift.ts'
import { createCaseAlert } from './alerts/webhook.ts'
import { startAuditing } from './auditing.ts'
import type { Config, Role } from './config.ts'
import { settingsDigest } from './config-digests.ts'
import type { Case } from './domain/case.ts'
import { PlumblineError } from './errors.ts'
import { createArrivalListener } from './intake/arrivals.ts'
import { createIntake } from './intake/intake.ts'
import { createIntakeSchedule } from './intake/intake-schedule.ts'
import { createPoll } from './intake/poller.ts'
import { createSchedule, type Schedule } from './intake/schedule.ts'
import { createSweeper } from './intake/sweeper.ts'
import { inTurn } from './follow-up.ts'
import type { Logger } from './log.ts'
import { meteredPacs } from './metered-pacs.ts'
import { createMetrics, createStageTimer, type Metrics, type ModelObservation } from './metrics.ts'
import type { CaseStore, FollowUp, InstanceRef, Pacs, Reports, Sql, Stage } from './ports.ts'
import { writeMonthlyReports } from './report/monthly.ts'
import { createSigning } from './reviews/signing.ts'
import { createAuditTrail } from './store/audit-log.ts'
import { VERSION } from './version.ts'
import type { Viewer } from './viewer/viewer.ts'
import { createCaseWorker } from './worker.ts'

export interface ServiceOptions {
  readonly config: Config
  readonly role: Role
  readonly log: Logger
  /** Hears of each case as it arrives. */
  readonly onReceived?: (received: Case) => void
  /** Hears of each stage of each case, besides the metrics. */
  readonly onStage?: (caseId: string, stage: Stage) => void
  /** Hears, in plain words, what a person at the terminal should know of the viewer. */
  readonly onViewer?: (text: string) => void
}

export interface Service {
  /** Null when this process does not listen (role poller or worker). */
  readonly url: string | null
  readonly pacs: Pacs
  readonly caseStore: CaseStore
  /** As POST /studies/{uid}/check. */
  checkStudy(studyInstanceUid: string): Promise<Case[]>
  stop(): Promise<void>
}

/** Starts the service in one of its roles. Resolves once it listens and works; what it opened is closed if it cannot. */
export async function startService(options: ServiceOptions): Promise<Service> {
  requireSensible(options.config, options.role)
  const { config, role, log } = options
  const stopping = new AbortController()
  const record = await openRecord(config, log)
  const opened: { judge?: Judge; viewer?: Viewer | null } = {}
  async function letGo(): Promise<void> {
    stopping.abort()
    await record.close()
    await opened.judge?.compute.close()
    await opened.viewer?.settled
  }
  try {
    const metrics = createMetrics({ processMetrics: true })
    const judge = openJudge(config, { sql: record.sql, log, onCall: recordCalls(record, metrics, log) })
    opened.judge = judge
    const viewer = listens(role) ? openViewerFor(options, stopping.signal) : null
    opened.viewer = viewer
    return await startWith({ record, judge, viewer, metrics, stopping, letGo }, options)
  } catch (error) {
    await letGo()
    throw error
  }
}

/** Metrics of this process, and the record that reports read. */
function recordCalls({ modelCall }: Record, metrics: Metrics, log: Logger): (call: ModelObservation) => void {
  return (call) => {
    metrics.modelCall(call)
    modelCall(call).catch((err: unknown) =>
      log.warn('a call of a language model could not be counted', { err }),
    )
  }
}

function listens(role: Role): boolean {
  return role === 'all' || role === 'api'
}

function openViewerFor({ config, log, onViewer }: ServiceOptions, signal: AbortSignal): Viewer | null {
  return openViewerOf(config, {
    signal,
    onProgress: (text) => onViewer?.(text),
    onProblem: (err) => log.warn('the viewer is not there as it should be', { err }),
  })
}

interface ServiceParts {
  readonly record: Record
  readonly judge: Judge
  /** Null when it is not served. */
  readonly viewer: Viewer | null
  readonly metrics: Metrics
  readonly stopping: AbortController
  /** Closes the parts above. */
  readonly letGo: () => Promise<void>
}

async function startWith(
  { record, judge, viewer, metrics, stopping, letGo }: ServiceParts,
  { config, role, log, onReceived, onStage }: ServiceOptions,
): Promise<Service> {
  const { caseStore, reviewStore, alertStore, queue, sql } = record
  const heard = (stored: readonly InstanceRef[]) => arrivals(stored)
  const images = openImages({ config, sql, log, decodeFrame: judge.compute.decodeFrame, onStored: heard })
  const pacs = meteredPacs(images.pacs, metrics)
  const intake = createIntake({
    pacs,
    caseStore,
    queue,
    clock: systemClock,
    policyDigest: judge.policyDigest,
    version: VERSION,
    limits: {
      segmentationsPerStudyMax: config.limits.segmentationsPerStudyMax,
      timeoutMs: config.pacsClient.timeoutMs,
      settleMs: config.intake.stableMs,
    },
    onRegistered: (received) => {
      log.info('a segmentation object was received', {
        caseId: received.id,
        modality: received.object.modality,
      })
      onReceived?.(received)
    },
    onSkipped: () => log.debug('an instance is not judged'),
  })
  const arrivals = createArrivalListener(intake, (err) =>
    log.warn('an arrival could not be registered', { err }),
  )

  const poll = createPoll({
    pacs,
    caseStore,
    intake,
    clock: systemClock,
    pageSize: config.intake.pageSize,
    seriesMax: config.intake.seriesPerPollMax,
    concurrency: config.pacsClient.concurrency,
    onProblem: (_series, err) => log.warn('a series could not be registered and is tried again', { err }),
  })
  const sweep = createSweeper({
    caseStore,
    queue,
    clock: systemClock,
    owing: async (since, limit) => [
      ...(await reviewStore.casesToSign(since, limit)),
      ...(config.alerts === null ? [] : await alertStore.casesToTell(since, limit)),
    ],
    staleAfterMs: config.intake.staleAfterMs,
    waitingMaxMs: config.intake.imagesRetryMs * 2,
    batchMax: 100,
    onSwept: (caseId, state) =>
      log.debug('a case made no progress for a while; a job for it was made sure of', { caseId, state }),
    onProblem: (caseId, err) => log.warn('a case could not be queued again', { caseId, err }),
  })
  const schedule = createIntakeSchedule({
    poll,
    sweep,
    ...config.intake,
    onPolled: (_scan, { seriesSeen, seriesLookedInto }) => {
      if (seriesLookedInto > 0) log.info('polled the PACS', { count: seriesSeen })
    },
    onFailed: (task, err) => log.warn('a scheduled task failed and is tried again', { operation: task, err }),
  })

  const auditing = await startAuditing(
    { config, policyDigest: judge.policyDigest, sql, clock: systemClock, log },
    { keeps: role === 'all' || role === 'worker' },
  )
  const reports = openReports(config, record)
  const reporting = reportSchedule({ config, record, log }, reports)

  const app = createApp({
    caseStore,
    reviewStore,
    reviews: config.reviews,
    onSignOff: (caseId) => queue.enqueue(caseId),
    clock: systemClock,
    intake,
    reports,
    metrics,
    audit: createAuditTrail(sql, systemClock),
    log,
    auth: config.auth,
    version: VERSION,
    stopping: stopping.signal,
    limits: config.api,
    ready: () => readiness(sql, pacs),
    dicomWeb: images.router,
    pathPrefix: config.service.pathPrefix,
    ...(viewer === null ? {} : { viewer: viewer.router }),
  })
  const server = listens(role) ? await listen(app, serverOptions(config)) : null
  if (role === 'all' || role === 'worker')
    await queue.work(runCases({ config, judge, pacs, record, metrics, log, onStage }))
  if (role === 'all' || role === 'poller') await Promise.all([schedule.start(), reporting.start()])
  log.info('the service is up', { role, version: VERSION, ...(server === null ? {} : { port: server.port }) })

  return {
    url: server === null ? null : `${server.url}${config.service.pathPrefix}`,
    pacs,
    caseStore,
    checkStudy: (studyInstanceUid) => intake.checkStudy(studyInstanceUid),
    async stop() {
      stopping.abort()
      // First whatever brings in work: an upload under way still needs the database and the threads.
      await Promise.all([server?.close(config.service.shutdownTimeoutMs), schedule.stop(), reporting.stop()])
      await auditing.stop()
      await letGo()
    },
  }
}

/** The report of the last month, on the first of a month and at the start where it is not there yet; a look for drift every hour. */
function reportSchedule({ config, record, log }: AlertParts, reports: Reports): Schedule {
  const { auditReport, service } = config
  const { formats, folder, hour } = auditReport.monthly
  const origin = service.publicOrigin ?? `http://${service.host}:${service.port}`
  const options = {
    formats,
    folder: folder ?? join(service.dataDir, 'reports'),
    linkBase: `${origin}${service.pathPrefix}/`,
    onWritten: () => log.info('the report of the last month was written', { operation: 'monthly-report' }),
  }
  const month = () => writeMonthlyReports(reports, systemClock, options)
  const tellDrift = driftAlertsOf({ config, record, log })
  const watch = async (signal: AbortSignal) => {
    await record.driftAlarms.seen(await reports.watch())
    await tellDrift(signal)
  }
  return createSchedule(
    [
      { name: 'monthly-report', cron: `0 ${hour} 1 * *`, runAtStart: true, run: month },
      { name: 'watch', cron: '17 * * * *', runAtStart: true, run: watch },
      { name: 'drift-alerts', cron: '*/5 * * * *', runAtStart: false, run: tellDrift },
    ],
    (task, err) => log.warn('a scheduled task failed and is tried again', { operation: task, err }),
  )
}

function requireSensible({ pacs, database }: Config, role: Role): void {
  if (role === 'all') return
  if (database.url === null) {
    throw new PlumblineError(
      'bad-config',
      'Separate roles share a database, and the built-in one serves a single process.',
      {
        nextStep: 'Set DATABASE_URL to a PostgreSQL database, or use --role all.',
      },
    )
  }
  if (pacs === null) {
    throw new PlumblineError(
      'bad-config',
      'Separate roles share a PACS, and the embedded archive belongs to one process.',
      {
        nextStep: 'Set PLUMBLINE_PACS_URL, or use --role all.',
      },
    )
  }
}

function serverOptions({ service, auth, api }: Config) {
  return { host: service.host, port: service.port, auth, requestTimeoutMs: api.requestTimeoutMs }
}

interface CaseRunnerParts extends Pick<ServiceOptions, 'config' | 'log'> {
  readonly judge: Judge
  readonly pacs: Pacs
  readonly record: Record
  readonly metrics: Metrics
  readonly onStage: ServiceOptions['onStage']
}

function runCases({ config, judge, pacs, record, metrics, log, onStage }: CaseRunnerParts) {
  const { caseStore, reviewStore } = record
  const timer = createStageTimer(metrics, () => performance.now())
  const { imagesDeadlineMs, imagesRetryMs, stableMs } = config.intake
  const signing = createSigning({
    pacs,
    caseStore,
    reviewStore,
    sign: openSigner(config, judge.compute),
    clock: systemClock,
    onUnsignable: (caseId) =>
      log.warn(
        'the verdict report that a reader signed is gone from the PACS: the review stays without a signed report; restore the report there and have the case reviewed again',
        { caseId },
      ),
    onStage: () => {},
  })
  return createCaseWorker({
    cases: caseStore,
    followUp: inTurn([signing, ...alertsOf({ config, record, log })]),
    settings: settingsDigest(config),
    pipeline: {
      ...judge,
      pacs,
      localNorms: (modality, structures) => caseStore.localNorms(modality, structures),
      readiness: { deadlineMs: imagesDeadlineMs, retryMs: imagesRetryMs, stableMs },
      onStage: (caseId, stage) => {
        timer.start(caseId, stage)
        onStage?.(caseId, stage)
      },
    },
    onOutcome: ({ caseId, state, verdict, error }) => {
      timer.end(caseId)
      if (state === 'done' && verdict !== null) metrics.caseEnded(verdict)
      if (state === 'failed') metrics.caseEnded('failed')
      if (error === null) log.info('a case left the pipeline', { caseId, state, verdict: verdict ?? 'none' })
      else log.warn('a case did not get through', { caseId, state, err: error })
    },
  })
}

type AlertParts = Pick<CaseRunnerParts, 'config' | 'record' | 'log'>

/** Tells what the watch raised; nothing where nobody is to be told: the overview shows it all the same. */
function driftAlertsOf({ config, record, log }: AlertParts): (signal: AbortSignal) => Promise<void> {
  const webhook = openWebhook(config)
  if (webhook === null || config.alerts === null) return async () => {}
  return createDriftAlerting({
    alarms: record.driftAlarms,
    ...webhook,
    clock: systemClock,
    ageMaxMs: config.alerts.ageMaxMs,
    onTold: () => log.info('the webhook was told of drift', { operation: 'drift-alerts' }),
    onGivenUp: (err) =>
      log.warn('the webhook could not be told of drift, and is not tried again', {
        operation: 'drift-alerts',
        err,
      }),
  })
}

/** None where nobody is to be told. */
function alertsOf({ config, record, log }: AlertParts): FollowUp[] {
  const webhook = openWebhook(config)
  if (webhook === null || config.alerts === null) return []
  return [
    createAlerting({
      ...record,
      tell: createCaseAlert(webhook.send, webhook.publicUrl),
      clock: systemClock,
      ageMaxMs: config.alerts.ageMaxMs,
      onTold: (caseId) => log.info('the webhook was told of a case', { caseId }),
      onGivenUp: (caseId, err) =>
        log.warn('the webhook could not be told of a case, and is not tried again', { caseId, err }),
    }),
  ]
}

async function readiness(sql: Sql, pacs: Pacs) {
  const anything = { modality: 'SEG', studyDateFrom: null, limit: 1, offset: 0 } as const
  const checks = [
    { name: 'database', run: () => sql.query('select 1') },
    { name: 'pacs', run: () => pacs.findSegmentationSeries(anything, AbortSignal.timeout(4_000)) },
  ]
  return Promise.all(
    checks.map(({ name, run }) =>
      run().then(
        () => ({ name, ok: true, message: 'answers' }),
        (error: unknown) => ({
          name,
          ok: false,
          message: error instanceof PlumblineError ? error.message : 'does not answer',
        }),
      ),
    ),
  )
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
