/** What the synthetic readers say of some of the synthetic cases. */
import type { Case, SegmentResult } from '../../domain/case.ts'
import { reasonsFor, reviewKind, type Review } from '../../domain/review.ts'
import type { Score } from '../../domain/opinion.ts'
import { seededRandom, type Random } from '../../phantom/random.ts'
import { READERS, REVIEWED_SHARE, SECOND_READER_SHARE } from './scenario.ts'

/** How likely a reader accepts what the machine gave this score. */
const ACCEPTED_SHARE: Readonly<Record<Score, number>> = { 5: 0.98, 4: 0.92, 3: 0.4, 2: 0.1, 1: 0.02 }

export type SyntheticReview = Omit<Review, 'report'>

export function* simulateReviews(cases: Iterable<Case>, seed: number): Generator<SyntheticReview> {
  const random = seededRandom(seed ^ 0x5eed)
  for (const subject of cases) {
    if (random() >= REVIEWED_SHARE) continue
    const first = Math.floor(random() * READERS.length)
    const readers = random() < SECOND_READER_SHARE ? [first, (first + 1) % READERS.length] : [first]
    for (const index of readers)
      for (const segment of subject.segments) yield reviewOf(subject, segment, index, random)
  }
}

function reviewOf(subject: Case, segment: SegmentResult, index: number, random: Random): SyntheticReview {
  const reader = READERS[index] ?? READERS[0]
  const share = segment.score === null ? 0.5 : ACCEPTED_SHARE[segment.score]
  const odds = (share / (1 - share)) * Math.exp(reader.leniency)
  const verdict = random() < odds / (1 + odds) ? 'accept' : 'reject'
  const kind = reviewKind(segment.verdict, verdict)
  const reasons = reasonsFor(verdict).filter((reason) => reason !== 'other')
  const signOffId = `synthetic-${subject.id.slice(0, 16)}-${index}`
  return {
    id: `${signOffId}-${segment.number}`,
    signOffId,
    caseId: subject.id,
    segment: segment.number,
    reader: { id: reader.id, name: reader.name },
    kind,
    verdict,
    category: null,
    reason: kind === 'agree' ? null : (reasons[Math.floor(random() * reasons.length)] ?? null),
    correction: null,
    comment: '',
    blind: false,
    elapsedMs: Math.round(15_000 * Math.exp(random() * 2)),
    machine: { verdict: segment.verdict, score: segment.score },
    reviewedAt: new Date(Date.parse(subject.receivedAt) + 7_200_000).toISOString(),
  }
}
