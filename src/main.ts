/** Composition root: config to adapters to roles. Only this file and the commands know every module by name. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Router } from 'express'
import { createApp } from './api/app.ts'
import { listen } from './api/server.ts'
import { createArchivePacs } from './archive/pacs.ts'
import { createArchiveRouter } from './archive/router.ts'
import { createArchive } from './archive/store.ts'
import { createCompute, type ComputePool } from './compute/pool.ts'
import { type Config, INSTALLATION_URL, policyDigest } from './config.ts'
import { PRODUCT_NAME } from './domain/product.ts'
import type { DecodeFrame } from './dicom/pixels.ts'
import { createReportWriter } from './dicom/sr.ts'
import { loadTemplates } from './dicom/sr-templates.ts'
import { createDicomWebPacs } from './dicomweb/client.ts'
import { PlumblineError } from './errors.ts'
import { createArrivalListener } from './intake/arrivals.ts'
import { createDicomwebProxy } from './intake/dicomweb-proxy.ts'
import { createIntake } from './intake/intake.ts'
import { createIntakeSchedule } from './intake/intake-schedule.ts'
import { createPoll } from './intake/poller.ts'
import { createSweeper } from './intake/sweeper.ts'
import { loadKnowledge } from './knowledge.ts'
import { createLogger, type Logger } from './log.ts'
import { createMetrics, createStageTimer, type Metrics } from './metrics.ts'
import type { Pipeline, Stage } from './pipeline.ts'
import type { CaseStore, Clock, InstanceRef, JobQueue, Pacs, Sql } from './ports.ts'
import { createJobQueue } from './queue/pg-boss-queue.ts'
import { createCaseStore } from './store/case-store.ts'
import { migrate } from './store/migrate.ts'
import { openPglite } from './store/pglite.ts'
import { openPostgres } from './store/postgres.ts'
import { VERSION } from './version.ts'
import { createCaseWorker } from './worker.ts'

export const ROLES = ['all', 'api', 'poller', 'worker'] as const
export type Role = (typeof ROLES)[number]

const systemClock: Clock = { now: () => new Date() }
const installed = (path: string) => fileURLToPath(new URL(path, INSTALLATION_URL))

/** What judging needs apart from a PACS: threads, report templates, knowledge, policy. */
export type Judge = Omit<Pipeline, 'pacs' | 'readiness' | 'onStage' | 'compute'> & {
  readonly compute: ComputePool
}

export function openJudge(config: Config): Judge {
  const knowledge = loadKnowledge(config.knowledgeDir ?? installed('config/knowledge'))
  const { policy, limits, compute, report } = config
  return {
    knowledge,
    policy,
    policyDigest: policyDigest(policy, knowledge),
    version: VERSION,
    seriesInstancesMax: limits.seriesInstancesMax,
    clock: systemClock,
    compute: createCompute({ ...compute, thread: { knowledge, policy, limits } }),
    reports: createReportWriter({
      templates: loadTemplates(installed('dicom-templates')),
      device: {
        name: PRODUCT_NAME,
        manufacturer: PRODUCT_NAME,
        model: PRODUCT_NAME,
        serial: '1',
        softwareVersion: VERSION,
        institution: report.institution,
      },
      sopClass: report.sopClass,
    }),
  }
}

/** Client of the PACS that `url` or the config names. */
export function openRemotePacs(config: Config, url?: string): Pacs {
  const root = url ?? config.pacs?.url
  if (root !== undefined) return createDicomWebPacs({ ...config.pacsClient, ...config.pacs, baseUrl: root })
  throw new PlumblineError('bad-config', 'No PACS is known to look for this study in.', {
    nextStep: 'Give --pacs URL, set PLUMBLINE_PACS_URL, or name a folder of DICOM files instead of a UID.',
  })
}

/** Cases and jobs, on PostgreSQL or in process. */
interface Record {
  readonly sql: Sql
  readonly caseStore: CaseStore
  readonly queue: JobQueue
  /** The queue first: what it still runs writes to the database. */
  close(): Promise<void>
}

async function openRecord(config: Config, log: Logger): Promise<Record> {
  const opened = await openDatabase(config, log)
  try {
    await migrate(opened.sql)
    const queue = await openQueue(config, opened, log)
    return {
      sql: opened.sql,
      caseStore: createCaseStore(opened.sql, systemClock),
      queue,
      close: async () => {
        await queue.stop()
        await opened.close()
      },
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

function openQueue({ database, jobs, service }: Config, opened: Awaited<ReturnType<typeof openDatabase>>, log: Logger): Promise<JobQueue> {
  return createJobQueue({
    database: opened.kind === 'pglite'
      ? { kind: 'pglite', pglite: opened.pglite }
      : { kind: 'postgres', connectionString: database.url ?? '', poolSize: database.poolSize },
    ...jobs,
    stopTimeoutMs: service.shutdownTimeoutMs,
    onError: (err) => log.warn('the job queue reports', { err }),
  })
}

async function openDatabase({ database, service }: Config, log: Logger) {
  if (database.url === null) return { kind: 'pglite' as const, ...(await openPglite({ dataDir: service.dataDir })) }
  const postgres = await openPostgres({ connectionString: database.url, poolSize: database.poolSize, statementTimeoutMs: database.statementTimeoutMs, onError: (err) => log.warn('a database connection broke', { err }) })
  return { kind: 'postgres' as const, ...postgres }
}

/** Brings the database up to this version; returns the migrations that were applied. */
export async function migrateDatabase(config: Config): Promise<string[]> {
  const opened = await openDatabase(config, openLog(config))
  try {
    return await migrate(opened.sql)
  } finally {
    await opened.close()
  }
}

export interface ServiceOptions {
  readonly config: Config
  readonly role: Role
  readonly log: Logger
  /** Hears of each stage of each case, besides the metrics. */
  readonly onStage?: (caseId: string, stage: Stage) => void
}

export interface Service {
  /** Null when this process does not listen (role poller or worker). */
  readonly url: string | null
  readonly pacs: Pacs
  readonly caseStore: CaseStore
  stop(): Promise<void>
}

/** Starts the service in one of its roles. Resolves once it listens and works; what it opened is closed if it cannot. */
export async function startService(options: ServiceOptions): Promise<Service> {
  requireSensible(options.config, options.role)
  const judge = openJudge(options.config)
  const record = await openRecord(options.config, options.log)
  try {
    return await startWith(record, judge, options)
  } catch (error) {
    await record.close()
    await judge.compute.close()
    throw error
  }
}

async function startWith(record: Record, judge: Judge, { config, role, log, onStage }: ServiceOptions): Promise<Service> {
  const metrics = createMetrics({ processMetrics: true })
  const stopping = new AbortController()

  const { caseStore, queue, sql } = record
  const heard = (stored: readonly InstanceRef[]) => arrivals(stored)
  const images = openImages({ config, sql, log, decodeFrame: judge.compute.decodeFrame, onStored: heard })
  const { pacs } = images
  const intake = createIntake({
    pacs, caseStore, queue, clock: systemClock, policyDigest: judge.policyDigest, version: VERSION,
    limits: { segmentationsPerStudyMax: config.limits.segmentationsPerStudyMax, timeoutMs: config.pacsClient.timeoutMs, settleMs: config.intake.stableMs },
    onRegistered: ({ id, object }) => log.info('a segmentation object was received', { caseId: id, modality: object.modality }),
    onSkipped: () => log.debug('an instance is not judged'),
  })
  const arrivals = createArrivalListener(intake, (err) => log.warn('an arrival could not be registered', { err }))

  const poll = createPoll({
    pacs, caseStore, intake, clock: systemClock, pageSize: config.intake.pageSize, seriesMax: config.intake.seriesPerPollMax,
    concurrency: config.pacsClient.concurrency,
    onProblem: (_series, err) => log.warn('a series could not be registered and is tried again', { err }),
  })
  const sweep = createSweeper({
    caseStore, queue, clock: systemClock, staleAfterMs: config.intake.staleAfterMs, waitingMaxMs: config.intake.imagesRetryMs * 2,
    batchMax: 100,
    onSwept: (caseId, state) => log.debug('a case made no progress for a while; a job for it was made sure of', { caseId, state }),
    onProblem: (caseId, err) => log.warn('a case could not be queued again', { caseId, err }),
  })
  const schedule = createIntakeSchedule({
    poll, sweep, ...config.intake,
    onPolled: (_scan, { seriesSeen, seriesLookedInto }) => {
      if (seriesLookedInto > 0) log.info('polled the PACS', { count: seriesSeen })
    },
    onFailed: (task, err) => log.warn('a scheduled task failed and is tried again', { operation: task, err }),
  })

  const app = createApp({
    caseStore, intake, metrics, log, auth: config.auth, version: VERSION, stopping: stopping.signal, limits: config.api,
    ready: () => readiness(sql, pacs),
    dicomWeb: images.router,
  })
  const listens = role === 'all' || role === 'api'
  const server = listens ? await listen(app, serverOptions(config)) : null
  if (role === 'all' || role === 'worker') await queue.work(runCases({ config, judge, pacs, caseStore, metrics, log, onStage }))
  if (role === 'all' || role === 'poller') await schedule.start()
  log.info('the service is up', { role, version: VERSION, ...(server === null ? {} : { port: server.port }) })

  return {
    url: server?.url ?? null,
    pacs,
    caseStore,
    async stop() {
      stopping.abort()
      // First whatever brings in work: an upload under way still needs the database and the threads.
      await Promise.all([server?.close(config.service.shutdownTimeoutMs), schedule.stop()])
      await record.close()
      await judge.compute.close()
    },
  }
}

function requireSensible({ pacs, database }: Config, role: Role): void {
  if (role === 'all') return
  if (database.url === null) {
    throw new PlumblineError('bad-config', 'Separate roles share a database, and the built-in one serves a single process.', {
      nextStep: 'Set DATABASE_URL to a PostgreSQL database, or use --role all.',
    })
  }
  if (pacs === null) {
    throw new PlumblineError('bad-config', 'Separate roles share a PACS, and the embedded archive belongs to one process.', {
      nextStep: 'Set PLUMBLINE_PACS_URL, or use --role all.',
    })
  }
}

function serverOptions({ service, auth, api }: Config) {
  return { host: service.host, port: service.port, auth, requestTimeoutMs: api.requestTimeoutMs }
}

interface ImagesParts extends Pick<ServiceOptions, 'config' | 'log'> {
  readonly sql: Sql
  readonly decodeFrame: DecodeFrame
  readonly onStored: (stored: readonly InstanceRef[]) => Promise<void>
}

/** The PACS to judge from, and what `/dicom-web` answers: both are the embedded archive where no PACS is configured. */
function openImages({ config, sql, log, decodeFrame, onStored }: ImagesParts): { pacs: Pacs; router: Router } {
  const onProblem = (err: unknown) => log.warn('DICOMweb: something went wrong beside the answer', { err })
  const { archive: limits, pacsClient, service } = config
  if (config.pacs === null) {
    const archive = createArchive({ sql, folder: join(service.dataDir, 'archive'), objectBytesMax: config.limits.objectBytesMax })
    const router = createArchiveRouter(archive, { ...limits, publicOrigin: service.publicOrigin, decodeFrame, onStored, onProblem })
    return { pacs: createArchivePacs(archive, { onStored }), router }
  }
  const router = createDicomwebProxy({
    pacsUrl: config.pacs.url,
    credentials: pacsCredentials(config.pacs),
    publicOrigin: service.publicOrigin,
    limits: {
      requestBytesMax: limits.requestBytesMax,
      responseBytesMax: pacsClient.responseBytesMax,
      stowAnswerBytesMax: limits.stowAnswerBytesMax,
      timeoutMs: pacsClient.timeoutMs * 5,
    },
    onStored,
    onProblem,
  })
  return { pacs: openRemotePacs(config), router }
}

function pacsCredentials({ username, password, bearerToken }: NonNullable<Config['pacs']>): { [header: string]: string } {
  if (bearerToken !== undefined) return { authorization: `Bearer ${bearerToken}` }
  if (username === undefined) return {}
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
}

interface CaseRunnerParts extends Pick<ServiceOptions, 'config' | 'log'> {
  readonly judge: Judge
  readonly pacs: Pacs
  readonly caseStore: CaseStore
  readonly metrics: Metrics
  readonly onStage: ServiceOptions['onStage']
}

function runCases({ config, judge, pacs, caseStore, metrics, log, onStage }: CaseRunnerParts) {
  const timer = createStageTimer(metrics, () => performance.now())
  const { imagesDeadlineMs, imagesRetryMs, stableMs } = config.intake
  return createCaseWorker({
    cases: caseStore,
    pipeline: {
      ...judge,
      pacs,
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
        (error: unknown) => ({ name, ok: false, message: error instanceof PlumblineError ? error.message : 'does not answer' }),
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

/** A log for this process: lines for people at a terminal, JSON else. */
export function openLog(config: Config): Logger {
  return createLogger({ level: config.log.level, pretty: process.stderr.isTTY })
}
