import type { DescribedError } from './log-error.ts'
import { printable } from './terminal.ts'

const MESSAGE_CHARACTERS_MAX = 2000

interface LogRecord extends Record<string, unknown> {
  readonly level: string
  readonly time: string
  readonly message: string
  readonly err?: DescribedError
}

/** One JSON log line as a line for a person at a terminal: `12:34:56 warn  message  key=value`. */
export function prettyLine(line: string): string {
  const record: LogRecord = JSON.parse(line)
  const { level, time, message, err, ...fields } = record
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)
  const head = [time.slice(11, 19), level.padEnd(5), message, ...rest].join('  ')
  return err === undefined ? `${head}\n` : `${head}\n${prettyError(err, '  ')}`
}

function prettyError(error: DescribedError, indent: string): string {
  const said = error.message === undefined ? undefined : printable(error.message, MESSAGE_CHARACTERS_MAX)
  const head = [error.name, error.code, said].filter((part) => part !== undefined).join(' ')
  const own = [head, ...error.frames.map((frame) => `  ${frame}`)]
    .map((text) => `${indent}${text}\n`)
    .join('')
  return error.cause === undefined ? own : `${own}${prettyError(error.cause, `${indent}  `)}`
}
