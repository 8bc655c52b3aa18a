/** Config to adapters of the service: opens each of them the one way this program uses it. What judging needs: judge-adapters.ts. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Router } from 'express'
import { createWebhook, type SendAlert } from './alerts/webhook.ts'
import { createArchivePacs } from './archive/pacs.ts'
import { createArchiveRouter } from './archive/router.ts'
import { createArchive } from './archive/store.ts'
import type { ComputePool } from './compute/pool.ts'
import type { Config } from './config.ts'
import type { DecodeFrame } from './dicom/pixels.ts'
import { signedReport } from './dicom/signed-report.ts'
import { loadTemplates } from './dicom/sr-templates.ts'
import type { SigningOptions } from './reviews/signing.ts'
import { createGuardedFetch } from './inference/guarded-fetch.ts'
import { createDicomwebProxy } from './intake/dicomweb-proxy.ts'
import { installed, openLog, openRemotePacs, systemClock } from './judge-adapters.ts'
import type { Logger } from './log.ts'
import type {
  AlertStore,
  CaseStore,
  DriftAlarmStore,
  InstanceRef,
  JobQueue,
  Pacs,
  Reports,
  ReviewStore,
  Sql,
} from './ports.ts'
import { createJobQueue } from './queue/pg-boss-queue.ts'
import { createReports } from './report/reports.ts'
import { createCaseStore } from './store/case-store.ts'
import { migrate } from './store/migrate.ts'
import { createModelCalls, type ModelCall } from './store/model-calls.ts'
import { openPglite } from './store/pglite.ts'
import { openPostgres } from './store/postgres.ts'
import { createAlertStore } from './store/alert-store.ts'
import { createDriftAlarmStore } from './store/drift-alarm-store.ts'
import { createReviewStore } from './store/review-store.ts'
import { VERSION } from './version.ts'
import { openViewer, type Viewer, type ViewerOptions } from './viewer/viewer.ts'

/** How a reader's sign-off becomes a report: the machine's is read in a thread, whatever the PACS gives for it. */
export function openSigner({ report }: Config, compute: ComputePool): SigningOptions['sign'] {
  const options = { templates: loadTemplates(installed('dicom-templates')), institution: report.institution }
  return async ({ machine, ...input }, signal) =>
    signedReport({ ...input, machine: await compute.readReport(machine, signal) }, options)
}

/** The webhook that hears of alerts, and what begins addresses of this service in them; null where none is configured. */
export function openWebhook({ alerts, service }: Config): { send: SendAlert; publicUrl: string } | null {
  if (alerts === null) return null
  const { publicOrigin, pathPrefix } = service
  const fetch = createGuardedFetch({ allowedHosts: alerts.allowedHosts, responseBytesMax: 65_536 })
  const send = createWebhook({ ...alerts, clock: systemClock, fetch })
  return { send, publicUrl: `${publicOrigin ?? ''}${pathPrefix}` }
}

/** Cases and jobs, on PostgreSQL or in process. */
export interface Record {
  readonly sql: Sql
  readonly caseStore: CaseStore
  readonly reviewStore: ReviewStore
  readonly alertStore: AlertStore
  readonly driftAlarms: DriftAlarmStore
  readonly queue: JobQueue
  /** Counts a call of a language model. */
  readonly modelCall: (call: ModelCall) => Promise<void>
  /** The queue first: what it still runs writes to the database. */
  close(): Promise<void>
}

export async function openRecord(config: Config, log: Logger): Promise<Record> {
  const opened = await openDatabase(config, log)
  try {
    await migrate(opened.sql)
    const queue = await openQueue(config, opened, log)
    return {
      sql: opened.sql,
      caseStore: createCaseStore(opened.sql, systemClock),
      reviewStore: createReviewStore(opened.sql, systemClock),
      alertStore: createAlertStore(opened.sql, systemClock),
      driftAlarms: createDriftAlarmStore(opened.sql, systemClock),
      queue,
      modelCall: createModelCalls(opened.sql, systemClock),
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

function openQueue(
  { database, jobs, service }: Config,
  opened: Awaited<ReturnType<typeof openDatabase>>,
  log: Logger,
): Promise<JobQueue> {
  return createJobQueue({
    database:
      opened.kind === 'pglite'
        ? { kind: 'pglite', pglite: opened.pglite }
        : { kind: 'postgres', connectionString: database.url ?? '', poolSize: database.poolSize },
    ...jobs,
    stopTimeoutMs: service.shutdownTimeoutMs,
    onError: (err) => log.warn('the job queue reports', { err }),
  })
}

/** Not brought up to this version: `migrate` does that. */
export async function openDatabase({ database, service }: Config, log: Logger) {
  if (database.url === null)
    return { kind: 'pglite' as const, ...(await openPglite({ dataDir: service.dataDir })) }
  const postgres = await openPostgres({
    connectionString: database.url,
    poolSize: database.poolSize,
    statementTimeoutMs: database.statementTimeoutMs,
    onError: (err) => log.warn('a database connection broke', { err }),
  })
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

/** Departmental reports on the cases of a database. */
export function openReports(
  { auditReport, report }: Config,
  parts: { readonly sql: Sql; readonly caseStore: Pick<CaseStore, 'figure'> },
): Reports {
  const { picturesMax, monthly: _, ...settings } = auditReport
  const { institution } = report
  return createReports(
    { ...parts, clock: systemClock },
    { version: VERSION, institution, settings, picturesMax },
  )
}

/** For a command: reports, without a queue and without a service. The caller closes it. */
export async function openReportsAlone(
  config: Config,
): Promise<{ reports: Reports; close: () => Promise<void> }> {
  const { sql, close } = await openDatabase(config, openLog(config))
  try {
    await migrate(sql)
    return { reports: openReports(config, { sql, caseStore: createCaseStore(sql, systemClock) }), close }
  } catch (error) {
    await close()
    throw error
  }
}

interface ImagesParts {
  readonly config: Config
  readonly log: Logger
  readonly sql: Sql
  readonly decodeFrame: DecodeFrame
  readonly onStored: (stored: readonly InstanceRef[]) => Promise<void>
}

/** The PACS to judge from, and what `/dicom-web` answers: both are the embedded archive where no PACS is configured. */
export function openImages({ config, sql, log, decodeFrame, onStored }: ImagesParts): {
  pacs: Pacs
  router: Router
} {
  const onProblem = (err: unknown) => log.warn('DICOMweb: something went wrong beside the answer', { err })
  const { archive: limits, pacsClient, service } = config
  if (config.pacs === null) {
    const archive = createArchive({
      sql,
      folder: join(service.dataDir, 'archive'),
      objectBytesMax: config.limits.objectBytesMax,
    })
    const router = createArchiveRouter(archive, {
      ...limits,
      publicOrigin: service.publicOrigin,
      decodeFrame,
      onStored,
      onProblem,
    })
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

function pacsCredentials({ username, password, bearerToken }: NonNullable<Config['pacs']>): {
  [header: string]: string
} {
  if (bearerToken !== undefined) return { authorization: `Bearer ${bearerToken}` }
  if (username === undefined) return {}
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
}

/** OHIF and the extension for it; null where it is switched off. */
export function openViewerOf(
  { viewer, service }: Config,
  parts: Pick<ViewerOptions, 'signal' | 'onProgress' | 'onProblem'>,
): Viewer | null {
  if (!viewer.enabled) return null
  const ahead = installed('viewer')
  return openViewer({
    ...parts,
    folder: viewer.dir ?? (existsSync(ahead) ? ahead : join(service.dataDir, 'viewer')),
    extensionFolder: installed('ohif-extension'),
    pathPrefix: service.pathPrefix,
  })
}
