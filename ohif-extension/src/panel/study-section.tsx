import { useState, type ReactElement } from 'react'
import type { Case } from '../../../src/domain/case.ts'
import type { StudyVerdicts } from '../verdict-source.ts'
import { ObjectCard } from './object-card.tsx'
import { usePanel } from './panel-context.ts'
import { wordsOf } from './use-error-layer.ts'
import { useAnnouncement, useVerdicts } from './use-verdicts.ts'
import { byVerdict, counted, isUnderWay, saidOf } from './words.ts'

/** So many objects are open from the start; of more only the worst. */
const OPEN_MAX = 2

interface StudySectionProps {
  readonly studyInstanceUid: string
  /** Null when it is the only study. */
  readonly title: string | null
}

/** The segmentation objects of one study, worst first. */
export function StudySection({ studyInstanceUid, title }: StudySectionProps): ReactElement {
  const { source } = usePanel()
  const verdicts = useVerdicts(source, studyInstanceUid)
  const { status } = verdicts
  const announcement = useAnnouncement(verdicts.cases, status !== 'loading')
  const cases = verdicts.cases.toSorted((a, b) => byVerdict(a, b))
  return (
    <section
      aria-label={title ?? 'Verdicts of this study'}
      data-testid="plumbline-study"
      data-status={status}
    >
      <header className="plumbline-head">
        <p className="plumbline-summary">
          {title !== null && <span className="plumbline-quiet">{title}: </span>}
          {summaryOf(verdicts)}
        </p>
        <CheckNow studyInstanceUid={studyInstanceUid} cases={cases} status={status} />
      </header>
      {verdicts.notice !== null && <Notice verdicts={verdicts} text={verdicts.notice} />}
      <p role="status" className="plumbline-hidden" data-testid="plumbline-announcement">
        {announcement}
      </p>
      {cases.map((one, index) => (
        <ObjectCard
          key={one.object.sopInstanceUid}
          of={one}
          isLive={status === 'live'}
          startsOpen={index === 0 || cases.length <= OPEN_MAX}
          opensWorst={index === 0 && one.verdict !== 'accept'}
        />
      ))}
    </section>
  )
}

const NOTICE_TITLES: Readonly<Record<StudyVerdicts['status'], string>> = {
  loading: 'Please wait',
  live: 'Note',
  'from-report': 'From the report in the archive',
  unavailable: 'No verdicts to be had',
}

function Notice({
  verdicts,
  text,
}: {
  readonly verdicts: StudyVerdicts
  readonly text: string
}): ReactElement {
  const { status, cases } = verdicts
  const isStale = status === 'unavailable' && cases.length > 0
  return (
    <div
      className={`plumbline-notice plumbline-notice-${status}`}
      role="status"
      data-testid="plumbline-notice"
    >
      <b>{isStale ? 'Not up to date' : NOTICE_TITLES[status]}</b>
      <p>{text}</p>
    </div>
  )
}

function summaryOf({ status, cases }: StudyVerdicts): string {
  if (status === 'loading') return 'Asking for verdicts…'
  if (cases.length === 0)
    return status === 'live' ? 'No segmentation of this study was checked.' : 'No verdicts.'
  const words = new Map<string, number>()
  for (const one of cases.toSorted((a, b) => byVerdict(a, b))) {
    const word = isUnderWay(one) ? 'under way' : saidOf(one).word.toLowerCase()
    words.set(word, (words.get(word) ?? 0) + 1)
  }
  return `${counted(cases.length, 'segmentation')}: ${[...words].map(([word, count]) => `${count} ${word}`).join(', ')}`
}

type Asked =
  | { readonly kind: 'not' | 'asking' | 'answered' }
  | { readonly kind: 'refused'; readonly why: string }

interface CheckNowProps extends Pick<StudyVerdicts, 'status'> {
  readonly studyInstanceUid: string
  readonly cases: readonly Case[]
}

/** Asks for a check of the whole study. What has a verdict under the present policy is not checked again. */
function CheckNow({ studyInstanceUid, cases, status }: CheckNowProps): ReactElement {
  const { source } = usePanel()
  const [asked, setAsked] = useState<Asked>({ kind: 'not' })
  async function ask(): Promise<void> {
    setAsked({ kind: 'asking' })
    try {
      await source.checkNow(studyInstanceUid)
      setAsked({ kind: 'answered' })
    } catch (error) {
      setAsked({ kind: 'refused', why: wordsOf(error) })
    }
  }
  const isAsking = asked.kind === 'asking'
  return (
    <>
      <button
        type="button"
        className="plumbline-button"
        aria-disabled={isAsking || status === 'loading'}
        onClick={() => {
          if (!isAsking && status !== 'loading') void ask()
        }}
      >
        {isAsking ? 'Asking…' : 'Check now'}
      </button>
      <p
        role="status"
        className={asked.kind === 'refused' ? 'plumbline-answer plumbline-problem' : 'plumbline-answer'}
      >
        {asked.kind === 'refused' && asked.why}
        {asked.kind === 'answered' && answerText(cases)}
      </p>
    </>
  )
}

function answerText(cases: readonly Case[]): string {
  if (cases.length === 0) return 'There is no segmentation in this study.'
  const left = cases.filter(isUnderWay).length
  return left > 0
    ? `${counted(left, 'check')} under way.`
    : 'Every segmentation has its verdict under the present policy: nothing is left to check.'
}
