/** Which part of a case is what was judged: the same inputs and the same policy must give it again, bit for bit. */
import type { Case } from '../domain/case.ts'
import { digestOf } from './canonical.ts'

/**
 * Without what says which case it is, how far it has come and when; and without the correction, which has a time to be
 * found in, and proposes only.
 */
export function judgementOf(judged: Case): Partial<Case> {
  const { id: _id, studyInstanceUid: _study, state: _state, correction: _correction, ...rest } = judged
  const { receivedAt: _received, updatedAt: _updated, decidedAt: _decided, ...judgement } = rest
  return judgement
}

export function judgementDigest(judged: Case): string {
  return digestOf(judgementOf(judged))
}
