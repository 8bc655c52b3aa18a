import { z } from 'zod'
import { VerdictKind } from '../domain/case.ts'
import type { CaseStore, Reports } from '../ports.ts'
import type { RecordAccess } from './access.ts'
import type { BlindReading } from './blind-reading.ts'
import type { GlanceParts } from './glance-panel.ts'
import { filterOf } from './case-routes.ts'
import { overviewPage } from './overview-page.ts'
import { NOTHING, route, type Route } from './route.ts'
import { PageQuery } from './schemas.ts'

const CASES_SHOWN = 25
const FAILURES_SHOWN = 5

/** GET /overview: the overview page. For people, so the OpenAPI document does not list it. */
export function overviewRoute({
  caseStore,
  blindReading,
  reports,
  hasViewer,
  version,
  accessed,
}: {
  caseStore: Pick<CaseStore, 'list'>
  blindReading: Pick<BlindReading, 'requireOpen'>
  reports: Pick<Reports, 'glance'>
  /** OHIF is served beside this page. */
  hasViewer: boolean
  version: string
  accessed: RecordAccess
}): Route {
  async function glanceParts(): Promise<GlanceParts> {
    const glance = await reports.glance()
    const failed =
      glance.failed === 0 ? null : await caseStore.list({ state: 'failed', limit: FAILURES_SHOWN })
    return { glance, failures: failed?.cases ?? [] }
  }
  return route({
    method: 'get',
    path: '/overview',
    operationId: 'getOverview',
    summary: 'Recent cases as a page',
    tag: 'cases',
    params: NOTHING,
    query: z.strictObject({ verdict: VerdictKind.optional(), cursor: PageQuery.shape.cursor }),
    responses: { 200: { description: 'The page.', contentType: 'text/html', schema: z.string() } },
    problems: [],
    open: false,
    async handle({ query: { verdict, cursor } }, response) {
      blindReading.requireOpen(response)
      const page = await caseStore.list(filterOf({ limit: CASES_SHOWN, verdict, cursor }))
      const newest = cursor === undefined
      const parts = newest && verdict === undefined ? await glanceParts() : null
      const shown = [...page.cases, ...(parts?.failures ?? [])]
      await accessed(response, [...new Set(shown.map(({ id }) => id))])
      const text = overviewPage({ page, parts, verdict: verdict ?? null, newest, hasViewer, version })
      response.type('html').send(text)
    },
  })
}
