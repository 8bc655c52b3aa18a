/** `/dicom-web` when the images are in a PACS: one origin for the viewer, and intake hears of what is stored. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Router, type Request, type Response } from 'express'
import { PlumblineError } from '../errors.ts'
import type { InstanceRef } from '../ports.ts'
import { clientHeaders, upstreamHeaders, upstreamUrl } from './proxy-request.ts'
import { storedInstances } from './stow-answer.ts'

export interface DicomwebProxyOptions {
  /** Base of the PACS's DICOMweb service, e.g. `http://pacs:8042/dicom-web`. Mount the router at the same path. */
  readonly pacsUrl: string
  /** Headers that authenticate this service at the PACS, e.g. `{ authorization: 'Basic …' }`. */
  readonly credentials: Readonly<Record<string, string>>
  /** `https://host` under which browsers reach this service; null: as the request says. */
  readonly publicOrigin: string | null
  readonly limits: ProxyLimits
  readonly onStored: (stored: readonly InstanceRef[]) => Promise<void>
  /** What went wrong beside the answer: an unreadable STOW answer, a listener that failed, a PACS that is down. */
  readonly onProblem: (error: unknown) => void
}

export interface ProxyLimits {
  readonly requestBytesMax: number
  readonly responseBytesMax: number
  /** Longest STOW answer that is read for what was stored. */
  readonly stowAnswerBytesMax: number
  /** Of the whole exchange. */
  readonly timeoutMs: number
}

const STOW_PATH = /^\/studies(\/[\d.]+)?\/?(\?|$)/

/** GET and HEAD of DICOMweb resources, POST for STOW-RS only. Errors are problem+json (RFC 9457). */
export function createDicomwebProxy(options: DicomwebProxyOptions): Router {
  const base = new URL(options.pacsUrl)
  const router = Router()

  router.use((req, res) => {
    handle(req, res).catch((error: unknown) => {
      options.onProblem(error)
      answerFailure(res, error, false)
    })
  })

  async function handle(req: Request, res: Response): Promise<void> {
    const isStow = req.method === 'POST' && STOW_PATH.test(req.url)
    if (req.method !== 'GET' && req.method !== 'HEAD' && !isStow) {
      res.setHeader('allow', 'GET, HEAD, POST')
      return sendProblem(
        res,
        405,
        'Only reading, and storing with POST to /studies, goes through to the PACS.',
      )
    }
    const url = upstreamUrl(base, req.url)
    if (url === null) return sendProblem(res, 404, 'This is not a DICOMweb resource.')
    if (Number(req.headers['content-length'] ?? 0) > options.limits.requestBytesMax) {
      return sendProblem(
        res,
        413,
        `More than ${options.limits.requestBytesMax} bytes in one request are not taken.`,
      )
    }
    const gone = new AbortController()
    res.on('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(options.limits.timeoutMs)])
    try {
      await exchange(req, res, url, isStow, signal)
    } catch (error) {
      if (gone.signal.aborted) return
      options.onProblem(error)
      answerFailure(res, error, signal.aborted)
    }
  }

  async function exchange(req: Request, res: Response, url: URL, isStow: boolean, signal: AbortSignal) {
    const origin = options.publicOrigin === null ? null : new URL(options.publicOrigin)
    const forwarded = {
      // With the path prefix, if there is one: Orthanc puts what stands here before its own path, as it is.
      host: `${origin?.host ?? req.headers.host ?? ''}${req.baseUrl.replace(/\/[^/]*$/, '')}`,
      protocol: origin?.protocol.slice(0, -1) ?? req.protocol,
    }
    const headers = upstreamHeaders(req.headers, options.credentials, forwarded, isStow)
    if (isStow) Object.assign(headers, { accept: 'application/dicom+json', 'accept-encoding': 'identity' })
    const answer = await send(req, url, headers, options.limits.requestBytesMax, signal)
    requirePassable(answer, options.limits.responseBytesMax)
    if (isStow) return relayStow(answer, res)
    res.writeHead(answer.statusCode ?? 502, clientHeaders(answer.headers))
    await pipeline(answer, limitBytes(options.limits.responseBytesMax, 'answer of the PACS'), res, { signal })
  }

  /**
   * The client gets the PACS's answer as it is. Intake is told first: a crash after the answer would lose what the client
   * believes delivered. Its troubles are not the client's.
   */
  async function relayStow(answer: IncomingMessage, res: Response): Promise<void> {
    const body = await collect(answer, options.limits.stowAnswerBytesMax)
    const status = answer.statusCode ?? 502
    const read = storedInstances(status, body.toString('utf8'))
    if (read === null || read.unreadable > 0) {
      const message = `A STOW answer of the PACS (status ${status}) does not say in a readable way what was stored.`
      options.onProblem(
        new PlumblineError('pacs-refused', message, { nextStep: 'Nothing: polling finds it.' }),
      )
    }
    if (read !== null && read.stored.length > 0) await options.onStored(read.stored).catch(options.onProblem)
    res
      .writeHead(status, { ...clientHeaders(answer.headers), 'content-length': String(body.length) })
      .end(body)
  }

  return router
}

/** Sends the request with its body, resolves with the answer's head. */
async function send(
  req: Request,
  url: URL,
  headers: Record<string, string>,
  bytesMax: number,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const upstream = request(url, { method: req.method, headers, signal })
    upstream.on('response', resolve)
    upstream.on('error', reject)
    if (req.method === 'POST') pipeline(req, limitBytes(bytesMax, 'request'), upstream).catch(reject)
    else upstream.end()
  })
}

/** Credentials of the PACS are ours: its 401 is our misconfiguration, and a redirect may lead anywhere. */
function requirePassable(answer: IncomingMessage, bytesMax: number): void {
  const status = answer.statusCode ?? 502
  const refuse = (message: string, nextStep: string): never => {
    answer.destroy()
    throw new PlumblineError('pacs-refused', message, { nextStep })
  }
  if (status === 401 || status === 407) {
    refuse('The PACS did not accept this service.', 'Check the PACS credentials in the configuration.')
  }
  if (status >= 300 && status < 400 && status !== 304) {
    refuse(`The PACS redirects (status ${status}).`, 'Configure the URL it redirects to.')
  }
  if (Number(answer.headers['content-length'] ?? 0) > bytesMax) {
    refuse(`The PACS's answer is longer than ${bytesMax} bytes.`, 'Ask for less at a time.')
  }
}

function limitBytes(bytesMax: number, what: string): Transform {
  let total = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length
      if (total <= bytesMax) return done(null, chunk)
      done(new PlumblineError('limit-exceeded', `The ${what} is longer than ${bytesMax} bytes.`))
    },
  })
}

async function collect(answer: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  await pipeline(answer, limitBytes(bytesMax, 'answer of the PACS'), async (source) => {
    for await (const chunk of source) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  })
  return Buffer.concat(chunks)
}

/** After the head was sent only cutting the connection tells the client that its answer is not whole. */
function answerFailure(res: Response, error: unknown, timedOut: boolean): void {
  if (res.headersSent) {
    res.destroy()
    return
  }
  if (error instanceof PlumblineError) {
    sendProblem(res, error.code === 'limit-exceeded' ? 413 : 502, `${error.message} ${error.nextStep}`.trim())
  } else if (timedOut) sendProblem(res, 504, 'The PACS did not answer in time.')
  else sendProblem(res, 502, 'The PACS cannot be reached.')
}

const TITLES: Readonly<Record<number, string>> = {
  404: 'Not found',
  405: 'Method not allowed',
  413: 'Too large',
  502: 'The PACS refused',
  504: 'Timeout',
}

function sendProblem(res: Response, status: number, detail: string): void {
  const problem = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail }
  res.status(status).type('application/problem+json').send(JSON.stringify(problem))
}
