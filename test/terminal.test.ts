import { describe, expect, it } from 'vitest'
import { unjudged, type Case, type SegmentResult } from '../src/domain/case.ts'
import { createTerminal, printable } from '../src/terminal.ts'

describe('printable', () => {
  it.each([
    ['Liver', 'Liver'],
    ['\u001b[31mLiver\u001b[0m', '[31mLiver [0m'],
    ['one\r\ntwo\u2028three', 'one two three'],
    ['\u202egnorw', 'gnorw'],
    ['123456789', '12345678'.slice(0, 7) + '…'],
  ])('makes %j safe for a terminal', (text, shown) => {
    expect(printable(text, text === '123456789' ? 8 : 40)).toBe(shown)
  })
})

describe('the verdict table', () => {
  const segment = (label: string, verdict: SegmentResult['verdict'], reasons: string[]): SegmentResult => ({
    number: 1,
    label,
    code: null,
    laterality: null,
    structure: null,
    verdict,
    score: verdict === 'accept' ? 5 : 2,
    category: null,
    reasons,
    evidence: [],
    findings: [],
    target: { status: 'unsure', strength: null, compactness: null, purity: null, source: 'none' },
    opinion: null,
  })
  const one = (changes: Partial<Case>): Case => ({
    id: 'a'.repeat(26),
    studyInstanceUid: '1.2',
    state: 'done',
    object: {
      modality: 'SEG',
      sopClassUid: '1',
      sopInstanceUid: '1.2.3',
      seriesInstanceUid: '1.2.4',
      label: 'Organs',
      producer: { manufacturer: '', algorithm: '', version: '' },
    },
    provenance: { version: '0', policy: 'sha256:0', models: [] },
    receivedAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...unjudged(),
    ...changes,
  })

  function shown(cases: Case[]): string {
    let text = ''
    const stream = { isTTY: false, write: (line: string) => ((text += line), true) }
    createTerminal(stream as unknown as NodeJS.WriteStream).table(cases)
    return text
  }

  it('names each segment with verdict, sign and score, and says why one is not accepted', () => {
    const segments = [
      segment('Liver', 'accept', ['No check found a fault.']),
      segment('Spleen', 'reject', ['Three slices are missing.']),
    ]
    expect(shown([one({ verdict: 'reject', score: 2, segments })])).toBe(
      [
        '✗ reject         2/5  SEG “Organs”',
        '    ✓ accept         5/5  Liver',
        '    ✗ reject         2/5  Spleen',
        '          Three slices are missing.',
        '',
      ].join('\n'),
    )
  })

  it('says why an object without segments has its verdict', () => {
    const text = shown([one({ verdict: 'not-assessable', reasons: ['The file is damaged.'] })])
    expect(text).toBe('– not-assessable -/5  SEG “Organs”\n          The file is damaged.\n')
  })
})
