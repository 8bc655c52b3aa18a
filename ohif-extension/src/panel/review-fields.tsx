import { useId, type ReactElement, type ReactNode } from 'react'
import { CATEGORY_OF_SCORE, Score } from '../../../src/domain/opinion.ts'
import {
  COMMENT_LENGTH_MAX,
  REVIEW_REASONS,
  ReviewReason,
  reasonsFor,
  verdictOfScore,
  type ReviewVerdict,
} from '../../../src/domain/review.ts'
import { Disclosure } from './disclosure.tsx'
import { choicesOf, isOverride, type Draft, type Target } from './review-draft.ts'
import { CATEGORIES, VERDICTS } from './words.ts'

const SCORES: readonly Score[] = [5, 4, 3, 2, 1]

interface ReviewFieldsProps {
  readonly target: Target
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
}

/** The opinion on one thing: usable or not, and then how good, why, and in own words. Folded for segments. */
export function ReviewFields(props: ReviewFieldsProps): ReactElement {
  const { target, draft } = props
  const said = draft.verdict === null ? '' : `: ${VERDICTS[draft.verdict].word.toLowerCase()}`
  if (target.segment === null) return <Opinion {...props} />
  return (
    <Disclosure
      summary={<span>{`${target.name}${said}`}</span>}
      className="plumbline-folded"
      testId={`plumbline-review-${target.segment}`}
    >
      {() => <Opinion {...props} />}
    </Disclosure>
  )
}

/** Usable or not, and then how good, why, and in own words. */
export function Opinion({ target, draft, onChange }: ReviewFieldsProps): ReactElement {
  const group = useId()
  const { verdict } = draft
  const choose = (chosen: ReviewVerdict): void =>
    onChange({ ...draft, verdict: chosen, category: null, reason: null })
  const isReasonAsked = isOverride(target, draft) || (target.machine === null && verdict === 'reject')
  return (
    <fieldset className="plumbline-opinion">
      <legend>{target.name}</legend>
      {choicesOf(target).map((choice) => (
        <label key={choice.verdict} className="plumbline-choice">
          <input
            type="radio"
            name={group}
            checked={verdict === choice.verdict}
            onChange={() => choose(choice.verdict)}
          />
          {choice.words}
        </label>
      ))}
      {verdict !== null && (
        <>
          <Category verdict={verdict} draft={draft} onChange={onChange} />
          {isReasonAsked && <Reason verdict={verdict} draft={draft} onChange={onChange} />}
          <Comment draft={draft} onChange={onChange} />
        </>
      )}
    </fieldset>
  )
}

interface FieldProps extends Pick<ReviewFieldsProps, 'draft' | 'onChange'> {
  readonly verdict: ReviewVerdict
}

/** Only scores that go with the verdict. */
function Category({ verdict, draft, onChange }: FieldProps): ReactElement {
  const scores = SCORES.filter((score) => verdictOfScore(score) === verdict)
  const change = (text: string): void => {
    const chosen = Score.safeParse(Number(text))
    onChange({ ...draft, category: chosen.success ? chosen.data : null })
  }
  return (
    <Choice label="Score" value={String(draft.category ?? '')} onChoose={change}>
      {scores.map((score) => (
        <option key={score} value={score}>{`${score}: ${CATEGORIES[CATEGORY_OF_SCORE[score]]}`}</option>
      ))}
    </Choice>
  )
}

function Reason({ verdict, draft, onChange }: FieldProps): ReactElement {
  const change = (text: string): void => {
    const chosen = ReviewReason.safeParse(text)
    onChange({ ...draft, reason: chosen.success ? chosen.data : null })
  }
  return (
    <Choice label="Reason" value={draft.reason ?? ''} onChoose={change}>
      {reasonsFor(verdict).map((reason) => (
        <option key={reason} value={reason}>
          {REVIEW_REASONS[reason].words}
        </option>
      ))}
    </Choice>
  )
}

function Choice(props: {
  readonly label: string
  readonly value: string
  readonly onChoose: (text: string) => void
  readonly children: ReactNode
}): ReactElement {
  const id = useId()
  return (
    <div className="plumbline-field">
      <label htmlFor={id}>{props.label}</label>
      <select id={id} value={props.value} onChange={(event) => props.onChoose(event.target.value)}>
        <option value="">Choose</option>
        {props.children}
      </select>
    </div>
  )
}

export function Comment({ draft, onChange }: Pick<ReviewFieldsProps, 'draft' | 'onChange'>): ReactElement {
  const id = useId()
  return (
    <div className="plumbline-field">
      <label htmlFor={id}>Comment</label>
      <textarea
        id={id}
        rows={2}
        maxLength={COMMENT_LENGTH_MAX}
        value={draft.comment}
        onChange={(event) => onChange({ ...draft, comment: event.target.value })}
      />
    </div>
  )
}
