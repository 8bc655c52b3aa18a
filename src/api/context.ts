import type { Response } from 'express'

/** What is known of the request that is being answered; no URL, no body. */
export interface RequestContext {
  readonly requestId: string
  /** Pattern of the route that took it. */
  route: string
  /** Its name in the OpenAPI document. */
  operation: string
  /** Who asks; null until known. */
  principal: Principal | null
  /** Error code of the answer, when it is a problem. */
  code: string | null
}

/** `local`: this machine, without auth. `token`: a configured token. `oidc`: a subject of the identity provider. */
export interface Principal {
  readonly kind: 'local' | 'token' | 'oidc'
  readonly name: string
  /** What people call this person, where the identity provider says so; never for the log. */
  readonly displayName?: string
}

/** The context lives in `response.locals`, express' place for it; this is the only code that knows. */
export function contextOf(response: Response): RequestContext {
  const context: RequestContext = response.locals['context']
  return context
}

export function startContext(response: Response, requestId: string): RequestContext {
  const context: RequestContext = {
    requestId,
    route: 'unmatched',
    operation: 'unmatched',
    principal: null,
    code: null,
  }
  response.locals['context'] = context
  return context
}
