/** THE table of malformed input. A new row goes into the file of its kind. */
import { CODEC_ROWS } from './codec-rows.ts'
import { ENVELOPE_ROWS } from './envelope-rows.ts'
import { LABEL_ROWS } from './label-rows.ts'
import { PIXEL_ROWS } from './pixel-rows.ts'
import type { SegmentationRow, SeriesRow } from './row.ts'
import { RTSTRUCT_ROWS } from './rtstruct-rows.ts'
import { SEG_PLANE_ROWS } from './seg-plane-rows.ts'
import { SEG_ROWS } from './seg-rows.ts'
import { SERIES_PIXEL_ROWS } from './series-pixel-rows.ts'
import { SERIES_ROWS } from './series-rows.ts'

export const SEGMENTATION_TABLE: readonly SegmentationRow[] = [
  ...ENVELOPE_ROWS,
  ...SEG_ROWS,
  ...SEG_PLANE_ROWS,
  ...PIXEL_ROWS,
  ...RTSTRUCT_ROWS,
  ...LABEL_ROWS,
]
export const SERIES_TABLE: readonly SeriesRow[] = [...SERIES_ROWS, ...SERIES_PIXEL_ROWS, ...CODEC_ROWS]
