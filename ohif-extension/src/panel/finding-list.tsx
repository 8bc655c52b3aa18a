import { useState, type ReactElement } from 'react'
import type { Case, SegmentResult } from '../../../src/domain/case.ts'
import type { Finding } from '../../../src/domain/evidence.ts'
import type { ImagePlace, Shown } from '../viewer-port.ts'
import { usePanel } from './panel-context.ts'
import { SignIcon } from './sign-icon.tsx'
import { wordsOf } from './use-error-layer.ts'
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
  const { errorLayer } = usePanel()
  const [problem, setProblem] = useState<string | null>(null)
  const said = SEVERITIES[finding.severity]
  const errors = { caseId: of.id, segmentNumber: segment.number, findingId: finding.id }
  const isLayerShown = errorLayer.isShown(errors)
  async function toggleLayer(): Promise<void> {
    setProblem(null)
    if (isLayerShown) return errorLayer.hide()
    const shown = await errorLayer.show(errors)
    if (!shown.ok) setProblem(shown.reason)
  }
  return (
    <li className={`plumbline-finding plumbline-${said.tone}`} data-testid={`plumbline-finding-${finding.id}`}>
      <p>
        <span className="plumbline-severity">
          <SignIcon sign={said.sign} /> {said.word}
        </span>{' '}
        {finding.text} <span className="plumbline-basis">{finding.id}</span>
      </p>
      <div className="plumbline-actions">
        <PlaceButtons places={placesOf(finding)} of={of} segment={segment} onAnswer={setProblem} />
        {hasErrorMask(finding) && (
          <button
            type="button"
            className="plumbline-button"
            aria-pressed={isLayerShown}
            onClick={() => void toggleLayer()}
          >
            Show error
          </button>
        )}
      </div>
      <p role="status" className="plumbline-problem">
        {problem}
      </p>
    </li>
  )
}

interface PlaceButtonsProps extends OfSegment {
  readonly places: readonly ImagePlace[]
  /** Null: it was shown. */
  readonly onAnswer: (problem: string | null) => void
}

/** The worst place, and the others by number. */
function PlaceButtons({ places, of, segment, onAnswer }: PlaceButtonsProps): ReactElement {
  const { viewer } = usePanel()
  const [current, setCurrent] = useState<number | null>(null)
  async function show(index: number): Promise<void> {
    onAnswer(null)
    const { sopInstanceUid, seriesInstanceUid } = of.object
    const shown = await answerOf(
      viewer.show({
        objectSopInstanceUid: sopInstanceUid,
        objectSeriesInstanceUid: seriesInstanceUid,
        segmentNumber: segment.number,
        place: places[index] ?? null,
      }),
    )
    setCurrent(shown.ok ? index : null)
    onAnswer(shown.ok ? null : shown.reason)
  }
  if (places.length === 0) return <span className="plumbline-quiet">No single image shows it.</span>
  return (
    <>
      <button
        type="button"
        className="plumbline-button plumbline-primary"
        aria-current={current === 0 ? 'location' : undefined}
        onClick={() => void show(0)}
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
          onClick={() => void show(index + 1)}
        >
          {index + 2}
        </button>
      ))}
    </>
  )
}

/** The segmentation over the images, all segments or one brought out, where the reader is. */
export function ShowButton(props: { readonly of: Case; readonly segmentNumber: number | null }): ReactElement {
  const { viewer } = usePanel()
  const [problem, setProblem] = useState<string | null>(null)
  const { sopInstanceUid, seriesInstanceUid } = props.of.object
  async function show(): Promise<void> {
    setProblem(null)
    const shown = await answerOf(
      viewer.show({
        objectSopInstanceUid: sopInstanceUid,
        objectSeriesInstanceUid: seriesInstanceUid,
        segmentNumber: props.segmentNumber,
        place: null,
      }),
    )
    if (!shown.ok) setProblem(shown.reason)
  }
  return (
    <>
      <button type="button" className="plumbline-button" onClick={() => void show()}>
        {props.segmentNumber === null ? 'Show segmentation' : 'Show segment'}
      </button>
      <span role="status" className="plumbline-problem">
        {problem}
      </span>
    </>
  )
}

async function answerOf(shown: Promise<Shown>): Promise<Shown> {
  try {
    return await shown
  } catch (error) {
    return { ok: false, reason: wordsOf(error) }
  }
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

function hasErrorMask(finding: Finding): boolean {
  return 'errorMask' in finding && finding.errorMask !== null && finding.errorMask !== undefined
}
