import { wilson } from '../calibrate/binomial.ts'
import type { Rate } from '../domain/report-model.ts'

export function rateOf(count: number, of: number): Rate {
  return { count, of, share: of === 0 ? null : count / of, ...wilson(count, of) }
}
