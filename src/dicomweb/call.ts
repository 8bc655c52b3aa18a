import { isUidLike } from '../dicom/json.ts'
import { PlumblineError } from '../errors.ts'
import type { DicomJson } from '../ports.ts'
import { createFetchRequest, type FetchRequest, type FetchRequestOptions } from './fetch-request.ts'
import { createDicomWebClient, type DicomWebClient } from './library.ts'
import { refusal } from './refusal.ts'
import type { Answer, Transport } from './transport.ts'

const DICOM_JSON = 'application/dicom+json'

type CallOptions = Omit<FetchRequestOptions, 'accept'> & {
  /** Default: DICOM JSON. */
  readonly accept?: string
}

/** One request through dicomweb-client, whatever its status. Throws what Transport throws. */
export type Call = (
  options: CallOptions,
  send: (client: DicomWebClient, request: { readonly instance: FetchRequest }) => Promise<unknown>,
) => Promise<Answer>

export function createCall(url: string, transport: Transport): Call {
  const client = createDicomWebClient(url)
  return async ({ doing, signal, accept = DICOM_JSON }, send) => {
    const request = createFetchRequest(transport, { doing, signal, accept })
    try {
      await send(client, { instance: request })
    } catch (cause) {
      // It rejects on every status but 200, 202, 204 and 206; what matters is in the request.
      if (request.outcome === null) throw cause
    }
    if (request.outcome === null) throw new Error('dicomweb-client did not send the request')
    if ('failure' in request.outcome) throw request.outcome.failure
    return request.outcome.answer
  }
}

/** The answer if it is a success. Throws PlumblineError('not-found' | 'pacs-refused'). */
function successful(answer: Answer, doing: string): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer
  throw refusal(answer.status, doing)
}

/** Part 10 files of a successful answer. */
export function filesOf(answer: Answer, doing: string): Uint8Array[] {
  const { parts, contentType } = successful(answer, doing)
  if (/html/i.test(contentType)) throw notDicom(doing)
  return [...parts]
}

/** Rows of a successful DICOM JSON answer; none for 204 and for an empty body, as some archives send. */
export function rowsOf(answer: Answer, doing: string): DicomJson[] {
  const [body] = successful(answer, doing).parts
  if (body === undefined) return []
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'))
  } catch (cause) {
    throw notDicom(doing, cause)
  }
  if (!Array.isArray(json) || !json.every(isRow)) throw notDicom(doing)
  return json
}

/** Rows of a search, where not found means none. */
export function searchRowsOf(answer: Answer, doing: string): DicomJson[] {
  return answer.status === 404 ? [] : rowsOf(answer, doing)
}

/** UIDs become part of URLs, and come from files that anybody may have made. */
export function requireUids(...uids: readonly string[]): void {
  if (uids.every(isUidLike)) return
  throw new PlumblineError('bad-request', 'A DICOM UID is missing or not valid, so the PACS is not asked.')
}

function isRow(value: unknown): value is DicomJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function notDicom(doing: string, cause?: unknown): PlumblineError {
  return new PlumblineError(
    'pacs-refused',
    `The PACS answered with something that is not DICOM while ${doing}.`,
    {
      nextStep: 'Check that the PACS address is its DICOMweb root, and that no sign-in page lies before it.',
      cause,
    },
  )
}
