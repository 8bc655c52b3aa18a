import { expect, test } from 'vitest'
import type { Review } from '../../src/domain/review.ts'
import { machinePairs, readerPairs, usable } from '../../src/reviews/agreement.ts'

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

test('readers are paired on the same thing only, each by the newest opinion', () => {
  expect(readerPairs(REVIEWS, usable)).toEqual([[1, 1]])
  expect(readerPairs(REVIEWS, ({ category }) => category)).toEqual([[4, 5]])
})

test('three readers make three pairs', () => {
  expect(readerPairs([...REVIEWS, review('mary', 1, 'reject', 3)], usable)).toEqual([
    [1, 1],
    [1, 0],
    [1, 0],
  ])
})

test('a machine that asks for a look holds back; who gave no score is not compared by score', () => {
  expect(machinePairs(REVIEWS, { reader: usable, machine: usable })).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
    [0, 0],
  ])
  const byScore = machinePairs(REVIEWS, { reader: ({ category }) => category, machine: ({ score }) => score })
  expect(byScore).toEqual([
    [4, 4],
    [5, 4],
    [1, 4],
  ])
})
