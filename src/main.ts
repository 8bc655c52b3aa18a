/** Composition root: config to adapters to roles. The only place that knows every module by name. */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createApp } from './api/app.ts'
import { assertBindAllowed } from './api/auth.ts'
import { createArchiveRouter } from './archive/router.ts'
import { createArchive } from './archive/store.ts'
import { createCompute } from './compute/pool.ts'
import { type Config, INSTALLATION_URL, policyDigest } from './config.ts'
import { createReportWriter } from './dicom/sr.ts'
import { loadTemplates } from './dicom/sr-templates.ts'
import { createDicomWebPacs } from './dicomweb/client.ts'
import { PlumblineError } from './errors.ts'
import { createArrivalListener } from './intake/arrivals.ts'
import { createDicomWebProxy } from './intake/dicomweb-proxy.ts'
import { createIntake } from './intake/intake.ts'
import { createPoller } from './intake/poller.ts'
import { createSweeper } from './intake/sweeper.ts'
import { loadKnowledge } from './knowledge.ts'
import { createLogger } from './log.ts'
import { createMetrics } from './metrics.ts'
import type { Pipeline } from './pipeline.ts'
import type { Clock, Pacs } from './ports.ts'
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

/** What judging needs apart from a PACS: threads, report templates, knowledge, policy. */
export function openJudge(config: Config) {
  const knowledge = loadKnowledge(config.knowledgeDir ?? fileURLToPath(new URL('config/knowledge', INSTALLATION_URL)))
  const { policy, limits, compute, report } = config
  return {
    knowledge,
    policy,
    policyDigest: policyDigest(policy, knowledge),
    clock: systemClock,
    compute: createCompute({ ...compute, thread: { knowledge, policy, limits } }),
    reports: createReportWriter({
      templates: loadTemplates(fileURLToPath(new URL('dicom-templates', INSTALLATION_URL))),
      device: { name: 'plumbline', manufacturer: 'Plumbline', model: 'Plumbline', serial: '1', softwareVersion: VERSION, institution: report.institution },
      sopClass: report.sopClass,
    }),
  }
}

/** Client of the PACS named by the config or by `url`. */
export function openRemotePacs(config: Config, url?: string): Pacs {
  const credentials = config.pacs ?? {}
  const baseUrl = url ?? config.pacs?.url
  if (baseUrl === undefined) {
    throw new PlumblineError('bad-config', 'No PACS is known to look for this study in.', {
      nextStep: 'Give --pacs URL, set PLUMBLINE_PACS_URL, or give a folder of DICOM files instead of a UID.',
    })
  }
  return createDicomWebPacs({ ...config.pacsClient, ...credentials, baseUrl })
}
