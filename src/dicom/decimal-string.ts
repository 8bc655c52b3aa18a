import { PlumblineError } from '../errors.ts'

/** PS3.5 Table 6.2-1, VR DS. */
const MAX_CHARACTERS = 16
const MAX_SIGNIFICANT_DIGITS = 17

/**
 * A number as DS: at most 16 characters, as many digits as fit, the exponent kept. dcmjs would cut the end off and turn
 * -3.333333333333333e-8 into -3.3333333333333. Throws PlumblineError('bad-request') for NaN and infinities.
 */
export function decimalString(value: number): string {
  if (!Number.isFinite(value)) {
    throw new PlumblineError('bad-request', `A DICOM decimal string must be a finite number, not ${value}.`)
  }
  const shortest = String(value)
  if (shortest.length <= MAX_CHARACTERS) return shortest
  for (let digits = MAX_SIGNIFICANT_DIGITS; digits > 0; digits--) {
    const plain = String(Number(value.toPrecision(digits)))
    const exponential = value.toExponential(digits - 1).replace('e+', 'e')
    // Near the end of the range, rounding up would make a text that reads as infinite.
    const fitting = [plain, exponential].find(
      (text) => text.length <= MAX_CHARACTERS && Number.isFinite(Number(text)),
    )
    if (fitting !== undefined) return fitting
  }
  throw new Error(`unreachable: ${value} has no form of 16 characters`)
}
