/** Audit messages of every kind against the schema of PS3.15 A.5.1, by a validator that is not ours. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { atnaMessage } from '../../src/audit/atna.ts'
import { AuditEvent } from '../../src/domain/audit-event.ts'
import { chainOf, ONE_OF_EACH, parsed } from './events.ts'

const SCHEMA = fileURLToPath(new URL('ps3.15-a.5.1.rnc', import.meta.url))
const CHECKPOINT = {
  kind: 'log-pruned',
  agent: { kind: 'service', name: 'plumbline' },
  through: 1,
  digest: 'ab'.repeat(32),
  newestAt: '2025-01-01T00:00:00.000Z',
} as const
const LINKS = chainOf([...ONE_OF_EACH, CHECKPOINT])
const CONTEXT = { sourceId: 'qc.example.org', site: 'Clinic "A" & <B>', studyOf: () => '1.2.840.1' }

test('messages of all kinds are valid, and the validator sees a fault', async () => {
  const kinds = AuditEvent.options.map(({ shape }) => shape.kind.value)
  expect(new Set(LINKS.map((link) => parsed(link).kind))).toEqual(new Set(kinds))
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-atna-'))
  try {
    const files: string[] = []
    for (const link of LINKS) {
      const file = join(folder, `${parsed(link).kind}-${link.sequence}.xml`)
      await writeFile(file, atnaMessage(link, parsed(link), CONTEXT))
      files.push(file)
    }
    expect(await faults(files)).toBe('')
    const [first = ''] = files
    const [link] = LINKS
    if (link === undefined) throw new Error('no event')
    await writeFile(first, atnaMessage(link, parsed(link), CONTEXT).replace('UserIsRequestor', 'UserAsks'))
    expect(await faults([first])).toContain('UserAsks')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/** What jing says of the files; empty: nothing. */
async function faults(files: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('jing', ['-c', SCHEMA, ...files]).catch(
    (error: Error & { stdout?: string }) => ({ stdout: error.stdout ?? error.message }),
  )
  return stdout
}
