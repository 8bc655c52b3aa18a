/** Every way in which a language model gives no answer, as a table. */
import { PlumblineError, type ErrorCode } from '../errors.ts'

export type ModelErrorKind =
  | 'host-not-allowed'
  | 'patient-data'
  | 'unclean-picture'
  | 'declined'
  | 'content-filter'
  | 'unreachable'
  | 'slow'
  | 'busy'
  | 'server-fault'
  | 'unauthorized'
  | 'not-found'
  | 'bad-request'
  | 'not-recorded'
  | 'cut-short'
  | 'invalid-answer'
  | 'too-large'
  | 'case-budget'
  | 'day-budget'

interface Row {
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly nextStep: string
}

const unavailable = (nextStep: string, retryable = false): Row => ({
  code: 'model-unavailable',
  retryable,
  nextStep,
})
const refused = (nextStep: string): Row => ({ code: 'model-refused', retryable: false, nextStep })
const answer = (nextStep: string): Row => ({ code: 'model-answer', retryable: false, nextStep })
const limit = (nextStep: string): Row => ({ code: 'limit-exceeded', retryable: false, nextStep })

const ROWS: Readonly<Record<ModelErrorKind, Row>> = {
  'host-not-allowed': refused(
    'Name the host under model.allowedHosts if requests may leave this network, and use https.',
  ),
  'patient-data': refused('Report this: what is sent is made of codes and measurements only.'),
  'unclean-picture': refused('Report this: pictures are made by this program and hold pixels only.'),
  declined: refused('A person has to judge this case; another model may not decline.'),
  'content-filter': refused("A person has to judge this case, or the server's content filter be adjusted."),
  unreachable: unavailable('Check model.baseUrl, the network and the certificate of the server.', true),
  slow: unavailable('Check that the server is well, or raise model.timeoutMs.', true),
  busy: unavailable('Lower model.concurrency, or raise what the server allows for this key.', true),
  'server-fault': unavailable('See the log of the server.', true),
  unauthorized: unavailable('Check model.apiKey or OPENAI_API_KEY.'),
  'not-found': unavailable('Check model.baseUrl and model.name.'),
  'bad-request': unavailable('See the log of the server for what it does not accept.'),
  'not-recorded': unavailable('Record the requests first: model.cassette.mode: record.'),
  'cut-short': answer('Choose a model that answers in fewer words, or allow longer answers.'),
  'invalid-answer': answer('Choose a model that follows a JSON schema.'),
  'too-large': limit('Choose a model that reads more, or send fewer or smaller pictures.'),
  'case-budget': limit('Raise model.tokensPerCaseMax or model.usdPerCaseMax.'),
  'day-budget': limit('Wait for the next day (UTC), or raise model.tokensPerDayMax or model.usdPerDayMax.'),
}

export class ModelError extends PlumblineError {
  readonly kind: ModelErrorKind
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | null

  constructor(
    kind: ModelErrorKind,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | null } = {},
  ) {
    const { code, ...row } = ROWS[kind]
    super(code, message, options.cause === undefined ? row : { ...row, cause: options.cause })
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}
