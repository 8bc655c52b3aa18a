/**
 * A process that works through the table, from the row after the one named, and prints one line of JSON per row: its id,
 * what came of it, and the most memory that this process has held so far. To be run by `node --expose-gc --import tsx`:
 * what a row leaves behind is collected before the next, so that the peak is that of single rows.
 */
import { writeSync } from 'node:fs'
import { loadConfig } from '../../../src/config.ts'
import { segmentationOutcome, seriesOutcome } from './outcome.ts'
import { SEGMENTATION_TABLE, SERIES_TABLE } from './table.ts'

const [last] = process.argv.slice(2)
const { limits } = loadConfig(null, {})
const rows = [...SEGMENTATION_TABLE, ...SERIES_TABLE]
for (const row of rows.slice(rows.findIndex(({ id }) => id === last) + 1)) {
  globalThis.gc?.()
  const outcome =
    row.kind === 'images' ? await seriesOutcome(row, limits) : await segmentationOutcome(row, limits)
  const peakMebibytes = process.resourceUsage().maxRSS / 1024
  // At once: the next row may end this process.
  writeSync(1, `${JSON.stringify({ id: row.id, outcome, peakMebibytes })}\n`)
}
