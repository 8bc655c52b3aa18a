/** Apart from the schemas: reading DICOM needs this, and starts much faster without zod. */
import type { Code } from './code.ts'

/** Same concept? Scheme and value decide; the meaning is for people. */
export function sameCode(a: Pick<Code, 'scheme' | 'value'>, b: Pick<Code, 'scheme' | 'value'>): boolean {
  return a.scheme === b.scheme && a.value === b.value
}
