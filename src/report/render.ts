/** A report in each of its forms. */
import type { ReportFormat, ReportModel } from '../domain/report-model.ts'
import type { RenderedReport } from '../ports.ts'
import { reportCsv } from './csv.ts'
import type { Picture } from './document.ts'
import { reportHtml } from './html.ts'
import { reportPdf } from './pdf.ts'
import { documentOf } from './sections.ts'

export interface RenderParts {
  readonly pictures: readonly Picture[]
  /** Address of the service with a slash at its end, or a relative one; null: no links. */
  readonly linkBase: string | null
}

type Renderer = (report: ReportModel, parts: RenderParts) => Promise<Uint8Array | string>

const FORMATS: Readonly<Record<ReportFormat, { contentType: string; render: Renderer }>> = {
  html: {
    contentType: 'text/html; charset=utf-8',
    render: (report, { pictures, linkBase }) => reportHtml(documentOf(report, pictures), linkBase),
  },
  pdf: {
    contentType: 'application/pdf',
    render: (report, { pictures, linkBase }) => reportPdf(documentOf(report, pictures), linkBase),
  },
  csv: { contentType: 'text/csv; charset=utf-8', render: async (report) => reportCsv(report) },
  json: {
    contentType: 'application/json; charset=utf-8',
    render: async (report) => `${JSON.stringify(report, null, 1)}\n`,
  },
}

export async function renderReport(
  report: ReportModel,
  format: ReportFormat,
  parts: RenderParts,
): Promise<RenderedReport> {
  const { contentType, render } = FORMATS[format]
  const examples = [...report.failureModes, ...report.notAssessable].flatMap((row) => row.examples)
  const caseIds = [...new Set(examples.map(({ caseId }) => caseId))]
  return { contentType, body: await render(report, parts), caseIds }
}
