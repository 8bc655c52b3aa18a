/** DS and IS values (PS3.5 section 6.2) to numbers, straight from their bytes: contours and frame positions are millions of them. */

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const [BACKSLASH, SPACE, NUL, PLUS, MINUS, POINT, ZERO] = [0x5c, 0x20, 0, 0x2b, 0x2d, 0x2e, 0x30]
/** Digits that a double holds exactly, as their power of ten: so one division rounds as the text itself would (Clinger 1990). */
const EXACT_DIGITS = 15
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, n) => 10 ** n)

/** Numbers where they are such, as in DICOM JSON; null for an empty value; else the text, so that nobody takes it for a number. */
export function decimalsOf(bytes: Uint8Array): (number | string | null)[] {
  const values: (number | string | null)[] = []
  let start = 0
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== BACKSLASH) continue
    values.push(decimalAt(bytes, start, at))
    start = at + 1
  }
  return values
}

/** The plain form, digits with a point or without; all others go through text. */
function decimalAt(bytes: Uint8Array, start: number, end: number): number | string | null {
  let at = start
  while (at < end && bytes[at] === SPACE) at++
  const negative = bytes[at] === MINUS
  if (negative || bytes[at] === PLUS) at++
  let mantissa = 0
  let digits = 0
  let pointAt = -1
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0
    const digit = byte - ZERO
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      digits++
    } else if (byte === POINT && pointAt < 0) pointAt = digits
    else break
  }
  while (at < end && (bytes[at] === SPACE || bytes[at] === NUL)) at++
  if (at < end || digits === 0 || digits > EXACT_DIGITS)
    return decimalOfText(Buffer.from(bytes.subarray(start, end)).toString('latin1'))
  const value = pointAt < 0 ? mantissa : mantissa / (POWERS_OF_TEN[digits - pointAt] ?? 1)
  return negative ? -value : value
}

/** NaN where it is not a decimal number: `0x10` and `Infinity` are none. */
export function numberOfText(text: string): number {
  const trimmed = text.trim()
  return DECIMAL.test(trimmed) ? Number(trimmed) : NaN
}

function decimalOfText(raw: string): number | string | null {
  const text = raw.replaceAll('\0', '').trim()
  if (text === '') return null
  return DECIMAL.test(text) ? Number(text) : text
}
