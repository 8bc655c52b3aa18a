/** Which of several PET series of one examination is the one to measure on. */
import type { Header } from './summary.ts'
import { tagOf } from './dictionary.ts'

const [CORRECTED, UNITS] = [tagOf('CorrectedImage'), tagOf('Units')]

/** More is better: corrected for attenuation (PS3.3 C.8.9.1), on a scale that an uptake value can be computed from. */
export function petRank(headers: readonly Header[]): number {
  const [first] = headers
  const corrections = first?.[CORRECTED]?.Value ?? []
  const [units] = first?.[UNITS]?.Value ?? []
  return (corrections.includes('ATTN') ? 2 : 0) + (units === 'BQML' || units === 'GML' ? 1 : 0)
}
