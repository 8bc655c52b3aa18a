/** What this site's accepted segments measure: learned by the store, used beside the sourced ranges, shown as such. */

/** Evidence that is learned, by name. Values of the whole segment only. */
export const NORM_EVIDENCE: readonly string[] = ['volume', 'mean value', 'craniocaudal extent', 'elongation']

/** How one value is distributed over the accepted segments of one structure, side and modality. */
export interface LocalNorm {
  /** Id of the knowledge entry. */
  readonly structure: string
  readonly side: 'left' | 'right' | null
  /** Name and UCUM unit of the evidence. */
  readonly evidence: string
  readonly unit: string
  readonly count: number
  readonly median: number
  /** Median absolute deviation from the median, not scaled. */
  readonly mad: number
}
