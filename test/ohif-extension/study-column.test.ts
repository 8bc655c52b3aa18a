import { describe, expect, it } from 'vitest'
import { badgeOf, createStudyColumn } from '../../ohif-extension/src/study-column.ts'
import type { StudySummary } from '../../src/domain/study-summary.ts'

const NONE = { accept: 0, review: 0, reject: 0, 'not-assessable': 0 }
const summary = (some: Partial<StudySummary>): StudySummary => ({
  studyInstanceUid: '1.2',
  objects: 1,
  running: 0,
  failed: 0,
  worst: null,
  ...some,
  verdicts: { ...NONE, ...some.verdicts },
})

describe('the badge of a study', () => {
  it.each([
    { some: { worst: 'accept', verdicts: { ...NONE, accept: 1 } }, text: '✓ Accept' },
    {
      some: { objects: 3, worst: 'reject', verdicts: { ...NONE, accept: 1, reject: 2 } },
      text: '✕ Reject 2 of 3',
    },
    { some: { objects: 2, running: 2 }, text: '… Checking 2 of 2' },
    {
      some: { objects: 2, running: 1, worst: 'accept', verdicts: { ...NONE, accept: 1 } },
      text: '✓ Accept 1 of 2 · 1 running',
    },
    { some: { failed: 1 }, text: '! Check failed' },
    {
      some: { objects: 2, failed: 1, worst: 'accept', verdicts: { ...NONE, accept: 1 } },
      text: '! Check failed 1 of 2',
    },
    {
      some: { objects: 2, failed: 1, worst: 'reject', verdicts: { ...NONE, reject: 1 } },
      text: '✕ Reject 1 of 2',
    },
  ] as const)('$text', ({ some, text }) => {
    expect(badgeOf({ kind: 'known', summary: summary(some) }).text).toBe(text)
  })

  it('says all in full', () => {
    const some = {
      objects: 4,
      running: 1,
      failed: 1,
      worst: 'reject',
      verdicts: { ...NONE, accept: 1, reject: 1 },
    } as const
    expect(badgeOf({ kind: 'known', summary: summary(some) }).title).toBe(
      '4 segmentation objects: 1 × Reject, 1 × Accept, 1 × Checking, 1 × Check failed',
    )
  })

  it('is never an accept when nothing is known', () => {
    expect(badgeOf({ kind: 'unknown' }).text).toBe('! Not known')
    expect(badgeOf({ kind: 'none' }).text).toBe('')
  })
})

describe('the column', () => {
  const column = createStudyColumn({ summaries: () => Promise.resolve(new Map()) })

  it('stands before the buttons of the host', () => {
    const ids = (column.addTo([{ id: 'patient' }, { id: 'actions' }]) as { id: string }[]).map(({ id }) => id)
    expect(ids).toEqual(['patient', 'plumbline', 'actions'])
  })

  it('leaves a host without such a list alone', () => {
    expect(column.addTo(undefined)).toBeUndefined()
  })

  it('hides no study whose verdict is not known', () => {
    const [own] = column.addTo([{ id: 'actions' }]) as { filterFn: (...given: unknown[]) => boolean }[]
    expect(own?.filterFn({ original: { studyInstanceUid: '1.2' } }, 'plumbline', 'reject')).toBe(true)
  })
})
