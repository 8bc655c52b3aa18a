import { useRef, useState, type ReactElement } from 'react'
import type { Case, SegmentResult } from '../../../src/domain/case.ts'
import type { CaseReviews, CorrectionDecision } from '../../../src/domain/review.ts'
import { EMPTY_DRAFT, faultsOf, reviewOf, type Draft, type Target } from './review-draft.ts'
import { Comment, Opinion } from './review-fields.tsx'
import { SignPart } from './sign-part.tsx'
import { useSignOff } from './use-sign-off.ts'

interface ProposalDecisionProps {
  readonly of: Case
  readonly segment: SegmentResult
  readonly known: CaseReviews
  readonly onSigned: (reviews: CaseReviews) => void
}

/** The proposal, or the original: signed as a review of the segment. Nothing is replaced or removed by it. */
export function ProposalDecision({ of, segment, known, onSigned }: ProposalDecisionProps): ReactElement {
  const shownAt = useRef(performance.now())
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT)
  const state = useSignOff(of, known, onSigned)
  const { number, label, verdict } = segment
  const target: Target = {
    segment: number,
    name: `The original: ${label || `Segment ${number}`}`,
    machine: verdict,
  }

  function change(changed: Draft): void {
    setDraft({ ...changed, elapsedMs: Math.round(performance.now() - shownAt.current) })
    state.forget()
  }

  async function sign(): Promise<void> {
    const review = reviewOf(target, draft)
    const faults =
      review === null ? ['Say first whether the original is usable as it is.'] : faultsOf(target, review)
    if (await state.sign(review === null ? [] : [review], faults)) setDraft(EMPTY_DRAFT)
  }

  return (
    <>
      <div className="plumbline-actions" role="group" aria-label="What becomes of the proposal">
        {CHOICES.map(({ correction, words, start }) => (
          <button
            key={correction}
            type="button"
            className="plumbline-button"
            aria-pressed={draft.correction === correction}
            onClick={() => change(draft.correction === correction ? EMPTY_DRAFT : start)}
          >
            {words}
          </button>
        ))}
      </div>
      {draft.correction !== null && (
        <div className="plumbline-review">
          {draft.correction === 'taken' ? (
            <Comment draft={draft} onChange={change} />
          ) : (
            <Opinion target={target} draft={draft} onChange={change} />
          )}
          <SignPart known={known} state={state} onSign={() => void sign()} />
        </div>
      )}
      {draft.correction === null && state.signing.kind === 'signed' && (
        <p role="status">{state.signing.text}</p>
      )}
    </>
  )
}

/** Who takes the proposal says of the original that it is not usable as it is; who keeps that says which of both it is. */
const CHOICES: readonly { correction: CorrectionDecision; words: string; start: Draft }[] = [
  {
    correction: 'taken',
    words: 'Take proposal',
    start: { ...EMPTY_DRAFT, verdict: 'reject', correction: 'taken' },
  },
  { correction: 'kept', words: 'Keep original', start: { ...EMPTY_DRAFT, correction: 'kept' } },
]
