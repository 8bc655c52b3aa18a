import { useRef, useState, type ReactElement } from 'react'
import type { Case } from '../../../src/domain/case.ts'
import type { CaseReviews } from '../../../src/domain/review.ts'
import { Disclosure } from './disclosure.tsx'
import { EMPTY_DRAFT, faultsOf, reviewOf, targetsOf, type Draft, type Target } from './review-draft.ts'
import { ReviewFields } from './review-fields.tsx'
import { SignPart } from './sign-part.tsx'
import { useSignOff } from './use-sign-off.ts'

interface ReviewFormProps {
  readonly of: Case
  readonly known: CaseReviews
  readonly onSigned: (reviews: CaseReviews) => void
}

/** One's own opinion on the whole object and its segments, signed all at once. */
export function ReviewForm({ of, known, onSigned }: ReviewFormProps): ReactElement {
  const shownAt = useRef(performance.now())
  const [drafts, setDrafts] = useState<ReadonlyMap<number | null, Draft>>(new Map())
  const state = useSignOff(of, known, onSigned)
  const targets = targetsOf(of)
  const given = targets.flatMap((target) => {
    const review = reviewOf(target, drafts.get(target.segment) ?? EMPTY_DRAFT)
    return review === null ? [] : [{ target, review }]
  })

  function change(target: Target, draft: Draft): void {
    const elapsedMs = Math.round(performance.now() - shownAt.current)
    setDrafts(new Map(drafts).set(target.segment, { ...draft, elapsedMs }))
    state.forget()
  }

  async function sign(): Promise<void> {
    const faults = [
      ...(given.length === 0 ? ['Say first of the object or of a segment whether it is usable.'] : []),
      ...given.flatMap(({ target, review }) =>
        faultsOf(target, review).map((fault) => `${target.name}: ${fault}`),
      ),
    ]
    const isSigned = await state.sign(
      given.map(({ review }) => review),
      faults,
    )
    if (isSigned) setDrafts(new Map())
  }

  return (
    <Disclosure
      summary={<span>Your review</span>}
      testId="plumbline-review"
      startsOpen={of.withheld !== undefined}
    >
      {() => (
        <div className="plumbline-review">
          {known.blind && of.withheld !== undefined && (
            <p className="plumbline-todo">Blind reading: score it first, then the verdict is shown.</p>
          )}
          {targets.map((target) => (
            <ReviewFields
              key={target.segment}
              target={target}
              draft={drafts.get(target.segment) ?? EMPTY_DRAFT}
              onChange={(draft) => change(target, draft)}
            />
          ))}
          <SignPart known={known} state={state} onSign={() => void sign()} />
        </div>
      )}
    </Disclosure>
  )
}
