import { useState, type ReactElement } from 'react'
import type { Case, SegmentResult } from '../../../src/domain/case.ts'
import { proposedFor, type SegmentCorrection } from '../../../src/domain/correction.ts'
import type { Comparison } from '../viewer-port.ts'
import { useCaseReviews } from './case-reviews.ts'
import { ErrorButton, placesOf } from './finding-list.tsx'
import { usePanel } from './panel-context.ts'
import { ProposalDecision } from './proposal-decision.tsx'
import { DECISIONS, decisionsOn, factsOf } from './proposal-words.ts'
import { bySeverity } from './words.ts'

/** Of an error mask: what the pseudo ground truth says, not a finding. */
const ERRORS_OF_CORRECTION = 'correction'

interface ProposalProps {
  readonly of: Case
  readonly segment: SegmentResult
}

/** A better mask for a rejected segment, or why there is none: what it changes, both at once, the reader's decision. */
export function ProposalSection({ of, segment }: ProposalProps): ReactElement | null {
  const correction = of.correction?.segments.find(({ number }) => number === segment.number)
  if (correction === undefined) return null
  const isProposed = proposedFor(of.correction, segment.number) !== null
  return (
    <section className="plumbline-proposal" data-testid={`plumbline-proposal-${segment.number}`}>
      <h4 className="plumbline-section">Proposal</h4>
      <p>
        {isProposed && <b>A better mask is proposed. </b>}
        {correction.reason}
      </p>
      <Facts correction={correction} segment={segment} />
      {correction.notes.map((note) => (
        <p key={note} className="plumbline-quiet">
          {note}
        </p>
      ))}
      <Sight of={of} segment={segment} correction={correction} />
      {isProposed && <Decision of={of} segment={segment} />}
    </section>
  )
}

function Facts({ correction, segment }: Pick<ProposalProps, 'segment'> & { correction: SegmentCorrection }) {
  const facts = factsOf(correction, segment)
  if (facts.length === 0) return null
  return (
    <dl className="plumbline-facts-list">
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Both at once, and where the original is wrong. */
function Sight(props: ProposalProps & { readonly correction: SegmentCorrection }): ReactElement {
  const { of, segment, correction } = props
  const { sideBySide } = usePanel()
  const [problem, setProblem] = useState<string | null>(null)
  const comparison = comparisonOf(of, segment)
  const isShown = comparison !== null && sideBySide.isShown(comparison)
  async function toggle(wanted: Comparison): Promise<void> {
    setProblem(null)
    if (isShown) return sideBySide.end()
    const shown = await sideBySide.show(wanted)
    if (!shown.ok) setProblem(shown.reason)
  }
  return (
    <>
      <div className="plumbline-actions">
        {comparison !== null && (
          <button
            type="button"
            className="plumbline-button plumbline-primary"
            aria-pressed={isShown}
            onClick={() => void toggle(comparison)}
          >
            Side by side
          </button>
        )}
        {correction.pseudoTruth !== null && (
          <ErrorButton
            place={{ caseId: of.id, segmentNumber: segment.number, findingId: ERRORS_OF_CORRECTION }}
            before={async () => {}}
            onProblem={setProblem}
          />
        )}
      </div>
      <p role="status" className="plumbline-problem">
        {problem}
      </p>
    </>
  )
}

function comparisonOf({ object, correction }: Case, segment: SegmentResult): Comparison | null {
  const proposed = proposedFor(correction, segment.number)
  if (proposed === null) return null
  const [place = null] = segment.findings.toSorted(bySeverity).flatMap(placesOf)
  const { sopInstanceUid, seriesInstanceUid } = proposed.proposal
  return {
    original: {
      objectSopInstanceUid: object.sopInstanceUid,
      objectSeriesInstanceUid: object.seriesInstanceUid,
      segmentNumber: segment.number,
    },
    proposal: {
      objectSopInstanceUid: sopInstanceUid,
      objectSeriesInstanceUid: seriesInstanceUid,
      segmentNumber: proposed.segment.proposedNumber,
    },
    place,
  }
}

/** What readers decided, and one's own decision; nothing while the service is away. */
function Decision({ of, segment }: ProposalProps): ReactElement | null {
  const { loaded, set } = useCaseReviews()
  if (loaded.kind !== 'loaded') return null
  const { reviews } = loaded.reviews
  return (
    <>
      <ul className="plumbline-reasons" data-testid="plumbline-decisions">
        {decisionsOn(reviews, segment.number).map(({ id, reader, correction, report }) => (
          <li key={id}>
            {reader.name} {correction !== null && DECISIONS[correction]}
            <span className="plumbline-quiet">
              {report === null ? ' · the signed report is being written' : ' · signed report in the archive'}
            </span>
          </li>
        ))}
      </ul>
      <ProposalDecision of={of} segment={segment} known={loaded.reviews} onSigned={set} />
    </>
  )
}
