/** Measured values and what is expected of them, as people read them. */
import type { Evidence, Expected } from '../../../src/domain/evidence.ts'
import { withUnit } from '../../../src/domain/unit.ts'

const FIGURES = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 })

/** Four figures are more than anybody reads off an image. */
export function figureText(value: number): string {
  const size = Math.abs(value)
  return value !== 0 && (size < 1e-4 || size >= 1e9) ? value.toExponential(2) : FIGURES.format(value)
}

/** `812.4 cm³`. */
export function quantityText(value: number, unit: string): string {
  return raised(withUnit(figureText(value), unit))
}

/** `900 to 2,500 cm³`, `at most 1`, `exactly 0`; empty without a bound. */
export function expectedText({ low, high }: Expected, unit: string): string {
  if (low !== null && low === high) return `exactly ${quantityText(low, unit)}`
  if (low !== null && high !== null)
    return raised(withUnit(`${figureText(low)} to ${figureText(high)}`, unit))
  if (low !== null) return `at least ${quantityText(low, unit)}`
  return high === null ? '' : `at most ${quantityText(high, unit)}`
}

export type Standing = 'within' | 'below' | 'above'

/** Null where nothing is expected. */
export function standingOf({ value, expected }: Pick<Evidence, 'value' | 'expected'>): Standing | null {
  if (expected === undefined || (expected.low === null && expected.high === null)) return null
  if (expected.low !== null && value < expected.low) return 'below'
  return expected.high !== null && value > expected.high ? 'above' : 'within'
}

function raised(text: string): string {
  return text.replaceAll(/\b([cm]?m)2\b/g, '$1²').replaceAll(/\b([cm]?m)3\b/g, '$1³')
}
