/** JSON Lines: one value on each line; blank lines hold none. */
import type { z } from 'zod'
import type { PlumblineError } from './errors.ts'

/** Rows in their order. Throws what `wrong` makes of the number (from 1) of the first line that is no JSON or does not check, and of why. */
export function parseJsonLines<Row>(
  text: string,
  schema: z.ZodType<Row>,
  wrong: (line: number, fault: z.ZodError) => PlumblineError,
): Row[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    const result = schema.safeParse(jsonOrNull(line))
    if (!result.success) throw wrong(index + 1, result.error)
    return [result.data]
  })
}

function jsonOrNull(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
