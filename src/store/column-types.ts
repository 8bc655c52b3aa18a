/**
 * How a column comes back from a query, by PostgreSQL type oid: the same from both drivers. What is not listed is
 * what both do by themselves: text, numeric and uuid are strings, timestamptz is a Date, json and jsonb are parsed.
 * The other way round: pass JSON as text (`JSON.stringify`), never as an object: the drivers read arrays differently.
 */
export const COLUMN_PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  17: bytesOf, // bytea
  20: safeInteger, // int8
  1082: String, // date: a calendar day, not an instant
  1114: String, // timestamp without time zone: not an instant either
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value))
    throw new RangeError(`an int8 column holds ${text}: too large for a number`)
  return value
}

/** PostgreSQL's hex format of bytea, `\x00ff`. */
function bytesOf(text: string): Uint8Array {
  if (!text.startsWith('\\x')) throw new TypeError('bytea_output of the database must be hex')
  return Uint8Array.from(Buffer.from(text.slice(2), 'hex'))
}
