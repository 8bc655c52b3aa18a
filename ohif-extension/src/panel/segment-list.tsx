import { useId, useState, type ReactElement } from 'react'
import type { Case, SegmentResult, VerdictKind } from '../../../src/domain/case.ts'
import { Disclosure } from './disclosure.tsx'
import { SegmentDetails } from './segment-details.tsx'
import { Badge, ScoreText } from './sign-icon.tsx'
import { byVerdict, CATEGORIES, counted, severityCounts, VERDICT_ORDER, VERDICTS } from './words.ts'

/** From so many segments on they can be filtered by verdict; and by text, and all are closed at first. */
const VERDICT_FILTER_MIN = 6
const TEXT_FILTER_MIN = 12
/** And rows out of sight are not laid out. */
const LAZY_MIN = 30

interface SegmentListProps {
  readonly of: Case
  /** The worst segment is open from the start, unless there are too many to look through. */
  readonly opensWorst: boolean
}

/** The segments, worst first. A row's details are made when it is opened, so a hundred rows cost little. */
export function SegmentList({ of, opensWorst }: SegmentListProps): ReactElement | null {
  const [verdict, setVerdict] = useState<VerdictKind | null>(null)
  const [text, setText] = useState('')
  const { segments } = of
  if (segments.length === 0) return null
  const shown = segments
    .filter((segment) => (verdict === null || segment.verdict === verdict) && matches(segment, text))
    .toSorted(byVerdict)
  return (
    <>
      {segments.length >= VERDICT_FILTER_MIN && (
        <VerdictFilter segments={segments} chosen={verdict} onChoose={setVerdict} />
      )}
      {segments.length >= TEXT_FILTER_MIN && <TextFilter text={text} onText={setText} />}
      {segments.length >= VERDICT_FILTER_MIN && (
        <p role="status" className="plumbline-quiet plumbline-shown">
          {shown.length === segments.length
            ? counted(segments.length, 'segment')
            : `${shown.length} of ${counted(segments.length, 'segment')}`}
        </p>
      )}
      <ul
        className={`plumbline-segments${segments.length >= LAZY_MIN ? ' plumbline-lazy' : ''}`}
        data-testid="plumbline-segments"
      >
        {shown.map((segment, index) => (
          <li key={segment.number}>
            <SegmentRow
              of={of}
              segment={segment}
              startsOpen={opensWorst && index === 0 && segments.length < TEXT_FILTER_MIN}
            />
          </li>
        ))}
      </ul>
    </>
  )
}

function SegmentRow(props: {
  readonly of: Case
  readonly segment: SegmentResult
  readonly startsOpen: boolean
}): ReactElement {
  const { of, segment, startsOpen } = props
  const { label, number, verdict, score, category, findings } = segment
  const facts = [category === null ? '' : CATEGORIES[category], severityCounts(findings)]
  return (
    <Disclosure
      level={3}
      className={`plumbline-segment plumbline-${VERDICTS[verdict].tone}`}
      testId={`plumbline-segment-${number}`}
      startsOpen={startsOpen}
      summary={
        <span className="plumbline-row">
          <span className="plumbline-name">{label || `Segment ${number}`}</span>{' '}
          <Badge said={VERDICTS[verdict]} small />{' '}
          <span className="plumbline-quiet plumbline-facts">
            {facts.filter((fact) => fact !== '').join(' · ') || `Segment ${number}`}
          </span>
          <ScoreText score={score} />
        </span>
      }
    >
      {() => <SegmentDetails of={of} segment={segment} />}
    </Disclosure>
  )
}

interface VerdictFilterProps {
  readonly segments: readonly SegmentResult[]
  /** Null: all. */
  readonly chosen: VerdictKind | null
  readonly onChoose: (verdict: VerdictKind | null) => void
}

/** One button per verdict that occurs; pressed again it shows all. */
function VerdictFilter({ segments, chosen, onChoose }: VerdictFilterProps): ReactElement {
  const present = VERDICT_ORDER.map((verdict) => ({
    verdict,
    count: segments.filter((segment) => segment.verdict === verdict).length,
  })).filter(({ count }) => count > 0)
  return (
    <div className="plumbline-filter" role="group" aria-label="Show only segments with this verdict">
      {present.map(({ verdict, count }) => (
        <button
          key={verdict}
          type="button"
          className="plumbline-button"
          aria-pressed={chosen === verdict}
          onClick={() => onChoose(chosen === verdict ? null : verdict)}
        >
          {VERDICTS[verdict].word} {count}
        </button>
      ))}
    </div>
  )
}

function TextFilter(props: { readonly text: string; readonly onText: (text: string) => void }): ReactElement {
  const id = useId()
  return (
    <div className="plumbline-filter">
      <label htmlFor={id}>Find a segment</label>
      <input
        id={id}
        type="search"
        value={props.text}
        placeholder="Name, finding or number"
        onChange={(event) => props.onText(event.target.value)}
      />
    </div>
  )
}

/** In the name, the coded name, a finding's mode; or the number itself. */
export function matches({ label, code, findings, number }: SegmentResult, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  if (wanted === '' || wanted === String(number)) return true
  const modes = findings.map(({ mode }) => mode.replaceAll('-', ' '))
  return [label, code?.meaning ?? '', ...modes].some((words) => words.toLowerCase().includes(wanted))
}
