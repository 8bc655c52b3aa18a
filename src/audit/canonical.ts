/** One text for one value: JSON by RFC 8785 (JCS), so that a digest of it means the value and not how it was written. */
import { createHash } from 'node:crypto'

/**
 * Keys sorted by UTF-16 code units, no blanks, numbers and strings as ECMAScript writes them. Keys without a value are
 * left out. Throws RangeError for numbers that JSON has no form for, TypeError for what is no JSON value.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('JSON has no form for it')
  if (typeof value !== 'object' || value === null) return scalar(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

function scalar(value: unknown): string {
  const text: string | undefined = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`a ${typeof value} is no JSON value`)
  return text
}

/** Lower-case hex SHA-256 of a value's canonical text. */
export function digestOf(value: unknown): string {
  return sha256(canonicalJson(value))
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
