import { useId, useRef, useState, type ReactElement } from 'react'
import type { Case } from '../../../src/domain/case.ts'
import { READER_NAME_LENGTH_MAX, type CaseReviews, type NewReview } from '../../../src/domain/review.ts'
import { Disclosure } from './disclosure.tsx'
import { usePanel } from './panel-context.ts'
import { EMPTY_DRAFT, faultsOf, reviewOf, targetsOf, type Draft, type Target } from './review-draft.ts'
import { ReviewFields } from './review-fields.tsx'
import { wordsOf } from './use-error-layer.ts'
import { useReaderName } from './use-reviews.ts'
import { counted } from './words.ts'

interface ReviewFormProps {
  readonly of: Case
  readonly known: CaseReviews
  readonly onSigned: (reviews: CaseReviews) => void
}

type Signing =
  | { readonly kind: 'not' | 'asking' }
  | { readonly kind: 'signed'; readonly text: string }
  | { readonly kind: 'refused'; readonly why: string }

/** One's own opinion on the whole object and its segments, signed all at once. */
export function ReviewForm({ of, known, onSigned }: ReviewFormProps): ReactElement {
  const { source } = usePanel()
  const shownAt = useRef(performance.now())
  const [drafts, setDrafts] = useState<ReadonlyMap<number | null, Draft>>(new Map())
  const [name, setName] = useReaderName()
  const [signing, setSigning] = useState<Signing>({ kind: 'not' })
  const targets = targetsOf(of)
  const given = targets.flatMap((target) => {
    const review = reviewOf(target, drafts.get(target.segment) ?? EMPTY_DRAFT)
    return review === null ? [] : [{ target, review }]
  })

  function change(target: Target, draft: Draft): void {
    const elapsedMs = Math.round(performance.now() - shownAt.current)
    setDrafts(new Map(drafts).set(target.segment, { ...draft, elapsedMs }))
    setSigning({ kind: 'not' })
  }

  async function sign(reviews: NewReview[]): Promise<void> {
    setSigning({ kind: 'asking' })
    try {
      const signed = await source.signOff(of, { reviews, ...(known.reader === null && { readerName: name }) })
      setDrafts(new Map())
      setSigning({ kind: 'signed', text: `Signed: ${counted(reviews.length, 'opinion')}.` })
      onSigned(signed)
    } catch (error) {
      setSigning({ kind: 'refused', why: wordsOf(error) })
    }
  }

  function trySign(): void {
    if (signing.kind === 'asking') return
    const faults = [
      ...(given.length === 0 ? ['Say first of the object or of a segment whether it is usable.'] : []),
      ...given.flatMap(({ target, review }) =>
        faultsOf(target, review).map((fault) => `${target.name}: ${fault}`),
      ),
      ...(known.reader === null && name.trim() === ''
        ? ['Give your name: the report is signed with it.']
        : []),
    ]
    if (faults.length > 0) setSigning({ kind: 'refused', why: faults.join(' ') })
    else void sign(given.map(({ review }) => review))
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
          <Signer known={known} name={name} onName={setName} />
          <button
            type="button"
            className="plumbline-button plumbline-primary"
            aria-disabled={signing.kind === 'asking'}
            onClick={trySign}
          >
            {signing.kind === 'asking' ? 'Signing…' : 'Sign'}
          </button>
          <p
            role="status"
            className={signing.kind === 'refused' ? 'plumbline-answer plumbline-problem' : 'plumbline-answer'}
          >
            {signing.kind === 'refused' && signing.why}
            {signing.kind === 'signed' && signing.text}
          </p>
        </div>
      )}
    </Disclosure>
  )
}

interface SignerProps {
  readonly known: CaseReviews
  readonly name: string
  readonly onName: (name: string) => void
}

/** Who signs: as the service knows from the token, else as the reader types. */
function Signer({ known, name, onName }: SignerProps): ReactElement {
  const id = useId()
  if (known.reader !== null) return <p className="plumbline-quiet">You sign as {known.reader.name}.</p>
  return (
    <div className="plumbline-field">
      <label htmlFor={id}>Your name</label>
      <input
        id={id}
        type="text"
        value={name}
        autoComplete="name"
        maxLength={READER_NAME_LENGTH_MAX}
        onChange={(event) => onName(event.target.value)}
      />
    </div>
  )
}
