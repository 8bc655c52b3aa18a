/** What every DICOMweb route of the archive shares: errors, addresses, media types, multipart answers. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { NextFunction, Request, Response } from 'express'
import { PlumblineError, type ErrorCode } from '../errors.ts'
import { multipartTail, partHead } from '../dicom/multipart.ts'

const STATUS_OF_CODE: Partial<Record<ErrorCode, number>> = {
  'bad-request': 400,
  'not-found': 404,
  conflict: 409,
  'limit-exceeded': 413,
  'bad-dicom': 406,
  'unsupported-dicom': 406,
}
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
}

/** What a route refuses by its HTTP status. */
export class HttpRefusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'HttpRefusal'
    this.status = status
  }
}

/** Writes what was refused as problem details (RFC 9457); passes on what is no refusal. */
export function problemHandler(
  error: unknown,
  _request: Request,
  response: Response,
  next: NextFunction,
): void {
  const status = error instanceof HttpRefusal ? error.status : statusOf(error)
  if (status === undefined || !(error instanceof Error) || response.headersSent) return next(error)
  const detail = [error.message, error instanceof PlumblineError ? error.nextStep : ''].join(' ').trim()
  const problem = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail }
  response.status(status).type('application/problem+json').send(JSON.stringify(problem))
}

function statusOf(error: unknown): number | undefined {
  return error instanceof PlumblineError ? STATUS_OF_CODE[error.code] : undefined
}

/** `https://host/dicom-web` as the client knows it. */
export function baseUrlOf(request: Request, publicOrigin: string | null): string {
  return `${publicOrigin ?? `${request.protocol}://${request.get('host') ?? 'localhost'}`}${request.baseUrl}`
}

export function sendDicomJson(response: Response, json: unknown): void {
  response.type('application/dicom+json').send(JSON.stringify(json))
}

export interface MediaRange {
  /** `multipart/related`, `application/dicom`, a wildcard, ... lower case. */
  readonly type: string
  /** Of the parts, where it is multipart; '' when not said. */
  readonly partType: string
  /** '' when not said. */
  readonly transferSyntax: string
}

/** The Accept header or query parameter (PS3.18 8.7.5), in the order given; everything when there is none. */
export function acceptedOf(request: Request): MediaRange[] {
  const { accept } = request.query
  const header = typeof accept === 'string' ? accept : (request.get('accept') ?? '*/*')
  return splitOutsideQuotes(header, ',').map((range) => {
    const [type = '', ...parameters] = splitOutsideQuotes(range, ';')
    const named = new Map(parameters.map((parameter) => nameAndValue(parameter)))
    return {
      type: type.toLowerCase(),
      partType: (named.get('type') ?? '').toLowerCase(),
      transferSyntax: named.get('transfer-syntax') ?? '',
    }
  })
}

function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  return (text.match(separator === ',' ? /(?:"[^"]*"|[^,"])+/g : /(?:"[^"]*"|[^;"])+/g) ?? []).map((part) =>
    part.trim(),
  )
}

function nameAndValue(parameter: string): [name: string, value: string] {
  const [name = '', ...value] = parameter.split('=')
  return [name.trim().toLowerCase(), value.join('=').trim().replaceAll('"', '')]
}

export interface AnswerPart {
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** Writes the parts as they come, never faster than the client reads; ends early when it is gone. */
export async function sendMultipart(
  response: Response,
  type: string,
  parts: AsyncIterable<AnswerPart> | Iterable<AnswerPart>,
): Promise<void> {
  const boundary = randomUUID()
  response.setHeader('content-type', `multipart/related; type="${type}"; boundary=${boundary}`)
  if (response.req.method === 'HEAD') return void response.end()
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  try {
    for await (const { contentType, bytes } of parts) {
      response.write(partHead(boundary, contentType))
      if (!response.write(bytes)) await once(response, 'drain', { signal: gone.signal })
      if (gone.signal.aborted) return
    }
    response.end(multipartTail(boundary))
  } catch (error) {
    if (!gone.signal.aborted) throw error
  }
}
