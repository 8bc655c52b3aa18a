import { z } from 'zod'
import { VerdictKind } from '../domain/case.ts'
import type { CaseStore } from '../ports.ts'
import type { RecordAccess } from './access.ts'
import type { BlindReading } from './blind-reading.ts'
import { filterOf } from './case-routes.ts'
import { overviewPage } from './overview-page.ts'
import { NOTHING, route, type Route } from './route.ts'
import { PageQuery } from './schemas.ts'

const CASES_SHOWN = 25

/** GET /overview: the overview page. For people, so the OpenAPI document does not list it. */
export function overviewRoute({
  caseStore,
  blindReading,
  version,
  accessed,
}: {
  caseStore: Pick<CaseStore, 'list'>
  blindReading: Pick<BlindReading, 'requireOpen'>
  version: string
  accessed: RecordAccess
}): Route {
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
      const ids = page.cases.map(({ id }) => id)
      await accessed(response, ids)
      const text = overviewPage({ page, verdict: verdict ?? null, newest: cursor === undefined, version })
      response.type('html').send(text)
    },
  })
}
