/** What rows about an image series have in common: four good CT slices, one or all of them changed. */
import { setValue } from './bytes.ts'
import { seriesRow, type SeriesOutcome, type SeriesRow } from './row.ts'
import { IMAGES } from './samples.ts'

/** Nothing wrong with it, or nothing that matters. */
export const WHOLE: SeriesOutcome = { slices: 4, images: 4, problems: [] }

/** The second slice changed. */
export function changeOne(change: (file: Uint8Array) => Uint8Array): readonly Uint8Array[] {
  return IMAGES.map((file, n) => (n === 1 ? change(file) : file))
}

/** Every slice changed. */
export function changeAll(change: (file: Uint8Array) => Uint8Array): readonly Uint8Array[] {
  return IMAGES.map(change)
}

/** Rows that differ in one text value of the second slice. */
export function one(
  id: string,
  about: string,
  keyword: string,
  values: readonly string[],
  outcome: SeriesOutcome,
): SeriesRow[] {
  return values.map((value) =>
    seriesRow(
      `${id}-${value.replaceAll('\\', '_')}`,
      `${about}: ${value || 'empty'}`,
      () => changeOne((file) => setValue(file, keyword, value)),
      outcome,
    ),
  )
}
