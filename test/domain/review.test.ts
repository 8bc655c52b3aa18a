import { expect, test } from 'vitest'
import { VerdictKind } from '../../src/domain/case.ts'
import {
  faultsOfReview,
  REVIEW_REASONS,
  reasonsFor,
  reviewKind,
  ReviewReason,
  SignOff,
} from '../../src/domain/review.ts'

test.each([
  ['accept', 'accept', 'agree'],
  ['accept', 'reject', 'override'],
  ['reject', 'reject', 'agree'],
  ['reject', 'accept', 'override'],
  ['review', 'reject', 'agree'],
  ['review', 'accept', 'override'],
  ['not-assessable', 'reject', 'agree'],
  ['not-assessable', 'accept', 'override'],
] as const)('machine %s, reader %s: %s', (machine, reader, kind) => {
  expect(reviewKind(machine, reader)).toBe(kind)
})

test('every machine verdict can be agreed with and overridden', () => {
  for (const machine of VerdictKind.options)
    expect(new Set([reviewKind(machine, 'accept'), reviewKind(machine, 'reject')]).size).toBe(2)
})

const OPINION = { verdict: 'reject', category: 2, reason: 'too-much', correction: null, comment: '' } as const
const OVERRIDE = { kind: 'override', blind: false } as const

test.each([
  ['an override with a reason', OPINION, OVERRIDE, []],
  ['agreement without a reason', { ...OPINION, reason: null }, { kind: 'agree', blind: false }, []],
  ['no reason for an override', { ...OPINION, reason: null }, OVERRIDE, ['An override says why']],
  [
    'no reason for an override that was given blind',
    { ...OPINION, reason: null },
    { ...OVERRIDE, blind: true },
    [],
  ],
  ['a usable category with a rejection', { ...OPINION, category: 4 }, OVERRIDE, ['contradict each other']],
  [
    'a reason for the other verdict',
    { ...OPINION, reason: 'fault-harmless' },
    OVERRIDE,
    ['is no reason for'],
  ],
  ['a proposal taken for a rejected original', { ...OPINION, correction: 'taken' }, OVERRIDE, []],
  [
    'a proposal taken for a usable original',
    { ...OPINION, verdict: 'accept', category: 4, reason: 'fault-harmless', correction: 'taken' },
    OVERRIDE,
    ['reject the original, or keep it'],
  ],
  ['an original kept although it is rejected', { ...OPINION, correction: 'kept' }, OVERRIDE, []],
  ['"other" that says nothing', { ...OPINION, reason: 'other' }, OVERRIDE, ['needs a comment']],
  ['"other" that says what', { ...OPINION, reason: 'other', comment: 'motion' }, OVERRIDE, []],
] as const)('%s', (_what, opinion, about, faults) => {
  const found = faultsOfReview(opinion, about)
  expect(found).toHaveLength(faults.length)
  faults.forEach((words, index) => expect(found[index]).toContain(words))
})

test.each(ReviewReason.options)(
  'the reason %s is offered with its own verdict, a general one with both',
  (reason) => {
    const { verdict } = REVIEW_REASONS[reason]
    expect(reasonsFor('accept').includes(reason)).toBe(verdict !== 'reject')
    expect(reasonsFor('reject').includes(reason)).toBe(verdict !== 'accept')
  },
)

test('a sign-off names its reader, or leaves that to authentication', () => {
  const reviews = [{ segment: null, verdict: 'accept' }]
  expect(SignOff.parse({ reviews, readerName: ' Jane Doe ' }).readerName).toBe('Jane Doe')
  expect(SignOff.parse({ reviews }).reviews[0]).toMatchObject({ category: null, reason: null, comment: '' })
})

test.each(['', 'Doe^Jane', 'a\nb', 'x\\y', 'n'.repeat(65)])('a reader is not called %j', (readerName) => {
  expect(SignOff.safeParse({ reviews: [{ segment: null, verdict: 'accept' }], readerName }).success).toBe(
    false,
  )
})
