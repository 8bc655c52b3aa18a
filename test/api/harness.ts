/** The app on fakes, with what the tests look at. */
import type { Express } from 'express'
import { createApp, type AppDependencies } from '../../src/api/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { Glance } from '../../src/domain/glance.ts'
import { createLogger } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics.ts'
import type { NewAuditEvent } from '../../src/domain/audit-event.ts'
import type { CaseStore, ReviewStore } from '../../src/ports.ts'
import { createMemoryCaseStore } from '../support/memory-case-store.ts'
import { createMemoryReviewStore } from '../support/memory-review-store.ts'
import { seedCases } from './sample-cases.ts'

export interface Harness {
  readonly app: Express
  readonly caseStore: CaseStore
  readonly reviewStore: ReviewStore
  /** Ids of cases whose report was to be signed, in order. */
  readonly signOffs: string[]
  readonly logLines: string[]
  readonly audited: NewAuditEvent[]
}

export const NO_AUTH: AppDependencies['auth'] = { tokens: [], oidc: null }

const GLANCE: Glance = {
  arrivedToday: 6,
  verdictsToday: { accept: 1, review: 2, reject: 3, 'not-assessable': 0 },
  open: [{ state: 'queued', count: 4, oldest: '2026-03-02T09:00:00.000Z' }],
  failed: 1,
  alarms: [{ producer: 'Example AI', structure: 'kidney', day: '2026-03-01', since: '2026-02-27' }],
  watchedAt: '2026-03-02T09:17:00.000Z',
}

/** Says what it was asked for. */
const REPORTS: AppDependencies['reports'] = {
  report: () => Promise.reject(new Error('the API asks for reports in their forms')),
  watch: async () => [],
  glance: async () => GLANCE,
  render: async (period, format, linkBase) => ({
    contentType: format === 'pdf' ? 'application/pdf' : 'text/plain',
    body: JSON.stringify({ ...period, format, linkBase }),
    caseIds: ['case-reject'],
  }),
}

export const FAST_LIMITS: AppDependencies['limits'] = {
  ...loadConfig(null, {}).api,
  readyTimeoutMs: 50,
  eventStreamsMax: 2,
  eventBatchMax: 4,
  eventPollMs: 5,
  eventHeartbeatMs: 10,
  eventReconnectMs: 1000,
}

/** Six seeded cases; anything else as given. The clock stands still, a second further per reading. */
export async function createHarness(overrides: Partial<AppDependencies> = {}): Promise<Harness> {
  let seconds = 0
  const caseStore =
    overrides.caseStore ??
    createMemoryCaseStore({ now: () => new Date(Date.UTC(2026, 2, 2, 10, 0, seconds++)) })
  if (overrides.caseStore === undefined) await seedCases(caseStore)
  const reviewStore = overrides.reviewStore ?? createMemoryReviewStore()
  const signOffs: string[] = []
  const logLines: string[] = []
  const audited: NewAuditEvent[] = []
  const app = createApp({
    caseStore,
    reviewStore,
    reviews: { blind: false, unblinded: [] },
    onSignOff: async (caseId) => void signOffs.push(caseId),
    clock: { now: () => new Date(Date.UTC(2026, 2, 2, 12, 0, seconds++)) },
    intake: {
      checkStudy: async (studyInstanceUid) => (await caseStore.list({ studyInstanceUid, limit: 100 })).cases,
    },
    reports: REPORTS,
    ready: async () => [{ name: 'database', ok: true, message: 'answers' }],
    metrics: createMetrics({ processMetrics: false }),
    log: createLogger({
      level: 'debug',
      pretty: false,
      destination: { write: (line) => void logLines.push(line) },
    }),
    audit: { record: async (event) => void audited.push(event) },
    auth: NO_AUTH,
    version: '0.0.0-test',
    stopping: new AbortController().signal,
    limits: FAST_LIMITS,
    ...overrides,
  })
  return { app, caseStore, reviewStore, signOffs, logLines, audited }
}
