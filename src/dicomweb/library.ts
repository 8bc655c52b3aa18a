/** The one door to dicomweb-client, which declares types that do not fit what it takes. Only what is used. */
// oxlint-disable-next-line import/default -- a UMD module: Node.js sees its default export only, whatever its types say
import dicomweb from 'dicomweb-client'
import type { FetchRequest } from './fetch-request.ts'

interface RequestOption {
  readonly request: { readonly instance: FetchRequest }
}
interface StudyOption {
  readonly studyInstanceUID?: string
}
interface SeriesOption {
  readonly studyInstanceUID: string
  readonly seriesInstanceUID: string
}
interface QueryOption {
  readonly queryParams: Readonly<Record<string, string>>
}
/** Its promises settle when the request object has its answer; what they carry is not used. */
export interface DicomWebClient {
  searchForSeries(options: StudyOption & QueryOption & RequestOption): Promise<unknown>
  searchForInstances(options: SeriesOption & QueryOption & RequestOption): Promise<unknown>
  retrieveSeriesMetadata(options: SeriesOption & RequestOption): Promise<unknown>
  retrieveSeries(options: SeriesOption & RequestOption): Promise<unknown>
  retrieveInstance(options: SeriesOption & { sopInstanceUID: string } & RequestOption): Promise<unknown>
  storeInstances(
    options: { datasets: Uint8Array[]; studyInstanceUID: string } & RequestOption,
  ): Promise<unknown>
}

export function createDicomWebClient(url: string): DicomWebClient {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its declared types do not fit what it takes
  const Client = dicomweb.api.DICOMwebClient as unknown as new (options: object) => DicomWebClient
  return new Client({ url: url.replace(/\/+$/, ''), verbose: false, singlepart: false })
}
