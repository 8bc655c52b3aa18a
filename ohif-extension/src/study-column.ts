/** The column of the study list: worst verdict of a study, and how many of its segmentation objects have it. */
import type { StudySummary } from '../../src/domain/study-summary.ts'
import { mountPoint, type Draw } from './mount-element.ts'
import { watchSummary, type SummaryState } from './study-summary-watch.ts'
import { colourOf, signed } from './verdict-look.ts'
import { STATES, VERDICT_ORDER, VERDICTS, type Said } from './panel/words.ts'
import type { VerdictSource } from './verdict-source.ts'

export const STUDY_BADGE_VIEW = 'study-badge'
const TITLE = 'Segmentation QC'

interface ListedStudy {
  readonly original: { readonly studyInstanceUid?: string }
}

export interface StudyColumn {
  /** Draws what is in a cell; the subject is the study. */
  readonly draw: Draw
  /** Adds the column before the last one, which holds the host's buttons. Hosts before 3.13 have no such list. */
  readonly addTo: (columns: unknown) => unknown
}

export function createStudyColumn(source: Pick<VerdictSource, 'summaries'>): StudyColumn {
  /** What the badges say, by study. */
  const said = new Map<string, string>()
  /** The host puts a search field above every column. A study whose verdict is not known yet is never hidden by it. */
  const matches = ({ original }: ListedStudy, _column: string, wanted: unknown): boolean =>
    said.get(original.studyInstanceUid ?? '')?.includes(String(wanted).toLowerCase()) ?? true
  const column = { ...COLUMN, filterFn: matches }
  return {
    addTo: (columns) =>
      Array.isArray(columns) ? [...columns.slice(0, -1), column, ...columns.slice(-1)] : columns,
    draw(element, studyInstanceUid) {
      const cell = document.createElement('span')
      cell.dataset['testid'] = 'plumbline-study-badge'
      cell.style.whiteSpace = 'nowrap'
      element.append(cell)
      const stop = watchSummary(source, studyInstanceUid, (state) => {
        const { text, colour, title } = badgeOf(state)
        if (state.kind === 'known' || state.kind === 'none') said.set(studyInstanceUid, text.toLowerCase())
        cell.textContent = text
        cell.title = title
        cell.style.color = colour
      })
      return () => {
        stop()
        cell.remove()
      }
    },
  }
}

/** A column of the host's study list (TanStack Table). */
const COLUMN = {
  id: 'plumbline',
  accessorFn: () => '',
  header: () => TITLE,
  enableSorting: false,
  cell: ({ row }: { readonly row: ListedStudy }) =>
    mountPoint(STUDY_BADGE_VIEW, row.original.studyInstanceUid ?? ''),
  meta: {
    label: TITLE,
    minWidth: 150,
    priority: 95,
    headerClassName: 'min-w-[150px]',
    cellClassName: 'min-w-[150px]',
  },
}

export interface Badge {
  readonly text: string
  readonly colour: string
  /** The same in full. */
  readonly title: string
}

const CHECKING: Said = { word: 'Checking', sign: 'dots', tone: 'pending' }
const UNKNOWN: Said = { word: 'Not known', sign: 'exclamation', tone: 'other' }

export function badgeOf(state: SummaryState): Badge {
  return state.kind === 'known' ? summaryBadge(state.summary) : BADGES[state.kind]
}

const BADGES: Readonly<Record<'asking' | 'none' | 'unknown', Badge>> = {
  asking: { text: '…', colour: colourOf(CHECKING), title: 'Asking for the verdicts' },
  none: { text: '', colour: colourOf(UNKNOWN), title: 'No segmentation of this study was checked' },
  unknown: badge(UNKNOWN, '', 'The verdicts cannot be read now; this is tried again by itself'),
}

/** The worst verdict. One that may still get worse says so, and a check that failed never hides behind an accept. */
function summaryBadge(summary: StudySummary): Badge {
  const { objects, running, failed, worst, verdicts } = summary
  const more = running > 0 ? ` · ${running} running` : ''
  const title = inFull(summary)
  if (failed > 0 && (worst === null || worst === 'accept'))
    return badge(STATES.failed, share(failed, objects) + more, title)
  if (worst === null) return badge(CHECKING, share(running, objects), title)
  return badge(VERDICTS[worst], share(verdicts[worst], objects) + more, title)
}

function inFull({ objects, running, failed, verdicts }: StudySummary): string {
  const counts: readonly (readonly [number, string])[] = [
    ...VERDICT_ORDER.map((kind) => [verdicts[kind], VERDICTS[kind].word] as const),
    [running, CHECKING.word],
    [failed, STATES.failed.word],
  ]
  const said = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} × ${word}`)
  return `${objects} segmentation object${objects === 1 ? '' : 's'}: ${said.join(', ')}`
}

function badge(said: Said, rest: string, title: string): Badge {
  return { text: signed(said) + rest, colour: colourOf(said), title }
}

function share(count: number, objects: number): string {
  return objects > 1 ? ` ${count} of ${objects}` : ''
}
