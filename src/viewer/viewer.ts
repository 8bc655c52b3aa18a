/** The viewer of this service: fetched and prepared while everything else works already. */
import { Router, type RequestHandler } from 'express'
import { PlumblineError } from '../errors.ts'
import { extensionFiles } from './extension-bundle.ts'
import { extractViewer } from './extract.ts'
import { VIEWER_RELEASE } from './release.ts'
import { createViewerRouter } from './router.ts'
import { statusPage } from './status-page.ts'

export interface ViewerOptions {
  /** Where releases of OHIF are kept. */
  readonly folder: string
  /** The package of our extension. */
  readonly extensionFolder: string
  readonly pathPrefix: string
  readonly signal: AbortSignal
  /** Plain words for a terminal. */
  readonly onProgress: (text: string) => void
  readonly onProblem: (error: unknown) => void
}

const RETRY_AFTER_SECONDS = 3

type State =
  | { readonly kind: 'preparing' }
  | { readonly kind: 'ready'; readonly router: Router }
  | { readonly kind: 'failed'; readonly error: PlumblineError }

export interface Viewer {
  /** Answers at once: with a page that says so until the viewer is ready, or why it will not be. */
  readonly router: Router
  /** Fulfilled once nothing is fetched or written any more: soon after `signal` is aborted. */
  readonly settled: Promise<void>
}

export function openViewer(options: ViewerOptions): Viewer {
  let state: State = { kind: 'preparing' }
  async function settle(): Promise<void> {
    try {
      state = { kind: 'ready', router: await prepare(options) }
      options.onProgress('The OHIF viewer is ready.')
    } catch (cause) {
      if (options.signal.aborted) return
      const error = told(cause)
      state = { kind: 'failed', error }
      options.onProblem(cause)
      options.onProgress(`${error.message} ${error.nextStep}`)
    }
  }
  const router = Router()
  router.use((request, response, next) => {
    if (state.kind === 'ready') state.router(request, response, next)
    else if (request.path !== '/') next()
    else sendStatus(state, response)
  })
  return { router, settled: settle() }
}

async function prepare(options: ViewerOptions): Promise<Router> {
  const files = await extractViewer({ ...options, release: VIEWER_RELEASE })
  const extension = await extensionFiles(options.extensionFolder).catch((error: unknown) => {
    options.onProblem(error)
    options.onProgress(`OHIF opens without the verdicts: ${told(error).message} ${told(error).nextStep}`)
    return null
  })
  return createViewerRouter({ files, pathPrefix: options.pathPrefix, extension })
}

function sendStatus(state: Exclude<State, { kind: 'ready' }>, response: Parameters<RequestHandler>[1]): void {
  const preparing = state.kind === 'preparing'
  response.status(503).set('Cache-Control', 'no-store')
  if (preparing) response.set('Retry-After', String(RETRY_AFTER_SECONDS))
  const text = preparing
    ? {
        title: 'The viewer is being prepared',
        detail: 'This page opens it as soon as it is there.',
        nextStep: '',
      }
    : { title: 'The viewer is not available', detail: state.error.message, nextStep: state.error.nextStep }
  response.type('html').send(statusPage({ ...text, reloadSeconds: preparing ? RETRY_AFTER_SECONDS : null }))
}

function told(error: unknown): PlumblineError {
  if (error instanceof PlumblineError) return error
  return new PlumblineError('viewer-unavailable', 'The viewer could not be prepared.', {
    nextStep: 'The service log says why.',
    cause: error,
  })
}
