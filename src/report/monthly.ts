/** The report of every month, as files. */
import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReportFormat } from '../domain/report-model.ts'
import type { Clock, Reports } from '../ports.ts'
import { lastMonth } from './periods.ts'

export interface MonthlyOptions {
  readonly folder: string
  readonly formats: readonly ReportFormat[]
  readonly linkBase: string | null
  readonly onWritten: (file: string) => void
}

/** Writes `plumbline-2026-03.pdf` and its like for the month before, unless they are there: a service that was down makes up for it. */
export async function writeMonthlyReports(
  reports: Pick<Reports, 'render'>,
  clock: Clock,
  { folder, formats, linkBase, onWritten }: MonthlyOptions,
): Promise<void> {
  const period = lastMonth(clock.now())
  for (const format of formats) {
    const name = `plumbline-${period.from.slice(0, 7)}.${format}`
    const file = join(folder, name)
    if (await exists(file)) continue
    const { body } = await reports.render(period, format, linkBase)
    await mkdir(folder, { recursive: true })
    // Under its name only once it is whole.
    await writeFile(`${file}.part`, body)
    await rename(`${file}.part`, file)
    onWritten(name)
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
