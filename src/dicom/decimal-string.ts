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
    const rounded = String(Number(value.toPrecision(digits)))
    if (rounded.length <= MAX_CHARACTERS) return rounded
    const exponential = value.toExponential(digits - 1).replace('e+', 'e')
    if (exponential.length <= MAX_CHARACTERS) return exponential
  }
  throw new Error('unreachable: one digit and an exponent fit into 16 characters')
}
