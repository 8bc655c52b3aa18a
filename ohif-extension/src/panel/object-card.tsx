import type { ReactElement } from 'react'
import type { Case } from '../../../src/domain/case.ts'
import { Disclosure } from './disclosure.tsx'
import { CaseReviewsContext } from './case-reviews.ts'
import { Provenance } from './provenance.tsx'
import { ReviewSection } from './review-section.tsx'
import { SegmentList } from './segment-list.tsx'
import { ShowButton } from './show-button.tsx'
import { Badge, ScoreText } from './sign-icon.tsx'
import { useReviews } from './use-reviews.ts'
import { useNow } from './use-verdicts.ts'
import { durationText, isUnderWay, producerOf, saidOf, STATES, STEPS, titleOf } from './words.ts'

const WHAT_TO_DO: Readonly<Record<'not-assessable' | 'failed', string>> = {
  'not-assessable':
    'Plumbline could not judge this. Treat it as not checked: a person must look at it before it is used.',
  failed:
    'The check was given up, so this counts as not checked. When the cause is gone, use "Check now" to try again.',
}

interface ObjectCardProps {
  readonly of: Case
  /** From the service, and so to be reviewed; else only shown. */
  readonly isLive: boolean
  readonly startsOpen: boolean
  /** The worst segment is open from the start. */
  readonly opensWorst: boolean
}

/** One segmentation object: its verdict, why, what is under way, its segments. */
export function ObjectCard({ of, isLive, startsOpen, opensWorst }: ObjectCardProps): ReactElement {
  const said = saidOf(of)
  const producer = producerOf(of.object)
  return (
    <Disclosure
      level={2}
      className={`plumbline-object plumbline-${said.tone}`}
      testId={`plumbline-object-${of.object.sopInstanceUid}`}
      startsOpen={startsOpen}
      summary={
        <span className="plumbline-row">
          <span className="plumbline-name">{titleOf(of.object)}</span> <Badge said={said} />{' '}
          <span className="plumbline-quiet plumbline-facts">
            {[of.object.modality, producer].filter((fact) => fact !== '').join(' · ')}
          </span>
          <ScoreText score={of.score} />
        </span>
      }
    >
      {() => <Body of={of} isLive={isLive} opensWorst={opensWorst} />}
    </Disclosure>
  )
}

function Body({ of, isLive, opensWorst }: Omit<ObjectCardProps, 'startsOpen'>): ReactElement {
  const reviews = useReviews(of, isLive && of.state === 'done')
  return (
    <CaseReviewsContext.Provider value={reviews}>
      <div className="plumbline-body">
        {isUnderWay(of) && <Progress of={of} />}
        <ObjectReasons of={of} />
        <div className="plumbline-actions">
          <ShowButton of={of} segmentNumber={null} />
        </div>
        <SegmentList of={of} opensWorst={opensWorst} />
        <ReviewSection of={of} isLive={isLive} />
        <Provenance of={of} />
      </div>
    </CaseReviewsContext.Provider>
  )
}

/** With one segment its reasons are the object's; more than a few are in the segments. */
function ObjectReasons({ of }: { readonly of: Case }): ReactElement | null {
  const { reasons, segments, state, verdict } = of
  const [only] = segments
  const toDo = state === 'failed' ? 'failed' : verdict === 'not-assessable' ? verdict : null
  const isSaidBelow = segments.length === 1 && only !== undefined && toDo === null
  const shown = isSaidBelow
    ? reasons.filter((reason) => !only.reasons.some((one) => reason.includes(one)))
    : reasons
  if (shown.length === 0 && toDo === null) return null
  return (
    <>
      <ul className="plumbline-reasons">
        {shown.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {toDo !== null && <p className="plumbline-todo">{WHAT_TO_DO[toDo]}</p>}
    </>
  )
}

/** Where a check is on its way, and since when. */
function Progress({ of }: { readonly of: Case }): ReactElement {
  const now = useNow(true)
  const at = STEPS.findIndex(({ states }) => states.includes(of.state))
  const word = of.state === 'done' ? '' : STATES[of.state].word
  return (
    <div className="plumbline-progress" data-testid="plumbline-progress">
      <ol aria-label="Steps of the check">
        {STEPS.map(({ name }, index) => (
          <li
            key={name}
            className={index < at ? 'plumbline-past' : ''}
            aria-current={index === at ? 'step' : undefined}
          >
            {name}
          </li>
        ))}
      </ol>
      <p>
        {word}{' '}
        <span className="plumbline-quiet">{durationText(Math.max(0, now - Date.parse(of.updatedAt)))}</span>
      </p>
    </div>
  )
}
