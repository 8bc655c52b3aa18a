import { z } from 'zod'
import { ReportFormat, ReportModel } from '../domain/report-model.ts'
import type { Clock, Reports } from '../ports.ts'
import type { RecordAccess } from './access.ts'
import type { BlindReading } from './blind-reading.ts'
import { reportsPage } from './reports-page.ts'
import { NOTHING, route, type Route } from './route.ts'

/** From /api/v1/reports/audit to the root of the service, under any prefix. */
const TO_ROOT = '../../../'

const ReportQuery = z.strictObject({
  from: z.iso.date().describe('First day, UTC.'),
  to: z.iso.date().describe('Last day, included.'),
  format: ReportFormat.default('json'),
})

/** The departmental report. */
export function reportRoutes({
  reports,
  blindReading,
  accessed,
}: {
  reports: Reports
  blindReading: Pick<BlindReading, 'requireOpen'>
  accessed: RecordAccess
}): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/reports/audit',
      operationId: 'getAuditReport',
      summary:
        'How segmentations were judged in a period, by whom they were made, and what has changed; as JSON, or as html, pdf or csv',
      tag: 'reports',
      params: NOTHING,
      query: ReportQuery,
      responses: {
        200: {
          description: 'The report.',
          contentType: 'application/json',
          schema: ReportModel,
          alsoAs: ['text/html', 'application/pdf', 'text/csv'],
        },
      },
      problems: [],
      open: false,
      async handle({ query: { from, to, format } }, response) {
        // Its examples tell verdicts.
        blindReading.requireOpen(response)
        const { contentType, body, caseIds } = await reports.render({ from, to }, format, TO_ROOT)
        await accessed(response, caseIds)
        if (format === 'pdf' || format === 'csv')
          response.set('Content-Disposition', `attachment; filename="plumbline-${from}-${to}.${format}"`)
        response.set('Content-Type', contentType).send(typeof body === 'string' ? body : Buffer.from(body))
      },
    }),
  ]
}

/** GET /reports: where a person asks for one. The OpenAPI document does not list it. */
export function reportsPageRoute({ clock, version }: { clock: Clock; version: string }): Route {
  return route({
    method: 'get',
    path: '/reports',
    operationId: 'getReportsPage',
    summary: 'Reports as a page',
    tag: 'reports',
    params: NOTHING,
    query: NOTHING,
    responses: { 200: { description: 'The page.', contentType: 'text/html', schema: z.string() } },
    problems: [],
    open: false,
    async handle(_input, response) {
      response.type('html').send(reportsPage({ now: clock.now(), version }))
    },
  })
}
