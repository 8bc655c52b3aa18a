/** Makes the report of a period from the database, in any form. */
import type { Period, ReportModel } from '../domain/report-model.ts'
import type { CaseStore, Clock, Reports, Sql } from '../ports.ts'
import { buildReport, type ReportAbout, type ReportSettings } from './build.ts'
import type { Picture } from './document.ts'
import { keepWatch, openAlarms, readGlance } from './glance.ts'
import { lastDays, windowOf } from './periods.ts'
import { readReportRows } from './queries.ts'
import { renderReport } from './render.ts'
import { plain } from './words.ts'

/** Name of the mark of a database whose cases were made up (bench/department). */
export const SYNTHETIC_MARK = 'synthetic'

/** Days, today included, in which the watch looks for alarms. */
const WATCH_DAYS = 30

export interface ReportsOptions extends Pick<ReportAbout, 'version' | 'institution'> {
  readonly settings: ReportSettings
  /** Example pictures in a page or a PDF. */
  readonly picturesMax: number
}

export function createReports(
  { sql, caseStore, clock }: { sql: Sql; caseStore: Pick<CaseStore, 'figure'>; clock: Clock },
  { settings, picturesMax, ...about }: ReportsOptions,
): Reports {
  async function report(period: Period): Promise<ReportModel> {
    const window = windowOf(period, settings.historyDays)
    const rows = await readReportRows(sql, window)
    const [mark] = await sql.query('select 1 from marks where name = $1', [SYNTHETIC_MARK])
    const synthetic = mark !== undefined
    return buildReport(rows, window, { ...about, synthetic, madeAt: clock.now() }, settings)
  }

  /** One of each failure mode, the most frequent modes first. */
  async function picturesOf({ failureModes }: ReportModel): Promise<Picture[]> {
    const pictures: Picture[] = []
    for (const { mode, examples } of failureModes) {
      if (pictures.length >= picturesMax) break
      const shown = examples.find(({ figure }) => figure !== null)
      if (shown?.figure == null) continue
      const png = await caseStore.figure(shown.caseId, shown.figure)
      if (png !== null)
        pictures.push({
          png,
          text: `${plain(mode)}: case ${shown.caseId.slice(0, 8)}, segment ${shown.segment ?? '–'}`,
        })
    }
    return pictures
  }

  return {
    report,
    glance: () => readGlance(sql, clock),
    async watch() {
      const now = clock.now()
      const alarms = openAlarms(await report(lastDays(now, WATCH_DAYS)))
      await keepWatch(sql, now, alarms)
      return alarms
    },
    async render(period, format, linkBase) {
      const made = await report(period)
      const hasPictures = format === 'html' || format === 'pdf'
      return renderReport(made, format, { linkBase, pictures: hasPictures ? await picturesOf(made) : [] })
    },
  }
}
