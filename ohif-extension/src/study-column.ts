/** The column of the study list: worst verdict of a study, and how many of its segmentation objects have it. */
import { VerdictKind } from '../../src/domain/case.ts'
import type { StudySummary } from '../../src/domain/study-summary.ts'
import { mountPoint, type Draw } from './mount-element.ts'
import { watchSummary, type SummaryState } from './study-summary-watch.ts'
import { FAILED_LOOK, RUNNING_LOOK, UNKNOWN_LOOK, VERDICT_LOOKS, type Look } from './verdict-look.ts'
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
      const badge = document.createElement('span')
      badge.dataset['testid'] = 'plumbline-study-badge'
      badge.style.whiteSpace = 'nowrap'
      element.append(badge)
      const stop = watchSummary(source, studyInstanceUid, (state) => {
        const { text, colour, title } = badgeOf(state)
        if (state.kind === 'known' || state.kind === 'none') said.set(studyInstanceUid, text.toLowerCase())
        badge.textContent = text
        badge.title = title
        badge.style.color = colour
      })
      return () => {
        stop()
        badge.remove()
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

export function badgeOf(state: SummaryState): Badge {
  switch (state.kind) {
    case 'asking':
      return { text: '…', colour: UNKNOWN_LOOK.colour, title: 'Asking for the verdicts' }
    case 'none':
      return { text: '', colour: UNKNOWN_LOOK.colour, title: 'No segmentation of this study was checked' }
    case 'unknown':
      return badge(UNKNOWN_LOOK, '', 'The verdicts cannot be read now; trying again')
    case 'known':
      return summaryBadge(state.summary)
  }
}

function summaryBadge(summary: StudySummary): Badge {
  const { objects, running, failed, worst, verdicts } = summary
  const counts: readonly (readonly [Look, number])[] = [
    ...VerdictKind.options.map((kind) => [VERDICT_LOOKS[kind], verdicts[kind]] as const),
    [RUNNING_LOOK, running],
    [FAILED_LOOK, failed],
  ]
  const title = `${objects} segmentation object${objects === 1 ? '' : 's'}: ${counts
    .filter(([, count]) => count > 0)
    .map(([{ word }, count]) => `${count} ${word}`)
    .join(', ')}`
  // A verdict that may still get worse says so; a check that failed is never behind an accept.
  const more = running > 0 ? ` ${RUNNING_LOOK.symbol}` : ''
  if (failed > 0 && (worst === null || worst === 'accept'))
    return badge(FAILED_LOOK, share(failed, objects) + more, title)
  if (worst === null) return badge(RUNNING_LOOK, share(running, objects), title)
  return badge(VERDICT_LOOKS[worst], share(verdicts[worst], objects) + more, title)
}

function badge({ symbol, word, colour }: Look, rest: string, title: string): Badge {
  return { text: `${symbol} ${word}${rest}`, colour, title }
}

function share(count: number, objects: number): string {
  return objects > 1 ? ` ${count} of ${objects}` : ''
}
