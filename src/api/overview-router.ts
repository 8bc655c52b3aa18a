import { Router } from 'express'
import { z } from 'zod'
import { VerdictKind } from '../domain/case.ts'
import type { CaseStore } from '../ports.ts'
import { filterOf } from './case-routes.ts'
import { contextOf } from './context.ts'
import { overviewPage } from './overview-page.ts'
import { InvalidRequest } from './problem.ts'
import { PageQuery } from './schemas.ts'

const CASES_SHOWN = 25

const OverviewQuery = z.strictObject({ verdict: VerdictKind.optional(), cursor: PageQuery.shape.cursor })

/** GET /: the overview page. */
export function overviewRouter({ caseStore, version }: { caseStore: Pick<CaseStore, 'list'>; version: string }): Router {
  const router = Router()
  router.get('/', async (request, response) => {
    contextOf(response).route = '/'
    const query = OverviewQuery.safeParse(request.query)
    if (!query.success) throw new InvalidRequest([{ in: 'query', field: 'verdict, cursor', message: 'not valid' }])
    const { verdict, cursor } = query.data
    const page = await caseStore.list(
      filterOf({ limit: CASES_SHOWN, verdict, cursor, state: undefined, studyInstanceUid: undefined }),
    )
    const text = overviewPage({ page, verdict: verdict ?? null, newest: cursor === undefined, version })
    response.set('Cache-Control', 'no-store').type('html').send(text)
  })
  return router
}
