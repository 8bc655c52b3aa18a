/** The HTTP face: every router, in the order in which a request meets them. */
import express, { type Express, type RequestHandler, type Router } from 'express'
import { PlumblineError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { AuditTrail, CaseStore, Clock, Intake, Reports, ReviewStore } from '../ports.ts'
import { accessRecorder } from './access.ts'
import { accessLog } from './access-log.ts'
import { agreementRoute } from './agreement-route.ts'
import { authenticate, type AuthOptions } from './auth.ts'
import { createBlindReading, type BlindReadingOptions } from './blind-reading.ts'
import { caseRoutes } from './case-routes.ts'
import { compressed } from './compressed.ts'
import { contextOf } from './context.ts'
import { recordDicomWebAccess } from './dicomweb-access.ts'
import { eventRoutes, type EventLimits } from './event-routes.ts'
import { openApiDocument } from './openapi.ts'
import { healthRoutes, operationRoutes } from './operation-routes.ts'
import { overviewRoute } from './overview-route.ts'
import { problemHandler } from './problem.ts'
import { reportRoutes, reportsPageRoute } from './report-routes.ts'
import { mount, refuseOtherMethods, type Route } from './route.ts'
import type { ReadinessCheck } from './schemas.ts'
import { reviewRoutes } from './review-routes.ts'
import { securityHeaders, viewerHeaders } from './security-headers.ts'

export interface AppDependencies {
  readonly caseStore: CaseStore
  readonly intake: Intake
  readonly reports: Reports
  readonly reviewStore: ReviewStore
  /** The section `reviews` of the config. */
  readonly reviews: BlindReadingOptions
  /** Sees to it that the report of a new sign-off is written. */
  readonly onSignOff: (caseId: string) => Promise<void>
  readonly clock: Clock
  /** One line per thing the service needs. A throw or a silence counts as not ready. */
  readonly ready: () => Promise<readonly ReadinessCheck[]>
  readonly metrics: Metrics
  /** Hears who saw which cases, before they do. */
  readonly audit: AuditTrail
  readonly log: Logger
  readonly auth: AuthOptions
  readonly version: string
  /** Ends the event streams. */
  readonly stopping: AbortSignal
  readonly limits: ApiLimits
  /** The embedded archive, or the proxy to the PACS; served under /dicom-web. */
  readonly dicomWeb?: Router
  /** OHIF; served under /, to everyone: its files hold no patient data. Without it / leads to the overview. */
  readonly viewer?: Router
  /** `/prefix` under which all of this is reached, also; '' or absent: none. */
  readonly pathPrefix?: string
}

/** The section `api` of the config. */
export interface ApiLimits extends EventLimits {
  /** JSON bodies; DICOM has limits of its own. */
  readonly bodyBytesMax: number
  readonly readyTimeoutMs: number
  readonly retryAfterSeconds: number
}

export function createApp(deps: AppDependencies): Express {
  const { pathPrefix = '' } = deps
  const app = createUnprefixed(deps)
  return pathPrefix === '' ? app : express().use(withPrefix(pathPrefix)).use(pathPrefix, app)
}

/** A request without the prefix is taken as one with it: some proxies cut it off, and health checks do not know it. */
function withPrefix(pathPrefix: string): RequestHandler {
  return (request, response, next) => {
    const { path } = request
    if (path === pathPrefix) return response.redirect(`${pathPrefix}/`)
    if (!path.startsWith(`${pathPrefix}/`)) request.url = `${pathPrefix}${request.url}`
    next()
  }
}

function createUnprefixed(deps: AppDependencies): Express {
  const { caseStore, log, metrics, limits, stopping, viewer, pathPrefix = '' } = deps
  const accessed = accessRecorder(deps.audit)
  const openRoutes = healthRoutes()
  const blindReading = createBlindReading(deps.reviewStore, deps.reviews)
  const guardedRoutes: Route[] = [
    ...caseRoutes({ ...deps, blindReading, accessed }),
    ...reviewRoutes({ ...deps, blindReading, accessed }),
    agreementRoute({ ...deps, blindReading, accessed }),
    ...eventRoutes({ caseStore, log, limits, stopping, accessed }),
    ...reportRoutes({ ...deps, blindReading, accessed }),
    ...operationRoutes({
      ...deps,
      readyTimeoutMs: limits.readyTimeoutMs,
      openApi: () => openApiDocument([...openRoutes, ...guardedRoutes], deps.version, pathPrefix),
    }),
  ]

  const pages = [
    overviewRoute({ ...deps, blindReading, accessed, hasViewer: viewer !== undefined }),
    reportsPageRoute(deps),
  ]

  const app = express()
  app.set('etag', false)
  app.use(accessLog(log, metrics), securityHeaders())
  for (const row of openRoutes) mount(app, row)
  // A browser fetches the viewer's files before it has a token.
  app.use(viewer === undefined ? '/' : guardedFolders([...guardedRoutes, ...pages]), authenticate(deps.auth))
  app.use(compressed())
  app.use('/api', express.json({ limit: limits.bodyBytesMax }))
  for (const row of guardedRoutes) mount(app, row)
  refuseOtherMethods(app, [...openRoutes, ...guardedRoutes])
  app.use('/api', notFound)
  if (deps.dicomWeb !== undefined) {
    const recorded = recordDicomWebAccess(caseStore, accessed)
    app.use('/dicom-web', named('/dicom-web/*'), recorded, deps.dicomWeb, notFound)
  }
  for (const page of pages) mount(app, page)
  refuseOtherMethods(app, pages)
  if (viewer === undefined)
    app.get('/', named('/'), (_request, response) => response.redirect(`${pathPrefix}/overview`))
  else app.use(named('/*'), viewerHeaders(), viewer)
  app.use(notFound)
  app.use(problemHandler(log, limits))
  return app
}

/** First part of the path of everything that needs to know who asks; the viewer is mounted behind all of it. */
function guardedFolders(routes: readonly Route[]): string[] {
  return ['/api', '/dicom-web', ...routes.map(({ path }) => `/${path.split('/')[1] ?? ''}`)]
}

/** Names a mounted router for the log and the metrics; its own paths hold UIDs. */
function named(route: string): RequestHandler {
  return (_request, response, next) => {
    contextOf(response).route = route
    next()
  }
}

const notFound: RequestHandler = () => {
  throw new PlumblineError('not-found', 'There is nothing at this address.', {
    nextStep: '/api/openapi.json lists what there is.',
  })
}
