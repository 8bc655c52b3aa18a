/** What people said of the verdicts. */
import type { ReportModel } from '../domain/report-model.ts'
import { REVIEW_REASONS } from '../domain/review.ts'
import { columns, shortened } from './cells.ts'
import { calibrationChart } from './charts.ts'
import type { Section } from './document.ts'
import { countText, durationText, plural, rateText } from './words.ts'

export function reviewSection(report: ReportModel): Section {
  const { reviews, corrections } = report
  const proposed = correctionWords(corrections)
  if (reviews === null)
    return {
      title: 'People and the machine',
      words: [
        'No person reviewed any of these verdicts. How often they are right is not measured here: have some of them reviewed, accepted ones too.',
        proposed,
      ],
      charts: [],
      tables: [],
    }
  return {
    title: 'People and the machine',
    words: [
      'Readers accept or reject; a machine verdict of review, reject or not assessable holds a segment back. Which cases were reviewed was not drawn by chance, so these shares hold for the reviewed ones.',
      `Readers took ${durationText(reviews.medianSeconds)} (median) for a review. Two readers of the same segment said the same ${rateText(reviews.readersAgreed)} of ${plural(reviews.readersAgreed.of, 'time')}. ${proposed}`,
    ],
    charts: [calibrationChart(report)],
    tables: [
      {
        title: 'Agreement and overrides',
        columns: columns('', '#Reviews', '#Share (interval)'),
        rows: [
          ['Reader and machine agree', countText(reviews.agreed.of), rateText(reviews.agreed)],
          [
            'Accepted by the machine, rejected by the reader',
            countText(reviews.acceptOverridden.of),
            rateText(reviews.acceptOverridden),
          ],
          [
            'Held back by the machine, accepted by the reader',
            countText(reviews.heldBackOverridden.of),
            rateText(reviews.heldBackOverridden),
          ],
        ],
      },
      {
        title: 'Readers',
        columns: columns('Reader', '#Reviews', '#Accepted (interval)', '#Overridden (interval)'),
        rows: reviews.readers.map(({ name, reviews: count, accepted, overridden }) => [
          shortened(name),
          countText(count),
          rateText(accepted),
          rateText(overridden),
        ]),
      },
      {
        title: 'Score of the machine against readers',
        columns: columns('Score', '#Reviews', '#Accepted by readers (interval)'),
        rows: reviews.calibration.map(({ score, accepted }) => [
          `${score} of 5`,
          countText(accepted.of),
          rateText(accepted),
        ]),
      },
      {
        title: 'Reasons that readers gave',
        columns: columns('Reason', '#Reviews'),
        rows: reviews.reasons.map(({ reason, count }) => [REVIEW_REASONS[reason].words, countText(count)]),
      },
    ],
  }
}

function correctionWords({ proposed, taken, kept }: ReportModel['corrections']): string {
  const made = `${plural(proposed, 'correction was', 'corrections were')} proposed`
  if (taken + kept === 0) return `${made}${proposed === 0 ? '' : '; no reader decided on any'}.`
  return `${made}: readers took ${countText(taken)} and kept the original ${plural(kept, 'time')}.`
}
