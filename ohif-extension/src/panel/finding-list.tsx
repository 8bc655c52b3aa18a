import type { ReactElement } from 'react'
import type { Case, SegmentResult } from '../../../src/domain/case.ts'
import type { Finding } from '../../../src/domain/evidence.ts'
import type { ImagePlace } from '../viewer-port.ts'
import { usePanel } from './panel-context.ts'
import { SignIcon } from './sign-icon.tsx'
import { useShow } from './use-show.ts'
import { bySeverity, SEVERITIES } from './words.ts'

interface OfSegment {
  readonly of: Case
  readonly segment: SegmentResult
}

/** Findings, worst first, each with the way to the images that show it. */
export function FindingList({ of, segment }: OfSegment): ReactElement | null {
  if (segment.findings.length === 0) return null
  return (
    <section>
      <h4 className="plumbline-section">Findings</h4>
      <ul className="plumbline-findings">
        {segment.findings.toSorted(bySeverity).map((finding) => (
          <FindingItem key={finding.id} finding={finding} of={of} segment={segment} />
        ))}
      </ul>
    </section>
  )
}

function FindingItem({ finding, of, segment }: OfSegment & { readonly finding: Finding }): ReactElement {
  const { problem, setProblem, show } = useShow(of, segment.number)
  const { shownPlace } = usePanel()
  const places = placesOf(finding)
  const nameOf = (index: number): string => JSON.stringify([of.id, segment.number, finding.id, index])
  const current = places.findIndex((_, index) => nameOf(index) === shownPlace)
  const said = SEVERITIES[finding.severity]
  const goTo = (index: number): Promise<void> => show(places[index] ?? null, nameOf(index))
  return (
    <li
      className={`plumbline-finding plumbline-${said.tone}`}
      data-testid={`plumbline-finding-${finding.id}`}
    >
      <p>
        <span className="plumbline-severity">
          <SignIcon sign={said.sign} /> {said.word}
        </span>{' '}
        {finding.text} <span className="plumbline-basis">{finding.id}</span>
      </p>
      <div className="plumbline-actions">
        <PlaceButtons places={places} current={current} onGoTo={(index) => void goTo(index)} />
        {finding.errorMask !== undefined && (
          <ErrorButton
            place={{ caseId: of.id, segmentNumber: segment.number, findingId: finding.id }}
            // Where nothing of the finding is in sight, its error would not be either.
            before={async () => {
              if (current < 0 && places.length > 0) await goTo(0)
            }}
            onProblem={setProblem}
          />
        )}
      </div>
      <p role="status" className="plumbline-problem">
        {problem}
      </p>
    </li>
  )
}

interface ErrorButtonProps {
  readonly place: { readonly caseId: string; readonly segmentNumber: number; readonly findingId: string }
  readonly before: () => Promise<void>
  readonly onProblem: (problem: string | null) => void
}

/** Shows what is too much or missing over the images, and hides it again. */
export function ErrorButton({ place, before, onProblem }: ErrorButtonProps): ReactElement {
  const { errorLayer } = usePanel()
  const isShown = errorLayer.isShown(place)
  async function toggle(): Promise<void> {
    onProblem(null)
    if (isShown) return errorLayer.hide()
    await before()
    const shown = await errorLayer.show(place)
    if (!shown.ok) onProblem(shown.reason)
  }
  return (
    <button type="button" className="plumbline-button" aria-pressed={isShown} onClick={() => void toggle()}>
      Show error
    </button>
  )
}

interface PlaceButtonsProps {
  readonly places: readonly ImagePlace[]
  /** The one that was shown last; -1: none of these. */
  readonly current: number
  readonly onGoTo: (index: number) => void
}

/** The worst place, and the others by number. */
function PlaceButtons({ places, current, onGoTo }: PlaceButtonsProps): ReactElement {
  if (places.length === 0) return <span className="plumbline-quiet">No single image shows it.</span>
  return (
    <>
      <button
        type="button"
        className="plumbline-button plumbline-primary"
        aria-current={current === 0 ? 'location' : undefined}
        onClick={() => onGoTo(0)}
      >
        {places.length === 1 ? 'Show' : 'Show worst image'}
      </button>
      {places.slice(1).map((place, index) => (
        <button
          key={`${place.sopInstanceUid} ${place.frameNumber ?? ''}`}
          type="button"
          className="plumbline-button plumbline-number"
          aria-label={`Show image ${index + 2} of ${places.length}`}
          aria-current={current === index + 1 ? 'location' : undefined}
          onClick={() => onGoTo(index + 1)}
        >
          {index + 2}
        </button>
      ))}
    </>
  )
}

/** Where the finding is seen, worst first; each place once. */
export function placesOf({ instances, frames }: Pick<Finding, 'instances' | 'frames'>): ImagePlace[] {
  const places = instances.map((sopInstanceUid, index) => ({
    sopInstanceUid,
    frameNumber: frames?.[index] ?? null,
  }))
  const first = (place: ImagePlace): number =>
    places.findIndex(
      (one) => one.sopInstanceUid === place.sopInstanceUid && one.frameNumber === place.frameNumber,
    )
  return places.filter((place, index) => first(place) === index)
}
