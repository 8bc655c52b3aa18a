/** Drift alarms, from the watch to the webhook, on a database: one alarm is told once, over restarts and retries. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createDriftAlerting } from '../../src/alerts/drift.ts'
import { AuditEvent } from '../../src/domain/audit-event.ts'
import type { OpenAlarm } from '../../src/domain/glance.ts'
import { readAudit } from '../../src/store/audit-log.ts'
import { createDriftAlarmStore } from '../../src/store/drift-alarm-store.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPglite, type Pglite } from '../../src/store/pglite.ts'

const KIDNEY: OpenAlarm = {
  producer: 'DOE^JANE segmenter',
  structure: 'kidney',
  day: '2026-03-05',
  since: '2026-03-01',
}
const { signal } = new AbortController()
const AGE_MAX_MS = 3_600_000

let database: Pglite
let nowMs: number
let sent: { id: string; content: object }[]
let isDown: boolean
let givenUp: unknown[]
beforeAll(async () => {
  database = await openPglite({ dataDir: null })
  await migrate(database.sql)
}, 60_000)
afterAll(() => database.close())
beforeEach(async () => {
  await database.sql.query('delete from drift_alarms')
  nowMs = Date.parse('2026-03-05T12:00:00Z')
  sent = []
  givenUp = []
  isDown = false
})

/** What a process has: made anew, it is a restart. */
function started() {
  const clock = { now: () => new Date(nowMs) }
  const alarms = createDriftAlarmStore(database.sql, clock)
  const tell = createDriftAlerting({
    alarms,
    send: async (id, content) => {
      if (isDown) throw new Error('down')
      sent.push({ id, content })
    },
    clock,
    publicUrl: 'https://qc.example.org',
    ageMaxMs: AGE_MAX_MS,
    onTold: () => {},
    onGivenUp: (error) => void givenUp.push(error),
  })
  return async (...seen: OpenAlarm[]) => {
    await alarms.seen(seen)
    await tell(signal)
  }
}

async function events() {
  const all: AuditEvent[] = []
  for await (const { body } of readAudit(database.sql, {})) all.push(AuditEvent.parse(JSON.parse(body)))
  return all.flatMap((event) => (event.kind === 'drift-alarmed' ? [event] : []))
}

test('an alarm is told once over restarts, without what DICOM said of the producer, and the log has it', async () => {
  const before = (await events()).length
  await started()(KIDNEY)
  await started()(KIDNEY)
  expect(sent).toHaveLength(1)
  expect(sent[0]?.content).toMatchObject({
    type: 'drift.alarm',
    timestamp: '2026-03-05T12:00:00.000Z',
    data: { structure: 'kidney', day: '2026-03-05', since: '2026-03-01' },
  })
  const told = (await events()).slice(before)
  expect(told.map(({ step }) => step)).toEqual(['raised', 'told'])
  expect(JSON.stringify([sent, told])).not.toContain('DOE')
})

test.each([
  ['the watch, which learns anew each day, dates it anew', [{ ...KIDNEY, day: '2026-03-06' }], 1],
  ['it was gone for a while, and began before it was raised', [null, { ...KIDNEY, day: '2026-03-07' }], 1],
  ['it is gone', [null], 1],
  ['another began later', [null, { ...KIDNEY, day: '2026-05-03', since: '2026-05-01' }], 2],
  ['another structure has one, too', [{ ...KIDNEY, structure: 'liver' }], 2],
] as const)('%s', async (_what, later, count) => {
  const watch = started()
  await watch(KIDNEY)
  for (const alarm of later) await watch(...(alarm === null ? [] : [alarm]))
  expect(sent).toHaveLength(count)
})

test('a webhook that is away hears later, under one id; one that stays away is given up aloud, once', async () => {
  isDown = true
  const watch = started()
  await expect(watch(KIDNEY)).rejects.toThrow('down')
  isDown = false
  await watch(KIDNEY)
  const liver = { ...KIDNEY, structure: 'liver' }
  isDown = true
  await expect(watch(KIDNEY, liver)).rejects.toThrow('down')
  nowMs += AGE_MAX_MS
  await watch(KIDNEY, liver)
  isDown = false
  await watch(KIDNEY, liver)
  expect(sent).toHaveLength(1)
  expect(givenUp).toHaveLength(1)
})
