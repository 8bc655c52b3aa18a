/** Makes the report of a period from the database. */
import type { Period, ReportModel } from '../domain/report-model.ts'
import type { Clock, Sql } from '../ports.ts'
import { buildReport, type ReportAbout, type ReportSettings } from './build.ts'
import { windowOf } from './periods.ts'
import { readReportRows } from './queries.ts'

export interface Reporter {
  /** Throws PlumblineError('bad-request') when the days are in the wrong order or too many. */
  report(period: Period): Promise<ReportModel>
}

export interface ReporterOptions extends Omit<ReportAbout, 'madeAt'> {
  readonly settings: ReportSettings
}

export function createReporter(sql: Sql, clock: Clock, { settings, ...about }: ReporterOptions): Reporter {
  return {
    async report(period) {
      const window = windowOf(period, settings.historyDays)
      const rows = await readReportRows(sql, window)
      return buildReport(rows, window, { ...about, madeAt: clock.now() }, settings)
    },
  }
}
