/** What the pipeline fetches from the PACS besides pixels, and in what order. */
import type { Case, ReportRef } from './domain/case.ts'
import type { Segmentation, SeriesSummary } from './domain/segmentation.ts'
import { summariseSeries } from './dicom/summary.ts'
import { PlumblineError } from './errors.ts'
import type { DicomJson, InstanceRef, Pacs, SeriesListing, StoreItem } from './ports.ts'
import { locateSource, VOLUME_MODALITIES } from './target/source-series.ts'

const SOP_INSTANCE_UID = '00080018'

/** Where the judged object lies. */
export function refOf({ studyInstanceUid, object }: Case): InstanceRef {
  const { seriesInstanceUid, sopInstanceUid, sopClassUid } = object
  return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid }
}

export function reportRefOf({ sopClassUid, sopInstanceUid, seriesInstanceUid }: StoreItem): ReportRef {
  return { kind: 'SR', sopClassUid, sopInstanceUid, seriesInstanceUid }
}

/** The judged object's header as DICOM JSON: patient and study attributes that a report has to repeat. */
export async function headerOf(subject: Case, pacs: Pacs, signal: AbortSignal): Promise<DicomJson> {
  const { seriesInstanceUid, sopInstanceUid } = subject.object
  const series = await pacs.seriesMetadata(subject.studyInstanceUid, seriesInstanceUid, signal)
  const header = series.find((instance) => instance[SOP_INSTANCE_UID]?.Value?.[0] === sopInstanceUid)
  if (header !== undefined) return header
  throw new PlumblineError(
    'not-found',
    'The PACS no longer lists the segmentation object that was to be judged.',
    {
      nextStep: 'Was it deleted or moved? Check the study again once it is back.',
      retryable: true,
    },
  )
}

/** Headers of the images as DICOM JSON: what they say of the patient may be more than the object says. */
export async function imageHeadersOf(
  series: Pick<SeriesSummary, 'seriesInstanceUid'> | null,
  { studyInstanceUid }: Pick<Case, 'studyInstanceUid'>,
  pacs: Pacs,
  signal: AbortSignal,
): Promise<readonly DicomJson[]> {
  return series === null ? [] : pacs.seriesMetadata(studyInstanceUid, series.seriesInstanceUid, signal)
}

/** The image series that may be the source: those the object names where they hold all that it names, else all. */
export async function imageSeriesOf(
  segmentation: Segmentation,
  studyInstanceUid: string,
  pacs: Pacs,
  signal: AbortSignal,
): Promise<SeriesSummary[]> {
  const named = new Set(segmentation.references.map(({ seriesInstanceUid }) => seriesInstanceUid))
  const isNamed = ({ seriesInstanceUid }: SeriesListing) => named.has(seriesInstanceUid)
  const summarise = async ({ seriesInstanceUid }: SeriesListing): Promise<SeriesSummary[]> => {
    const summary = summariseSeries(await pacs.seriesMetadata(studyInstanceUid, seriesInstanceUid, signal))
    return summary === null ? [] : [summary]
  }

  const listed = await pacs.listSeries(studyInstanceUid, signal)
  const images = listed.filter((series) => isNamed(series) || VOLUME_MODALITIES.includes(series.modality))
  const first = (await Promise.all(images.filter(isNamed).map(summarise))).flat()
  const location = locateSource(segmentation, first)
  if (location.series !== null && location.missingInstances.length === 0) return first
  const others = await Promise.all(images.filter((series) => !isNamed(series)).map(summarise))
  return [...first, ...others.flat()]
}

/** Stands in for an object that could not be read: known by its identity, without segments. */
export function unread(subject: Case): Segmentation {
  return {
    object: subject.object,
    studyInstanceUid: subject.studyInstanceUid,
    patientId: '',
    frameOfReferenceUid: null,
    references: [],
    segments: [],
    notes: [],
  }
}
