/** Who was judged how: sections on groups of segments. */
import { AgeBand, BodySize } from '../domain/case-facts.ts'
import type { Grouping, GroupRow, ReportModel } from '../domain/report-model.ts'
import { changeCell, columns, named, shortened } from './cells.ts'
import { acceptedByGroup } from './charts.ts'
import type { Section, Table } from './document.ts'
import { countText, GROUPING_WORDS, plain, plural, rateText } from './words.ts'

/** Rows of one table; the JSON has all of them. */
const ROWS_MAX = 40

export function groupSection({ groups }: ReportModel): Section {
  return {
    title: 'By producer, structure, modality, scanner and site',
    words: ['Segments, not objects. Accepted: of those that could be assessed.'],
    charts: groups
      .filter(({ by }) => by === 'version' || by === 'structure')
      .map(({ by, rows }) => acceptedByGroup(readable(by, rows), GROUPING_WORDS[by])),
    tables: groups.filter(({ by }) => by !== 'producer').map(groupTable),
  }
}

export function subgroupSection({ subgroups, subgroupMin }: ReportModel): Section {
  const known = subgroups.filter(({ rows }) => rows.length > 0)
  return {
    title: 'Subgroups',
    words: [
      known.length === 0
        ? 'The images of these cases do not say sex, age or body size.'
        : `Are segmentations accepted equally often for everybody? Groups differ in what was examined, so a difference is a reason to look, not a proof. Fewer than ${subgroupMin} segments are too few to say anything.`,
    ],
    charts: known.map(({ by, rows }) => acceptedByGroup(readable(by, rows), GROUPING_WORDS[by])),
    tables: known.map(groupTable),
  }
}

interface Group {
  readonly by: Grouping
  readonly rows: readonly GroupRow[]
  readonly unknown: number
}

function groupTable({ by, rows, unknown }: Group): Table {
  const more = rows.length - ROWS_MAX
  const notes = [
    ...(unknown > 0 ? [`not known for ${plural(unknown, 'segment')}`] : []),
    ...(more > 0 ? [`${more} smaller ones are left out here`] : []),
  ]
  const hasFew = rows.some(({ tooFew }) => tooFew)
  return {
    title: notes.length === 0 ? '' : `${GROUPING_WORDS[by]}: ${notes.join('; ')}`,
    columns: columns(
      GROUPING_WORDS[by],
      '#Segments',
      '#Accepted (interval)',
      '#Change, points',
      '#Review',
      '#Reject',
      '#Not assessable',
      ...(hasFew ? ['Too few?'] : []),
    ),
    rows: readable(by, rows.slice(0, ROWS_MAX)).map(
      ({ name, verdicts, accepted, acceptedBefore, tooFew }) => [
        by === 'version' ? named(name) : shortened(name),
        countText(Object.values(verdicts).reduce((sum, count) => sum + count, 0)),
        rateText(accepted),
        changeCell(accepted, acceptedBefore),
        countText(verdicts.review),
        countText(verdicts.reject),
        countText(verdicts['not-assessable']),
        ...(hasFew ? [tooFew ? { text: 'too few', tone: 'alarm' as const } : ''] : []),
      ],
    ),
  }
}

/** Structures in words; bands and classes in their order. */
function readable(by: Grouping, rows: readonly GroupRow[]): readonly GroupRow[] {
  if (by === 'structure') return rows.map((row) => ({ ...row, name: plain(row.name) }))
  const order: readonly string[] =
    by === 'age band' ? AgeBand.options : by === 'body size' ? BodySize.options : []
  return rows.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
}
