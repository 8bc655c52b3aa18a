/** What dicomweb-client uses of an XMLHttpRequest, on top of our transport: Node.js has none. */
import type { Answer, Transport } from './transport.ts'

/** The members that dicomweb-client touches (its api.js, `_httpRequest`). */
export interface FetchRequest {
  readyState: number
  status: number
  /** Always empty: the content is in `answer`. */
  readonly response: readonly never[]
  /** The library's own multipart decoder copies every part and takes a cut-off message for a shorter one: see below. */
  responseType: string
  withCredentials: boolean
  onloadstart: (() => void) | null
  onloadend: (() => void) | null
  onprogress: (() => void) | null
  onreadystatechange: (() => void) | null
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  getResponseHeader(name: string): string | null
  getAllResponseHeaders(): string
  send(body?: ArrayBuffer): void
  /** What came of it; null before, and when dicomweb-client never sent it. */
  outcome: { readonly answer: Answer } | { readonly failure: unknown } | null
}

const DONE = 4

export interface FetchRequestOptions {
  /** What is being done, for messages: `listing the series of a study`. */
  readonly doing: string
  /** Outranks what dicomweb-client asks for. */
  readonly accept: string
  readonly signal: AbortSignal
}

/** A request object for one call: dicomweb-client fills it in, the transport carries it out, `outcome` tells the result. */
export function createFetchRequest(transport: Transport, options: FetchRequestOptions): FetchRequest {
  const { doing, accept, signal } = options
  const headers: Record<string, string> = {}
  let method = 'get'
  let url = ''

  function settle(outcome: NonNullable<FetchRequest['outcome']>): void {
    request.outcome = outcome
    // Status 0 is how an XMLHttpRequest reports a network error.
    request.status = 'answer' in outcome ? outcome.answer.status : 0
    request.readyState = DONE
    request.onreadystatechange?.()
  }

  const request: FetchRequest = {
    readyState: 0,
    status: 0,
    response: [],
    // Without a response type and a content type dicomweb-client leaves the response alone.
    get responseType() {
      return ''
    },
    set responseType(_value) {},
    withCredentials: false,
    onloadstart: null,
    onloadend: null,
    onprogress: null,
    onreadystatechange: null,
    outcome: null,
    open(toMethod, toUrl) {
      method = toMethod
      url = toUrl
    },
    setRequestHeader(name, value) {
      headers[name.toLowerCase()] = value
    },
    getResponseHeader: () => null,
    getAllResponseHeaders: () => '',
    send(body) {
      transport({ doing, method, url, headers: { ...headers, accept }, body: body ?? null, signal }).then(
        (answer) => settle({ answer }),
        (failure: unknown) => settle({ failure }),
      )
    },
  }
  return request
}
