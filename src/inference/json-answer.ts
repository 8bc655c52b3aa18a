/** From what a model wrote to JSON that fits the schema, or what is wrong with it in words that the model can act on. */
import { z } from 'zod'
import type { ModelRequest } from '../domain/language-model.ts'
import { PlumblineError } from '../errors.ts'

export type Parsed =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly fault: string }

export type ReadAnswer = (text: string) => Parsed

const FAULTS_SAID = 8
const FAULT_CHARACTERS_MAX = 200
const THOUGHTS_END = '</think>'

/** Throws PlumblineError('bad-request') for a schema that cannot be checked. */
export function answerReader({ name, json }: ModelRequest['schema']): ReadAnswer {
  const schema = compiled(name, json)
  return (text) => {
    const found = objectsIn(text)
    const [only] = found
    if (only === undefined) return { ok: false, fault: 'There is no complete JSON object in it.' }
    if (found.length > 1) return { ok: false, fault: 'There is more than one JSON object in it.' }
    const checked = schema.safeParse(only)
    return checked.success ? { ok: true, json: only } : { ok: false, fault: faultsOf(checked.error) }
  }
}

function compiled(name: string, json: ModelRequest['schema']['json']): z.ZodType {
  try {
    return z.fromJSONSchema(json)
  } catch (cause) {
    throw new PlumblineError('bad-request', `The JSON schema ${name} has parts that cannot be checked.`, {
      cause,
    })
  }
}

/** Places and rules; values of the answer are not repeated. */
function faultsOf({ issues }: z.ZodError): string {
  const said = issues.slice(0, FAULTS_SAID).map(({ path, message }) => {
    const place = path.length === 0 ? 'the object' : path.join('.')
    return `${place}: ${message}`.slice(0, FAULT_CHARACTERS_MAX)
  })
  return [...said, ...(issues.length > FAULTS_SAID ? ['and more'] : [])].join('\n')
}

/**
 * The text itself where it is an object, else the objects that stand between other words, one after the other. What
 * is closed but no JSON is skipped whole, so that no part of a broken answer is taken for the answer.
 */
function objectsIn(text: string): unknown[] {
  const whole = parsed(text)
  if (whole !== undefined) return isObject(whole) ? [whole] : []
  const answer = afterThoughts(text)
  const found: unknown[] = []
  for (let at = answer.indexOf('{'); at >= 0;) {
    const end = endOfObject(answer, at)
    if (end === null) break
    const object = parsed(answer.slice(at, end))
    if (object !== undefined) found.push(object)
    at = answer.indexOf('{', end)
  }
  return found
}

/** Without what a reasoning model writes before its answer, where the server does not take it out. */
function afterThoughts(text: string): string {
  const end = text.lastIndexOf(THOUGHTS_END)
  return end < 0 ? text : text.slice(end + THOUGHTS_END.length)
}

/** Where the brace at `start` is closed; null when it is not. Braces in strings do not count. */
function endOfObject(text: string, start: number): number | null {
  let [depth, inString] = [0, false]
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (inString && character === '\\') at++
    else if (character === '"') inString = !inString
    else if (!inString && character === '{') depth++
    else if (!inString && character === '}' && --depth === 0) return at + 1
  }
  return null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
