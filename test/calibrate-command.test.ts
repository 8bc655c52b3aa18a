import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { calibrate } from '../src/calibrate-command.ts'
import { loadFusionCalibration, loadTargetCalibration } from '../src/calibration-files.ts'
import { policyDigest } from '../src/config.ts'
import { unjudged, type Case } from '../src/domain/case.ts'
import { Policy } from '../src/domain/policy.ts'
import { PlumblineError } from '../src/errors.ts'
import { fuseResult } from '../src/reasoner/fusion.ts'
import { newCase, SEGMENT } from './store/case-fixtures.ts'

const FOLDER = mkdtempSync(join(tmpdir(), 'plumbline-calibrate-'))
afterAll(() => rmSync(FOLDER, { recursive: true }))
const [LABELLED, OUT] = [join(FOLDER, 'labelled.jsonl'), join(FOLDER, 'fusion.json')]
const OPTIONS = { out: OUT, risk: 0.1, confidence: 0.95 }

/** People accept what has no finding. */
function line(n: number): { case: Case; segment: number; accept: boolean } {
  const accept = n % 3 !== 0
  const segment = { ...SEGMENT, findings: accept ? [] : SEGMENT.findings }
  const at = '2026-01-01T00:00:00.000Z'
  const judged: Case = {
    ...newCase(String(n), `1.2.${n}`),
    ...unjudged(),
    state: 'done',
    receivedAt: at,
    updatedAt: at,
    segments: [segment],
  }
  return { case: judged, segment: 1, accept }
}

function write(lines: readonly unknown[]): void {
  writeFileSync(LABELLED, lines.map((one) => JSON.stringify(one)).join('\n'))
}

describe('plumbline calibrate', () => {
  it('writes what the service loads: sizes, digest, metrics, and a threshold that tells the two apart', async () => {
    write(Array.from({ length: 600 }, (_, n) => line(n)))
    expect(await calibrate(LABELLED, OPTIONS)).toMatch(/all: 600 segments; accepted without a look from/)
    const { content, digest } = loadFusionCalibration(OUT)
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(content.provenance).toMatchObject({ studies: 600, policies: ['sha256:00'] })
    expect(content.groups[0]).toMatchObject({ group: null, cases: 600, accepted: 400 })
    expect(content.groups[0]?.metrics.auroc).toBe(1)
    const good = fuseResult({ ...SEGMENT, findings: [] }, 'unknown/liver', content)
    const bad = fuseResult(SEGMENT, 'unknown/liver', content)
    expect(good.probability).toBeGreaterThanOrEqual(good.acceptFrom ?? 1)
    expect(bad.probability).toBeLessThan(bad.acceptFrom ?? 0)
  })

  it('is another policy, by the digest of its file', () => {
    const knowledge = { structures: [], sources: {} }
    const of = (...files: string[]) => policyDigest(Policy.parse({}), knowledge, { calibrations: files })
    expect(of('a')).not.toBe(of())
    expect(of('a')).not.toBe(of('b'))
  })

  it('accepts nothing and says how many cases are missing when there are few', async () => {
    write(Array.from({ length: 20 }, (_, n) => line(n)))
    expect(await calibrate(LABELLED, OPTIONS)).toMatch(/about \d+ more are needed/)
    expect(loadFusionCalibration(OUT).content.groups[0]?.acceptFrom).toBeNull()
  })

  it.each([
    { what: 'no JSON', text: 'yes', says: /Line 1/ },
    { what: 'a case without a label', text: JSON.stringify({ ...line(1), accept: 'maybe' }), says: /Line 1/ },
    {
      what: 'a segment that the case has not',
      text: JSON.stringify({ ...line(1), segment: 9 }),
      says: /Line 1/,
    },
    { what: 'nothing', text: '\n', says: /no labelled cases/ },
  ])('refuses $what', async ({ text, says }) => {
    writeFileSync(LABELLED, text)
    const failing = calibrate(LABELLED, OPTIONS)
    await expect(failing).rejects.toThrow(PlumblineError)
    await expect(failing).rejects.toThrow(says)
  })
})

describe('calibration files', () => {
  it('ship without an entry: nothing is calibrated', () => {
    expect(loadTargetCalibration('config/calibration/target.json').content.entries).toEqual([])
  })

  it.each([
    { what: 'is not there', text: null, says: /cannot be read/ },
    { what: 'is not JSON', text: '{', says: /not JSON/ },
    { what: 'was made from other features', text: '{"version":1,"features":["x"]}', says: /calibrate again/ },
  ])('are refused where one $what', ({ text, says }) => {
    const path = join(FOLDER, text === null ? 'missing.json' : 'bad.json')
    if (text !== null) writeFileSync(path, text)
    expect(() => loadFusionCalibration(path)).toThrow(says)
    expect(() => loadFusionCalibration(path)).toThrow(PlumblineError)
  })

  it('are read back as they were written', async () => {
    write(Array.from({ length: 30 }, (_, n) => line(n)))
    await calibrate(LABELLED, OPTIONS)
    expect(loadFusionCalibration(OUT).content).toEqual(JSON.parse(readFileSync(OUT, 'utf8')))
  })
})
