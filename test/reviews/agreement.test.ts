import { expect, test } from 'vitest'
import type { Review } from '../../src/domain/review.ts'
import { agreementOf } from '../../src/reviews/agreement.ts'

const review = (
  reader: string,
  segment: number | null,
  verdict: 'accept' | 'reject',
  category: 1 | 2 | 3 | 4 | 5 | null,
): Review => ({
  id: `${reader} ${segment} ${verdict}`,
  signOffId: reader,
  caseId: 'a',
  segment,
  reader: { id: reader, name: reader },
  kind: 'agree',
  verdict,
  category,
  reason: null,
  comment: '',
  correction: null,
  blind: false,
  elapsedMs: null,
  machine: { verdict: 'review', score: 4 },
  reviewedAt: '2026-03-01T10:00:00.000Z',
  report: null,
})

const REVIEWS = [
  review('jane', 1, 'reject', 2),
  review('john', 1, 'accept', 5),
  review('jane', 1, 'accept', 4),
  review('jane', 2, 'accept', null),
  review('john', null, 'reject', 1),
]

test('each reader counts by the newest opinion, on the same thing only', () => {
  const { readers } = agreementOf([...REVIEWS, review('john', 2, 'reject', 2)])
  expect(readers.usable).toMatchObject({ pairs: 2, agreed: 0.5 })
  expect(readers.score).toMatchObject({ pairs: 1, low: null, high: null })
})

test('three readers make three pairs', () => {
  const { readers } = agreementOf([...REVIEWS, review('mary', 1, 'reject', 3)])
  expect(readers.usable).toMatchObject({ pairs: 3, agreed: 1 / 3 })
  expect(readers.score).toMatchObject({ pairs: 3, agreed: 0 })
})

test('a machine that asks for a look holds back; who gave no score is not compared by score', () => {
  const { machine } = agreementOf(REVIEWS)
  expect(machine.usable).toMatchObject({ pairs: 4, agreed: 0.25, kappa: 0 })
  expect(machine.score).toMatchObject({ pairs: 3, agreed: 1 / 3 })
})

test('without reviews there is no agreement to speak of', () => {
  const none = { usable: null, score: null }
  expect(agreementOf([])).toEqual({ readers: none, machine: none })
})
