/** What of a viewer's request reaches the PACS. Everything that is not named here does not. */
import type { IncomingHttpHeaders } from 'node:http'

/** DICOMweb resources (PS3.18 8.3); anything else of the PACS's web server stays out of reach. */
const ROOTS: readonly string[] = ['studies', 'series', 'instances', 'bulkdata']
/** No `;`: servers that take what follows it for parameters would see `..` in `..;`. */
const SEGMENT = /^[\w.,=:@~+-]{1,256}$/

const REQUEST_HEADERS: readonly string[] = [
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'range',
]
/** Of a body, so only with one: a length without its body would make the PACS take the next request for it. */
const BODY_HEADERS: readonly string[] = ['content-length', 'content-type']
const RESPONSE_HEADERS: readonly string[] = [
  'accept-ranges',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'etag',
  'last-modified',
  'retry-after',
  'vary',
  'warning',
]

/**
 * The PACS URL for a path and query as the client sent them (`/studies/1.2?x=y`); null when it is no DICOMweb resource.
 * Each path segment is decoded and checked, so no `..` and no encoded slash gets through.
 */
export function upstreamUrl(base: URL, pathAndQuery: string): URL | null {
  const [path = '', ...rest] = pathAndQuery.split('?')
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded)
  const first = segments[0]
  if (first === undefined || first === null || !ROOTS.includes(first)) return null
  if (!segments.every((segment) => segment !== null && SEGMENT.test(segment) && !/^\.+$/.test(segment)))
    return null
  const url = new URL(base)
  url.pathname = `${base.pathname.replace(/\/+$/, '')}/${segments.join('/')}`
  url.search = rest.length === 0 ? '' : `?${withPlainCommas(rest.join('?'))}`
  return url
}

/** Orthanc's DICOMweb plugin ignores `includefield=A%2CB`, which is how viewers encode it; it wants the comma itself. */
function withPlainCommas(query: string): string {
  return query
    .split('&')
    .map((pair) => (/^includefield=/i.test(pair) ? pair.replace(/%2c/gi, ',') : pair))
    .join('&')
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

/**
 * Headers for the PACS: the allowed ones of the client, the PACS's own credentials, and `Forwarded` (RFC 7239) so
 * that the URLs in its answers lead back here. The client's Authorization and cookies are for us and stop here.
 * `hasBody`: the client's body is passed on as well.
 */
export function upstreamHeaders(
  client: IncomingHttpHeaders,
  credentials: Readonly<Record<string, string>>,
  forwarded: { readonly host: string; readonly protocol: string },
  hasBody: boolean,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of hasBody ? [...REQUEST_HEADERS, ...BODY_HEADERS] : REQUEST_HEADERS) {
    const value = client[name]
    if (typeof value === 'string') headers[name] = value
  }
  // Unquoted although the colon of a port asks for quotes: Orthanc takes the quotes as part of the host.
  if (/^[\w.:[\]/~-]+$/.test(forwarded.host))
    headers['forwarded'] = `host=${forwarded.host};proto=${forwarded.protocol}`
  return { ...headers, ...credentials }
}

/** Headers of the PACS's answer that the client gets: no cookies, no challenges, no hop-by-hop headers (RFC 9110 7.6.1). */
export function clientHeaders(answer: IncomingHttpHeaders): Record<string, string> {
  const headers: Record<string, string> = { 'x-content-type-options': 'nosniff' }
  for (const name of RESPONSE_HEADERS) {
    const value = answer[name]
    if (typeof value === 'string') headers[name] = value
  }
  return headers
}
