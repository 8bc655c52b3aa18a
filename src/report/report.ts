/** Makes the report of a period from the database. */
import type { Period, ReportModel } from '../domain/report-model.ts'
import type { Clock, Sql } from '../ports.ts'
import { buildReport, type ReportAbout, type ReportSettings } from './build.ts'
import { windowOf } from './periods.ts'
import { readReportRows } from './queries.ts'

/** Name of the mark of a database whose cases were made up (bench/department). */
export const SYNTHETIC_MARK = 'synthetic'

export interface Reporter {
  /** Throws PlumblineError('bad-request') when the days are in the wrong order or too many. */
  report(period: Period): Promise<ReportModel>
}

export interface ReporterOptions extends Omit<ReportAbout, 'madeAt' | 'synthetic'> {
  readonly settings: ReportSettings
}

export function createReporter(sql: Sql, clock: Clock, { settings, ...about }: ReporterOptions): Reporter {
  return {
    async report(period) {
      const window = windowOf(period, settings.historyDays)
      const rows = await readReportRows(sql, window)
      const [mark] = await sql.query('select 1 from marks where name = $1', [SYNTHETIC_MARK])
      return buildReport(
        rows,
        window,
        { ...about, synthetic: mark !== undefined, madeAt: clock.now() },
        settings,
      )
    },
  }
}
