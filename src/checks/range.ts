/** A measured value against a range of the knowledge. */
import type { Expected, Severity } from '../domain/evidence.ts'

/** From this factor beyond a limit on, the mask shows something else than the structure. */
const EXTENSIVE_FACTOR = 2

export interface Beyond {
  readonly side: 'below' | 'above'
  readonly limit: number
  readonly severity: Severity
}

/** Null inside the range, its limits included. For values and limits above 0. */
export function beyondRange(value: number, { low, high }: Pick<Expected, 'low' | 'high'>): Beyond | null {
  const severityOf = (factor: number): Severity => (factor >= EXTENSIVE_FACTOR ? 'critical' : 'major')
  if (low !== null && value < low) return { side: 'below', limit: low, severity: severityOf(low / value) }
  if (high !== null && value > high) return { side: 'above', limit: high, severity: severityOf(value / high) }
  return null
}
