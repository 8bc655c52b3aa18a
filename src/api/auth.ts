/** Who may ask. No auth configured: this machine only. Else: a bearer token that is configured, or a JWT of the issuer. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { RequestHandler } from 'express'
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { PlumblineError } from '../errors.ts'
import { contextOf, type Principal } from './context.ts'

export interface AuthOptions {
  /** Long-lived tokens of services: a name for the log, and the lower-case hex SHA-256 of the token. */
  readonly tokens: readonly { readonly name: string; readonly sha256: string }[]
  readonly oidc: OidcOptions | null
}

export interface OidcOptions {
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
}

const JWKS_TIMEOUT_MS = 5_000
const CLOCK_TOLERANCE_SECONDS = 30
/** Asymmetric only: a public key must never be usable as a shared secret. */
const JWT_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
]
const KEY_SERVER_FAULTS: ReadonlySet<string> = new Set([
  'ERR_JWKS_TIMEOUT',
  'ERR_JWKS_INVALID',
  'ERR_JOSE_GENERIC',
])
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i
const HOST_HEADER = /^([^:@/\s]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/i
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

function isConfigured(auth: AuthOptions): boolean {
  return auth.tokens.length > 0 || auth.oidc !== null
}

/** Throws PlumblineError('bad-config') when the listener would be open to other machines without auth. */
export function assertBindAllowed({ host, auth }: { host: string; auth: AuthOptions }): void {
  if (isConfigured(auth) || LOOPBACK.test(host)) return
  throw new PlumblineError(
    'bad-config',
    'Plumbline would be open to other machines without any authentication: service.host is not a loopback address.',
    {
      nextStep:
        'Set service.host to 127.0.0.1, or configure auth: list tokens under auth.tokens as { name, sha256 } ' +
        '(sha256 of the token, e.g. printf %s "$TOKEN" | sha256sum), or set auth.oidc to { issuer, audience, jwksUri }.',
    },
  )
}

/** Lets a request through with its principal in the context, or refuses it. */
export function authenticate(auth: AuthOptions): RequestHandler {
  return isConfigured(auth) ? requireBearer(auth) : requireLocal()
}

/**
 * Without auth the network is the only fence, and a web page in a local browser stands inside it. A host name that is
 * not loopback means DNS rebinding; a foreign origin that changes state means cross-site request forgery.
 */
function requireLocal(): RequestHandler {
  return (request, response, next) => {
    const host = request.headers.host ?? ''
    const name = HOST_HEADER.exec(host)?.[1] ?? ''
    if (!LOOPBACK.test(name)) {
      throw new PlumblineError(
        'forbidden',
        'Without authentication only requests to a loopback address are answered.',
        {
          nextStep: 'Use http://127.0.0.1 or http://localhost, or configure auth.tokens or auth.oidc.',
        },
      )
    }
    if (!SAFE_METHODS.has(request.method) && isCrossOrigin(request.headers, host)) {
      throw new PlumblineError(
        'forbidden',
        'Requests of other web sites that change something are refused.',
        {
          nextStep: 'Send the request from a page of this service, or without an Origin header.',
        },
      )
    }
    contextOf(response).principal = { kind: 'local', name: 'local' }
    next()
  }
}

function isCrossOrigin(headers: IncomingHttpHeaders, host: string): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  const { origin } = headers
  return origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`
}

function requireBearer(auth: AuthOptions): RequestHandler {
  const tokens = auth.tokens.map(({ name, sha256 }) => ({ name, digest: Buffer.from(sha256, 'hex') }))
  const verifyJwt = auth.oidc === null ? null : jwtVerifier(auth.oidc)
  return async (request, response, next) => {
    const token = /^Bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) throw refused('This service asks for a bearer token.')
    const principal = ofStaticToken(token, tokens) ?? (await verifyJwt?.(token))
    if (principal === undefined) throw refused('The bearer token is not accepted.')
    contextOf(response).principal = principal
    next()
  }
}

/** Compares with every configured token, whole digests, so that the time taken says nothing. */
function ofStaticToken(
  token: string,
  known: readonly { name: string; digest: Buffer }[],
): Principal | undefined {
  const digest = createHash('sha256').update(token).digest()
  let principal: Principal | undefined
  for (const { name, digest: expected } of known) {
    if (expected.length === digest.length && timingSafeEqual(expected, digest))
      principal = { kind: 'token', name }
  }
  return principal
}

/** JWT access tokens (RFC 9068 in spirit): signature by the issuer's keys, issuer, audience, expiry, subject. */
function jwtVerifier({ issuer, audience, jwksUri }: OidcOptions): (token: string) => Promise<Principal> {
  const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: JWKS_TIMEOUT_MS })
  return async (token) => {
    const payload = await verified(token, keys, { issuer, audience })
    const displayName = [payload['name'], payload['preferred_username']].find(
      (claim): claim is string => typeof claim === 'string' && claim.trim() !== '',
    )
    return { kind: 'oidc', name: payload.sub ?? '', ...(displayName !== undefined && { displayName }) }
  }
}

async function verified(
  token: string,
  keys: JWTVerifyGetKey,
  expected: Pick<OidcOptions, 'issuer' | 'audience'>,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...expected,
      algorithms: JWT_ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    })
    return payload
  } catch (cause) {
    if (isTokenFault(cause)) throw refused('The bearer token is not accepted.', cause)
    throw new PlumblineError(
      'timeout',
      'The keys of the identity provider could not be read, so nobody can be let in.',
      {
        nextStep: 'Check auth.oidc.jwksUri and that this machine reaches it.',
        retryable: true,
        cause,
      },
    )
  }
}

/** The token's fault, as opposed to the key server's. */
function isTokenFault(error: unknown): boolean {
  return error instanceof errors.JOSEError && !KEY_SERVER_FAULTS.has(error.code)
}

function refused(message: string, cause?: unknown): PlumblineError {
  return new PlumblineError('unauthorized', message, {
    nextStep: 'Send "Authorization: Bearer <token>" with a configured token or one of the identity provider.',
    cause,
  })
}
