import type { DescribedError } from './log-error.ts'

/** One JSON log line as a line for a person at a terminal: `12:34:56 warn  message  key=value`. */
export function prettyLine(line: string): string {
  const { level, time, message, err, ...fields } = JSON.parse(line) as Record<string, unknown>
  const clock = String(time).slice(11, 19)
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)
  const head = [clock, String(level).padEnd(5), String(message), ...rest].join('  ')
  return err === undefined ? `${head}\n` : `${head}\n${prettyError(err as DescribedError, '  ')}`
}

function prettyError(error: DescribedError, indent: string): string {
  const head = [error.name, error.code, error.message].filter((part) => part !== undefined).join(' ')
  const own = [head, ...error.frames.map((frame) => `  ${frame}`)].map((text) => `${indent}${text}\n`).join('')
  return error.cause === undefined ? own : `${own}${prettyError(error.cause, `${indent}  `)}`
}
