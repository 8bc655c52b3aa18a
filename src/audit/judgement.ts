/** Which part of a case is what was judged: the same inputs and the same policy must give it again, bit for bit. */
import type { Case } from '../domain/case.ts'
import { digestOf } from './canonical.ts'

/** Without what says which case it is, how far it has come and when. */
export function judgementOf(judged: Case): Partial<Case> {
  const { id: _, studyInstanceUid: __, state: ___, receivedAt, updatedAt, decidedAt, ...judgement } = judged
  return judgement
}

export function judgementDigest(judged: Case): string {
  return digestOf(judgementOf(judged))
}
