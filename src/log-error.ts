/** Errors for the log, without what may hold patient text. */
import { PlumblineError } from './errors.ts'

const CAUSES_MAX = 3
const FRAMES_MAX = 12

export interface DescribedError {
  readonly name: string
  readonly code?: string
  readonly message?: string
  readonly frames: readonly string[]
  readonly cause?: DescribedError
}

/**
 * A PlumblineError keeps its message: its contract forbids patient data there. Any other error's message may quote a
 * path, a value or a file's text, so only its name, its code and its stack frames are kept.
 */
export function describeError(
  error: unknown,
  options: { unknownMessages: boolean },
  depth = 0,
): DescribedError {
  if (!(error instanceof Error)) return { name: `thrown ${typeof error}`, frames: [] }
  const known = error instanceof PlumblineError
  const code = codeOf(error)
  return {
    name: /^[A-Za-z]\w{0,60}$/.test(error.name) ? error.name : 'Error',
    ...(code === null ? {} : { code }),
    ...(known || options.unknownMessages ? { message: error.message } : {}),
    frames: framesOf(error),
    ...(error.cause === undefined || depth >= CAUSES_MAX
      ? {}
      : { cause: describeError(error.cause, options, depth + 1) }),
  }
}

/** Our codes, Node's (`ECONNREFUSED`, `ERR_...`) and SQLSTATE (`23505`): fixed words, never text. */
function codeOf(error: Error): string | null {
  const code: unknown = 'code' in error ? error.code : null
  if (typeof code !== 'string') return null
  return error instanceof PlumblineError || /^(E[A-Z0-9_]{2,60}|[0-9A-Z]{5})$/.test(code) ? code : null
}

/**
 * `at name (place:line:column)` with a place that is code. A message can span lines and imitate frames, so it is cut
 * off first; where it is not found (changed after the stack was taken) no line of the stack can be trusted.
 */
function framesOf(error: Error): string[] {
  const stack = typeof error.stack === 'string' ? error.stack : ''
  const header = /^[\w$.[\] ]{1,120}(?:: |(?=\n))/.exec(stack)?.[0] ?? ''
  const head = header.endsWith(': ') ? `${header}${error.message}\n` : `${header}\n`
  if (header === '' || !stack.startsWith(head)) return []
  const frame = /^\s+at (?:(async )?[\w$.<>[\] ]{1,120} )?\(?(?:file:\/\/|node:|\/)[^()\s]*:\d+:\d+\)?$/
  return stack
    .slice(head.length)
    .split('\n')
    .filter((line) => frame.test(line) && /node:|\.[cm]?[jt]s:\d/.test(line))
    .slice(0, FRAMES_MAX)
    .map((line) => line.trim())
}
