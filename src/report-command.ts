/** `plumbline report`: the departmental report of a period, to a file or to stdout. */
import { writeFile } from 'node:fs/promises'
import { openReportsAlone } from './adapters.ts'
import type { Config } from './config.ts'
import { Period, type ReportFormat } from './domain/report-model.ts'
import { PlumblineError } from './errors.ts'

export interface ReportOptions {
  readonly from: string
  readonly to: string
  readonly format: ReportFormat
  /** Null: stdout. */
  readonly out: string | null
  readonly config: Config
}

/** Throws PlumblineError('bad-request') when a day is none, and what opening the database throws. */
export async function writeReport({ from, to, format, out, config }: ReportOptions): Promise<void> {
  const period = Period.safeParse({ from, to })
  if (!period.success)
    throw new PlumblineError('bad-request', 'A day of the report is not a day of the calendar.', {
      nextStep: 'Write days as YYYY-MM-DD.',
    })
  const { host, port, publicOrigin, pathPrefix } = config.service
  const { reports, close } = await openReportsAlone(config)
  try {
    const linkBase = `${publicOrigin ?? `http://${host}:${port}`}${pathPrefix}/`
    const { body } = await reports.render(period.data, format, linkBase)
    if (out === null) process.stdout.write(body)
    else await writeFile(out, body)
  } finally {
    await close()
  }
}
