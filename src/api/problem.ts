/** What goes outside when something fails: RFC 9457 problem details. What goes inside: the log, under the same id. */
import { randomUUID } from 'node:crypto'
import type { ErrorRequestHandler } from 'express'
import { z } from 'zod'
import { PlumblineError, type ErrorCode } from '../errors.ts'
import type { Logger } from '../log.ts'
import { contextOf } from './context.ts'

/** `type` is about:blank (RFC 9457, 4.2.1): the title is the status phrase, `code` says which kind of problem. */
export const Problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.number().int(),
    /** Plain words for people; no patient data, no internals. */
    detail: z.string(),
    code: z.string(),
    nextStep: z.string(),
    /** The same request may succeed later. */
    retryable: z.boolean(),
    /** Finds the request in the service log. */
    requestId: z.string(),
    /** Finds the error in the service log; only where the cause is not told outside. */
    errorId: z.string().optional(),
    /** Which inputs are wrong. */
    errors: z.array(z.object({ in: z.string(), field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>

/** Status of every error code; `retryable` where the same error, marked retryable, is answered with another. */
export const STATUS_OF_CODE: Readonly<Record<ErrorCode, { status: number; retryable?: number }>> = {
  'bad-request': { status: 400 },
  unauthorized: { status: 401 },
  forbidden: { status: 403 },
  'not-found': { status: 404 },
  'method-not-allowed': { status: 405 },
  conflict: { status: 409 },
  'illegal-transition': { status: 409 },
  'model-unavailable': { status: 503 },
  'model-refused': { status: 502 },
  'model-answer': { status: 502 },
  'bad-dicom': { status: 422 },
  'unsupported-dicom': { status: 422 },
  'limit-exceeded': { status: 422, retryable: 429 },
  'bad-config': { status: 500 },
  'worker-died': { status: 500, retryable: 503 },
  'data-locked': { status: 503 },
  'viewer-unavailable': { status: 503 },
  'not-stored': { status: 502 },
  'alert-not-taken': { status: 502 },
  'pacs-refused': { status: 502 },
  'pacs-unreachable': { status: 502 },
  timeout: { status: 504 },
}

/** What express and its body parser refuse, by the `type` or status of their errors. */
const FRAMEWORK_FAULTS: Readonly<Record<string, { status: number; detail: string }>> = {
  'entity.too.large': { status: 413, detail: 'The request body is larger than this service takes.' },
  'entity.parse.failed': { status: 400, detail: 'The request body is not valid JSON.' },
  'encoding.unsupported': {
    status: 415,
    detail: 'The request body is compressed in a way this service does not read.',
  },
  'charset.unsupported': {
    status: 415,
    detail: 'The request body is in a character set this service does not read.',
  },
  'request.aborted': { status: 400, detail: 'The request ended before its body was complete.' },
  400: { status: 400, detail: 'The request is malformed.' },
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

export type FieldFault = NonNullable<Problem['errors']>[number]

/** A request whose inputs are wrong; says which. */
export class InvalidRequest extends PlumblineError {
  readonly faults: readonly FieldFault[]

  constructor(faults: readonly FieldFault[]) {
    super('bad-request', 'The request has inputs that are not valid.', {
      nextStep: 'Correct the inputs listed under "errors"; /api/openapi.json describes them.',
    })
    this.faults = faults
  }
}

type Described = Omit<Problem, 'type' | 'title' | 'requestId'>

/** The last handler of the app: writes the problem outside, and the cause to the log where the answer hides it. */
export function problemHandler(log: Logger, options: { retryAfterSeconds: number }): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const { requestId } = contextOf(response)
    const problem = describe(error)
    contextOf(response).code = problem.code
    if (problem.status >= 500) {
      const { errorId, code, status } = problem
      log.error('request failed', { requestId, errorId, code, status, err: error })
    }
    if (response.headersSent) {
      response.destroy()
      return
    }
    if (problem.status === 401) response.set('WWW-Authenticate', 'Bearer')
    if (problem.retryable) response.set('Retry-After', String(options.retryAfterSeconds))
    const body: Problem = {
      type: 'about:blank',
      title: TITLES[problem.status] ?? 'Error',
      ...problem,
      requestId,
    }
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(body))
  }
}

function describe(error: unknown): Described {
  if (error instanceof PlumblineError) return ofPlumbline(error)
  const fault = FRAMEWORK_FAULTS[frameworkType(error)]
  if (fault !== undefined) return { ...fault, code: 'bad-request', nextStep: '', retryable: false }
  return {
    status: 500,
    detail: 'Something failed inside Plumbline. Nothing about it is told here.',
    code: 'internal',
    nextStep: 'Look for the errorId in the service log.',
    retryable: false,
    errorId: randomUUID(),
  }
}

function ofPlumbline(error: PlumblineError): Described {
  const { status, retryable } = STATUS_OF_CODE[error.code]
  return {
    status: error.retryable ? (retryable ?? status) : status,
    detail: error.message,
    code: error.code,
    nextStep: error.nextStep,
    retryable: error.retryable,
    ...(error instanceof InvalidRequest ? { errors: [...error.faults] } : {}),
  }
}

/** Errors of express' own middleware carry `type`, or only a client status (a URL that cannot be decoded). */
function frameworkType(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('type' in error && typeof error.type === 'string') return error.type
  return 'status' in error && error.status === 400 ? '400' : ''
}
