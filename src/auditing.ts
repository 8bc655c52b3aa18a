/** What a running service does for its audit log besides writing it: says what changed, notes where it stands, ends retention. */
import { sectionDigests } from './config-digests.ts'
import type { Config } from './config.ts'
import { SERVICE_AGENT } from './domain/audit-event.ts'
import { createSchedule, type Schedule } from './intake/schedule.ts'
import type { Logger } from './log.ts'
import type { Clock, Sql } from './ports.ts'
import { auditHead, pruneAudit, recordConfiguration } from './store/audit-log.ts'
import { VERSION } from './version.ts'

export interface AuditingParts {
  readonly config: Config
  readonly policyDigest: string
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Logger
}

const DAY_MS = 86_400_000

/** Resolves once the log says under which configuration this process works. `keeps`: this process also looks after it. */
export async function startAuditing(
  parts: AuditingParts,
  { keeps }: { keeps: boolean },
): Promise<{ stop(): Promise<void> }> {
  const { config, policyDigest, sql, clock, log } = parts
  const sections = sectionDigests(config)
  const configuration = { version: VERSION, policy: policyDigest, sections }
  await recordConfiguration(sql, { kind: 'configured', agent: SERVICE_AGENT, ...configuration }, clock.now())
  await noteHead(parts)
  const schedule = keeps ? keepingSchedule(parts) : null
  await schedule?.start()
  return {
    async stop() {
      await schedule?.stop()
      await noteHead(parts).catch((err: unknown) =>
        log.warn('where the audit log stands is not known', { err }),
      )
    },
  }
}

/** Into the service log, which lies elsewhere: `plumbline audit verify --log` compares. */
async function noteHead({ sql, log }: AuditingParts): Promise<void> {
  const { sequence, digest } = await auditHead(sql)
  log.info('the audit log stands here', { auditSequence: sequence, auditDigest: digest })
}

function keepingSchedule(parts: AuditingParts): Schedule {
  const { config, sql, clock, log } = parts
  const { retentionDays } = config.audit
  async function prune(): Promise<void> {
    if (retentionDays === null) return
    const now = clock.now()
    const count = await pruneAudit(sql, new Date(now.getTime() - retentionDays * DAY_MS), now)
    if (count > 0) log.info('old events of the audit log were deleted', { count })
  }
  return createSchedule(
    [
      { name: 'audit-head', cron: '0 * * * *', runAtStart: false, run: () => noteHead(parts) },
      { name: 'audit-retention', cron: '30 2 * * *', runAtStart: true, run: prune },
    ],
    (task, err) => log.warn('a scheduled task failed and is tried again', { operation: task, err }),
  )
}
