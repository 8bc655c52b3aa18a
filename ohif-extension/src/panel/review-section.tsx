import type { ReactElement } from 'react'
import type { Case } from '../../../src/domain/case.ts'
import { REVIEW_REASONS, type Review } from '../../../src/domain/review.ts'
import { useCaseReviews } from './case-reviews.ts'
import { standing, targetsOf } from './review-draft.ts'
import { ReviewForm } from './review-form.tsx'
import { Badge, ScoreText } from './sign-icon.tsx'
import { DECISIONS } from './proposal-words.ts'
import { VERDICTS } from './words.ts'

const AWAY =
  'Reviews need Plumbline itself, which cannot be reached now. Nothing can be signed until it answers.'
const NOT_YET = 'It can be reviewed once it has its verdict and its report.'

interface ReviewSectionProps {
  readonly of: Case
  readonly isLive: boolean
}

/** What readers said, beside what the machine said, and the form for one's own opinion. */
export function ReviewSection({ of, isLive }: ReviewSectionProps): ReactElement {
  const isOpen = isLive && of.state === 'done'
  const { loaded, set } = useCaseReviews()
  return (
    <section data-testid="plumbline-reviews">
      <h3 className="plumbline-section">Reviews</h3>
      {!isOpen && <p className="plumbline-quiet">{isLive ? NOT_YET : AWAY}</p>}
      {isOpen && loaded.kind === 'failed' && (
        <p role="alert" className="plumbline-problem">
          {loaded.why}
        </p>
      )}
      {isOpen && loaded.kind === 'loaded' && (
        <>
          <Opinions of={of} reviews={standing(loaded.reviews.reviews)} />
          <ReviewForm of={of} known={loaded.reviews} onSigned={set} />
        </>
      )}
    </section>
  )
}

/** Both opinions, side by side in words. */
function Opinions({ of, reviews }: { readonly of: Case; readonly reviews: readonly Review[] }) {
  if (reviews.length === 0) return <p className="plumbline-quiet">No reader has signed anything yet.</p>
  const names = new Map(targetsOf(of).map(({ segment, name }) => [segment, name]))
  return (
    <ul className="plumbline-opinions" data-testid="plumbline-opinions">
      {reviews.map((review) => (
        <li key={review.id}>
          <b>{names.get(review.segment) ?? `Segment ${review.segment}`}</b>
          <span>
            Machine: <Badge said={VERDICTS[review.machine.verdict]} small />{' '}
            <ScoreText score={review.machine.score} />
          </span>
          <span>
            {review.reader.name}: <Badge said={VERDICTS[review.verdict]} small />{' '}
            <ScoreText score={review.category} />
          </span>
          <Why review={review} />
        </li>
      ))}
    </ul>
  )
}

function reportWords({ report, unsigned }: Review): string {
  if (unsigned !== undefined)
    return 'no signed report: the verdict report is gone from the archive; have it restored, then review again'
  return report === null ? 'the signed report is being written' : 'signed report in the archive'
}

function Why({ review }: { readonly review: Review }): ReactElement {
  const { kind, reason, correction, comment, blind } = review
  const facts = [
    kind === 'override' ? 'Overrides the machine' : 'Agrees with the machine',
    reason === null ? '' : REVIEW_REASONS[reason].words,
    correction === null ? '' : DECISIONS[correction],
    blind ? 'scored before the verdict was shown' : '',
    reportWords(review),
  ]
  return (
    <>
      <span className="plumbline-quiet">{facts.filter((fact) => fact !== '').join(' · ')}</span>
      {comment !== '' && <q>{comment}</q>}
    </>
  )
}
