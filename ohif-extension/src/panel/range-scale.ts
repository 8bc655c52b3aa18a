/** Where value and expected range lie on a bar that runs from 0 to 1. */
import type { Evidence } from '../../../src/domain/evidence.ts'

export interface RangeScale {
  /** `log` where the numbers differ so much that a linear bar would show a line and a dot. */
  readonly kind: 'linear' | 'log'
  readonly valueAt: number
  /** The expected range; an open side reaches the end of the bar. */
  readonly lowAt: number
  readonly highAt: number
}

/** Greatest number over least from which a bar is logarithmic. */
const LOG_RATIO = 20
/** Left free on both sides, as a share of what lies between the numbers. */
const MARGIN = 0.25

/** Null where there is no bound to draw, or a number that is none. */
export function rangeScale({ value, expected }: Pick<Evidence, 'value' | 'expected'>): RangeScale | null {
  const low = expected?.low ?? null
  const high = expected?.high ?? null
  const numbers = [value, ...(low === null ? [] : [low]), ...(high === null ? [] : [high])]
  if (numbers.length < 2 || !numbers.every(Number.isFinite)) return null
  const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)]
  const kind = least > 0 && greatest / least >= LOG_RATIO ? 'log' : 'linear'
  const along = kind === 'log' ? Math.log10 : (number: number) => number
  const { start, length } = stretchOf(along(least), along(greatest), kind === 'linear' && least >= 0)
  const at = (number: number) => (along(number) - start) / length
  return {
    kind,
    valueAt: at(value),
    lowAt: low === null ? 0 : at(low),
    highAt: high === null ? 1 : at(high),
  }
}

/** The stretch of numbers that a bar shows; below zero only where a number is. */
function stretchOf(least: number, greatest: number, isPositive: boolean): { start: number; length: number } {
  // All numbers equal: as much room as the number itself is large.
  const margin = greatest > least ? (greatest - least) * MARGIN : Math.abs(greatest) / 2 || 1
  const start = isPositive ? Math.max(0, least - margin) : least - margin
  return { start, length: greatest + margin - start }
}
