/** What a route is: one row that the router, the OpenAPI document and the tests all read. */
import type { Express, Request, Response } from 'express'
import { z } from 'zod'
import { PlumblineError, type ErrorCode } from '../errors.ts'
import { contextOf } from './context.ts'
import { InvalidRequest, type FieldFault } from './problem.ts'

type Shape = z.ZodType<Record<string, unknown>>

export interface Route<
  Params extends Shape = Shape,
  Query extends Shape = Shape,
  Body extends Shape = Shape,
> {
  readonly method: 'get' | 'post'
  /** OpenAPI form: `/cases/{id}`. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly tag: 'cases' | 'reports' | 'operations'
  readonly params: Params
  readonly query: Query
  /** JSON; absent: none is taken. */
  readonly body?: Body
  /** Every answer that is not a problem, by status. */
  readonly responses: Readonly<
    Record<
      number,
      {
        description: string
        contentType: string
        schema: z.ZodType
        /** Other forms in which it can be asked for. */
        alsoAs?: readonly string[]
      }
    >
  >
  /** Problems a client must expect besides `bad-request`, `unauthorized`, `forbidden` and the unexpected. */
  readonly problems: readonly ErrorCode[]
  /** Answered without authentication. */
  readonly open: boolean
  handle(
    input: RouteInput<z.output<Params>, z.output<Query>, z.output<Body>>,
    response: Response,
  ): Promise<void>
}

export interface RouteInput<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly request: Request
}

export const NOTHING = z.strictObject({})
const NO_BODY = NOTHING.optional()

/** Types the handler by the row's schemas; the result is a row like any other. */
export function route<Params extends Shape, Query extends Shape, Body extends Shape>(
  row: Route<Params, Query, Body>,
): Route {
  return row
}

/** Mounts the row: validates what comes in (an unknown input is a fault: a mistyped filter must not widen the answer). */
export function mount(app: Express, row: Route): void {
  app[row.method](pattern(row.path), async (request, response) => {
    contextOf(response).route = row.path
    contextOf(response).operation = row.operationId
    response.set('Cache-Control', 'no-store')
    const input = validated(row, request)
    await row.handle({ ...input, request }, response)
  })
}

/** Any other method on the path of a row: 405 that says which there are (RFC 9110 15.5.6). Mount after all rows. */
export function refuseOtherMethods(app: Express, rows: readonly Route[]): void {
  for (const path of new Set(rows.map((row) => row.path))) {
    const methods = rows.filter((row) => row.path === path).map(({ method }) => method.toUpperCase())
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
    app.all(pattern(path), (request, response) => {
      contextOf(response).route = path
      response.set('Allow', allow)
      if (request.method !== 'OPTIONS') {
        const nextStep = `Use ${allow}.`
        throw new PlumblineError('method-not-allowed', 'This address does not take this method.', {
          nextStep,
        })
      }
      response.status(204).end()
    })
  }
}

/** OpenAPI's `{id}` as express writes it. */
function pattern(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

type Values = Record<string, unknown>
type Inputs = Omit<RouteInput<Values, Values, Values>, 'request'>

function validated(row: Route, request: Request): Inputs {
  const params = row.params.safeParse(request.params)
  const query = row.query.safeParse(request.query)
  const body = (row.body ?? NO_BODY).safeParse(request.body)
  if (params.success && query.success && body.success)
    return { params: params.data, query: query.data, body: body.data ?? {} }
  throw new InvalidRequest([
    ...faultsIn('path', params),
    ...faultsIn('query', query),
    ...faultsIn('body', body),
  ])
}

function faultsIn(where: string, result: z.ZodSafeParseResult<unknown>): FieldFault[] {
  if (result.success) return []
  return result.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        in: where,
        field: key.slice(0, 80),
        message: 'This input is not known.',
      }))
    }
    return [{ in: where, field: issue.path.join('.'), message: issue.message }]
  })
}
