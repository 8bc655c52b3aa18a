import { describe, expect, it } from 'vitest'
import { tellingOf } from '../../ohif-extension/src/panel/evidence-table.tsx'
import { placesOf } from '../../ohif-extension/src/panel/finding-list.tsx'
import { matches } from '../../ohif-extension/src/panel/segment-list.tsx'
import { sorted } from '../../ohif-extension/src/panel/story.tsx'
import {
  byVerdict,
  durationText,
  isUnderWay,
  producerOf,
  saidOf,
  severityCounts,
  STEPS,
} from '../../ohif-extension/src/panel/words.ts'
import { CaseState } from '../../src/domain/case-state.ts'
import type { Case, VerdictKind } from '../../src/domain/case.ts'
import type { Evidence, Severity } from '../../src/domain/evidence.ts'
import type { Score } from '../../src/domain/opinion.ts'
import { rejectedSegment } from '../dicom/sr-samples.ts'

const segment = rejectedSegment()

function one(verdict: VerdictKind | null, score: Score | null, state: CaseState = 'done') {
  return { verdict, score, state }
}

describe('cases in words', () => {
  it.each<[CaseState, VerdictKind | null, string]>([
    ['done', 'reject', 'Reject'],
    ['done', 'not-assessable', 'Not assessable'],
    ['queued', null, 'Queued'],
    ['publishing', 'accept', 'Accept'],
    ['failed', 'accept', 'Check failed'],
    ['failed', null, 'Check failed'],
  ])('%s with %s', (state, verdict, word) => {
    expect(saidOf({ state, verdict })).toMatchObject({ word })
  })

  it('every state that is under way is in one step', () => {
    for (const state of CaseState.options) {
      const steps = STEPS.filter(({ states }) => states.includes(state))
      expect(steps, state).toHaveLength(isUnderWay({ state }) ? 1 : 0)
    }
  })

  it('stand worst first, what is under way before what is accepted', () => {
    const worst = [
      one('reject', 1),
      one('reject', 2),
      one(null, null, 'failed'),
      one('not-assessable', null),
      one('review', 3),
      one(null, null, 'running'),
      one('accept', 4),
      one('accept', 5),
    ]
    expect(worst.toReversed().toSorted(byVerdict)).toEqual(worst)
  })

  it.each([
    [{ manufacturer: 'Example', algorithm: 'Net', version: '2' }, 'Net 2, Example'],
    [{ manufacturer: 'Example', algorithm: '', version: '' }, 'Example'],
    [{ manufacturer: '', algorithm: '', version: '' }, ''],
  ])('producer %j', (producer, text) => {
    const object: Case['object'] = {
      modality: 'SEG',
      sopClassUid: '',
      sopInstanceUid: '',
      seriesInstanceUid: '',
      label: '',
      producer,
    }
    expect(producerOf(object)).toBe(text)
  })

  it.each([
    [0, 'just now'],
    [12_900, 'for 12 s'],
    [200_000, 'for 3 min'],
  ])('%d ms', (ms, text) => expect(durationText(ms)).toBe(text))
})

describe('findings', () => {
  const [finding] = segment.findings
  const of = (...severities: Severity[]) =>
    severities.flatMap((severity) => (finding === undefined ? [] : { ...finding, severity }))

  it.each([
    [of(), ''],
    [of('minor', 'critical', 'minor'), '1 critical, 2 minor'],
  ])('are counted by severity', (findings, text) => expect(severityCounts(findings)).toBe(text))

  it.each([
    [{ instances: ['a', 'b', 'a'] }, ['a ', 'b ']],
    [{ instances: ['a', 'a', 'a'], frames: [3, 4, 3] }, ['a 3', 'a 4']],
    [{ instances: [] }, []],
  ])('show each place once, in order: %j', (images, places) => {
    const shown = placesOf(images).map(
      ({ sopInstanceUid, frameNumber }) => `${sopInstanceUid} ${frameNumber ?? ''}`,
    )
    expect(shown).toEqual(places)
  })
})

describe('what matters most', () => {
  const measured = (id: string, value: number, low?: number, high = 10): Evidence => ({
    id,
    name: 'n',
    value,
    unit: '1',
    where: 'whole segment',
    ...(low !== undefined && { expected: { low, high, source: 's' } }),
  })
  const findings = segment.findings.map((finding) => ({ ...finding, evidence: ['E3'] }))

  it.each([
    [
      'out of range or behind a finding',
      [measured('E1', 5, 0), measured('E2', 11, 0), measured('E3', 1)],
      findings,
      ['E2', 'E3'],
    ],
    ['else what has a range', [measured('E1', 10, 10), measured('E2', 5, 0), measured('E3', 1)], [], ['E2']],
    ['else the first', [measured('E1', 1), measured('E2', 2)], [], ['E1', 'E2']],
  ])('is %s', (_name, evidence, found, ids) => {
    expect(tellingOf({ evidence, findings: found }).map(({ id }) => id)).toEqual(ids)
  })

  it('is told; sentences on what is as expected are folded once they are many', () => {
    const evidence = [measured('E1', 5, 0), measured('E2', 11, 0)]
    const says = (...basis: string[]) => ({ text: basis.join(), basis })
    const few = [says('E1'), says('E1'), says('E1'), says('E2')]
    expect(sorted(few, { evidence })).toEqual({ routine: [], telling: few })
    const many = [...few, says('E1'), says(), says('E1', 'F1'), says('E1', 'E2')]
    expect(sorted(many, { evidence })).toEqual({
      routine: Array(4).fill(says('E1')),
      telling: [says('E2'), says(), says('E1', 'F1'), says('E1', 'E2')],
    })
  })
})

describe('a segment is found by', () => {
  it.each([
    ['', true],
    ['  LIV ', true],
    ['truncated', true],
    ['1', true],
    ['11', false],
    ['spleen', false],
  ])('"%s": %s', (text, found) => expect(matches(segment, text)).toBe(found))
})
