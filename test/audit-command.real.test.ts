/** The commands about the audit log, on a database of their own: what people and scripts at a terminal get. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { exportAudit, EXIT_BROKEN, EXIT_INTACT, verifyAudit } from '../src/audit-command.ts'
import { loadConfig, type Config } from '../src/config.ts'
import { appendAudit } from '../src/store/audit-log.ts'
import { migrate } from '../src/store/migrate.ts'
import { openPglite } from '../src/store/pglite.ts'
import { ONE_OF_EACH } from './audit/events.ts'

let folder: string
let config: Config
const DAYS = ['2026-09-01', '2026-09-02', '2026-09-03']
let stood: { sequence: number; digest: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-audit-command-'))
  const defaults = loadConfig(null, {})
  config = {
    ...defaults,
    service: { ...defaults.service, dataDir: folder },
    log: { level: 'silent' },
  }
  const { sql, close } = await openPglite({ dataDir: folder })
  await migrate(sql)
  for (const day of DAYS)
    stood = await sql.transaction((tx) => appendAudit(tx, ONE_OF_EACH, new Date(`${day}T23:30:00Z`)))
  await close()
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

async function exported(name: string, format: 'atna' | 'json', span: { from?: string; to?: string }) {
  const out = join(folder, name)
  await exportAudit({ config, format, ...span, out })
  return (await readFile(out, 'utf8')).split('\n').filter((line) => line !== '')
}

test('one day, from its beginning to its end', async () => {
  const lines = await exported('day.json', 'json', { from: '2026-09-02', to: '2026-09-02' })
  expect(lines).toHaveLength(ONE_OF_EACH.length)
  for (const line of lines) expect(line).toContain('2026-09-02T23:30:00.000Z')
})

test('before a time of day; as audit messages', async () => {
  expect(await exported('times.json', 'json', { to: '2026-09-01T23:30:00Z' })).toEqual([])
  const messages = await exported('day.xml', 'atna', { from: '2026-09-03', to: '2026-09-03' })
  expect(messages.length).toBeGreaterThan(0)
  for (const message of messages) expect(message).toMatch(/<AuditMessage>.*<\/AuditMessage>$/)
})

test('a file that is there stays as it is, and the way out is said', async () => {
  const out = join(folder, 'kept')
  await writeFile(out, 'kept')
  const again = exportAudit({ config, format: 'json', out })
  await expect(again).rejects.toMatchObject({
    code: 'bad-request',
    nextStep: expect.stringContaining('new file'),
  })
  expect(await readFile(out, 'utf8')).toBe('kept')
})

test.each([
  ['what the service noted', () => ({ ...stood }), EXIT_INTACT],
  ['another digest', () => ({ ...stood, digest: 'f'.repeat(64) }), EXIT_BROKEN],
  ['an event that is gone', () => ({ ...stood, sequence: 10_000 }), EXIT_BROKEN],
] as const)('a log is compared with %s in the log of the service', async (_, noted, code) => {
  const { sequence, digest } = noted()
  const log = join(folder, 'service.log')
  const line = JSON.stringify({
    msg: 'the audit log stands here',
    auditSequence: sequence,
    auditDigest: digest,
  })
  await writeFile(log, `not JSON\n${line}\n`)
  const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    expect(await verifyAudit({ config, expect: [], log })).toBe(code)
    expect(said.mock.calls.join('')).toMatch(code === EXIT_INTACT ? /is whole/ : /is broken/)
  } finally {
    said.mockRestore()
  }
})
