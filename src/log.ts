/**
 * The log. Safe by construction: a message is a literal of the source code, a field is one of the names below with a
 * value of a fixed form, an error is reduced to what cannot hold patient text. There is no way to log a free object.
 */
import { pino } from 'pino'
import { describeError } from './log-error.ts'
import { prettyLine } from './log-pretty.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Every field that may be logged, and the form of its value. To log a new thing, add its name here. */
const FIELDS = {
  caseId: 'word',
  requestId: 'word',
  errorId: 'word',
  event: 'word',
  state: 'word',
  stage: 'word',
  verdict: 'word',
  transition: 'word',
  modality: 'word',
  code: 'word',
  outcome: 'word',
  operation: 'word',
  role: 'word',
  method: 'word',
  route: 'word',
  host: 'word',
  version: 'word',
  policy: 'word',
  model: 'word',
  requestDigest: 'word',
  auditDigest: 'word',
  status: 'number',
  port: 'number',
  attempt: 'number',
  count: 'number',
  auditSequence: 'number',
  bytes: 'number',
  voxels: 'number',
  durationMs: 'number',
  delayMs: 'number',
  inputTokens: 'number',
  outputTokens: 'number',
  costUsd: 'number',
  retryable: 'flag',
} as const satisfies Record<string, Form>

type Form = 'word' | 'number' | 'flag'

const IN_FORM: Readonly<Record<Form, (value: unknown) => boolean>> = {
  /** A word of our own vocabulary: state, code, route pattern, id. No blank and no `^`, so no sentence and no PN. */
  word: (value) => typeof value === 'string' && /^[\w.:/{}*-]{1,160}$/.test(value),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  flag: (value) => typeof value === 'boolean',
}
type ValueOf<F extends Form> = { word: string; number: number; flag: boolean }[F]

type FieldName = keyof typeof FIELDS
export type LogFields = { readonly [Name in FieldName]?: ValueOf<(typeof FIELDS)[Name]> | undefined } & {
  /** Anything that was thrown; only name, code, known messages and stack frames are kept. */
  readonly err?: unknown
}

/**
 * `Text` when it is a literal; `never` when it was put together at run time (`string`, or a template with a hole) and
 * could hold anything: a record with such keys asks for no key at all, one with a literal key does.
 */
type Literal<Text extends string> = { none?: never } extends Record<Text, unknown> ? never : Text

type Write = <Text extends string>(message: Literal<Text>, fields?: LogFields) => void

export interface Logger {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger
}

export interface LogOptions {
  readonly level: LogLevel
  /** Lines for a person at a terminal instead of JSON lines. */
  readonly pretty: boolean
  /** Default: standard error, so that standard output stays free for what a command prints. */
  readonly destination?: { write(line: string): void }
  /** Adds the messages of unknown errors. They may hold patient text: for a developer's machine only. Default false. */
  readonly unknownErrorMessages?: boolean
}

/** JSON lines with ISO time, level and message; see LogFields for what else a line may hold. */
export function createLogger(options: LogOptions): Logger {
  const lines = options.destination ?? process.stderr
  const destination = options.pretty ? { write: (line: string) => void lines.write(prettyLine(line)) } : lines
  const out = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'message',
      // Ours is the only door to an error; pino's own serializer would print its message.
      serializers: { err: (value: unknown) => value },
    },
    destination,
  )
  const unknownMessages = options.unknownErrorMessages ?? false
  return loggerWith({})

  function loggerWith(bound: Record<string, unknown>): Logger {
    const write =
      (level: Exclude<LogLevel, 'silent'>): Write =>
      (message, fields = {}) => {
        if (out.isLevelEnabled(level)) out[level]({ ...bound, ...admit(fields, unknownMessages) }, message)
      }
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => loggerWith({ ...bound, ...admit(fields, unknownMessages) }),
    }
  }
}

/** The types already say so; checked again here because callers may have cast. */
function admit(fields: LogFields, unknownMessages: boolean): Record<string, unknown> {
  const admitted: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    if (name === 'err') admitted['err'] = describeError(value, { unknownMessages })
    else if (isField(name)) admitted[name] = IN_FORM[FIELDS[name]](value) ? value : '[withheld]'
  }
  return admitted
}

function isField(name: string): name is FieldName {
  return Object.hasOwn(FIELDS, name)
}
