/** A PET of the same examination beside the CT that was segmented: lesions are judged by both. */
import { resolveStructure } from './checks/structure.ts'
import { petRank } from './dicom/pet-series.ts'
import { summariseSeries } from './dicom/summary.ts'
import type { Case } from './domain/case.ts'
import type { Segmentation, SeriesSummary } from './domain/segmentation.ts'
import type { PlumblineError } from './errors.ts'
import type { InstanceFile, Pipeline } from './ports.ts'
import { unless } from './second-objects.ts'

export interface PetBeside {
  /** Part 10 files of its images; empty: there is none. */
  readonly files: readonly InstanceFile[]
  /** What the reader should know of how it was chosen. */
  readonly notes: readonly string[]
}

const LOST = 'The PET beside the images could not be fetched, so nothing was measured on it.'
const NONE: PetBeside = { files: [], notes: [] }

/**
 * The PET series in the frame of reference of the CT, where a segment claims to be a lesion. Of several the one corrected for
 * attenuation, then the one of most images. Throws what Pacs throws when that may go better later.
 */
export async function petBeside(
  { studyInstanceUid }: Pick<Case, 'studyInstanceUid'>,
  segmentation: Segmentation,
  source: SeriesSummary | null,
  p: Pipeline,
  signal: AbortSignal,
): Promise<PetBeside> {
  if (source?.modality !== 'CT' || source.frameOfReferenceUid === null || !claimsLesion(segmentation, p))
    return NONE
  const listed = await p.pacs.listSeries(studyInstanceUid, signal)
  const candidates: { readonly series: SeriesSummary; readonly rank: number }[] = []
  const mayPass = ({ retryable }: PlumblineError): boolean => !retryable
  for (const { modality, seriesInstanceUid } of listed) {
    if (modality !== 'PT') continue
    const headers = await unless(p.pacs.seriesMetadata(studyInstanceUid, seriesInstanceUid, signal), mayPass)
    if (headers === null) return { files: [], notes: [LOST] }
    const series = summariseSeries(headers)
    // Text in its pixels may name the patient, or speak to a model.
    if (series?.frameOfReferenceUid !== source.frameOfReferenceUid || series.hasBurnedInText === true)
      continue
    if (series.instances.length <= p.seriesInstancesMax) candidates.push({ series, rank: petRank(headers) })
  }
  const [best, ...others] = candidates.toSorted(
    (a, b) => b.rank - a.rank || b.series.instances.length - a.series.instances.length,
  )
  if (best === undefined) return NONE
  const fetched = p.pacs.retrieveSeries(studyInstanceUid, best.series.seriesInstanceUid, signal)
  const files = await unless(fetched, mayPass)
  if (files === null) return { files: [], notes: [LOST] }
  const several = `Of ${candidates.length} PET series beside the images series …${best.series.seriesInstanceUid.slice(-8)} was measured on.`
  return { files, notes: others.length === 0 ? [] : [several] }
}

function claimsLesion({ segments }: Segmentation, { knowledge }: Pick<Pipeline, 'knowledge'>): boolean {
  return segments.some((segment) => resolveStructure(segment, knowledge).structure?.kind === 'lesion')
}
