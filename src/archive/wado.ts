/** WADO-RS retrieval of instances, headers and bulk data (PS3.18 10.4), and WADO-URI (PS3.18 9.4). */
import type { Request, Response } from 'express'
import { binaryBytes } from '../dicom/byte-source.ts'
import { isUidLike, mapBulkDataUris } from '../dicom/json.ts'
import type { Dataset } from '../dicom/part10.ts'
import { acceptedOf, baseUrlOf, HttpRefusal, sendDicomJson, sendMultipart } from './http.ts'
import type { AnswerPart, MediaRange } from './http.ts'
import type { ReadPart10 } from './part10-cache.ts'
import type { ArchivedInstance, Archive, Scope } from './store.ts'

export type UidParameters = Record<string, string>
type DicomRequest = Request<UidParameters>

const OCTET_STREAM = 'application/octet-stream'

/** The study, series or instance that the address names. */
export function scopeOf({ study = '', series, instance }: UidParameters): Scope {
  return {
    studyInstanceUid: study,
    ...(series === undefined ? {} : { seriesInstanceUid: series }),
    ...(instance === undefined ? {} : { sopInstanceUid: instance }),
  }
}

/** The one instance that the address names. Throws HttpRefusal(404). */
export async function instanceOf(archive: Archive, request: DicomRequest): Promise<ArchivedInstance> {
  const [instance] = await archive.instances(scopeOf(request.params))
  if (instance === undefined) throw notHeld()
  return instance
}

/** Part 10 files: multipart, or a single one as application/dicom where one instance is asked for. */
export function retrieveHandler(archive: Archive) {
  return async (request: DicomRequest, response: Response): Promise<void> => {
    const instances = await archive.instances(scopeOf(request.params))
    const [first] = instances
    if (first === undefined) throw notHeld()
    const accepted = acceptedOf(request).filter(isPart10)
    const usable = accepted.filter(({ transferSyntax }) =>
      instances.every((each) => givesAsStored(transferSyntax, each)),
    )
    const range = usable[0]
    if (range === undefined) {
      throw new HttpRefusal(
        406,
        'Instances are given as application/dicom in the transfer syntax they were stored in.',
      )
    }
    if (range.type === 'application/dicom') {
      if (instances.length > 1)
        throw new HttpRefusal(406, 'Several instances are given as multipart/related only.')
      return sendFile(response, archive, first)
    }
    await sendMultipart(response, 'application/dicom', filesOf(archive, instances))
  }
}

function isPart10({ type, partType }: MediaRange): boolean {
  if (type === 'multipart/related') return partType === '' || partType === 'application/dicom'
  return type === 'application/dicom' || type === '*/*' || type === 'application/*' || type === 'multipart/*'
}

/** Nothing is transcoded. A client that names no transfer syntax gets what is there, as other archives do. */
function givesAsStored(asked: string, { transferSyntaxUid }: ArchivedInstance): boolean {
  return asked === '' || asked === '*' || asked === transferSyntaxUid
}

async function* filesOf(
  archive: Archive,
  instances: readonly ArchivedInstance[],
): AsyncGenerator<AnswerPart> {
  for (const { sopInstanceUid, transferSyntaxUid } of instances) {
    const contentType = `application/dicom; transfer-syntax=${transferSyntaxUid}`
    yield { contentType, bytes: await archive.read(sopInstanceUid) }
  }
}

async function sendFile(response: Response, archive: Archive, instance: ArchivedInstance): Promise<void> {
  const bytes = await archive.read(instance.sopInstanceUid)
  // Set as it stands: express would add a character set.
  response.setHeader('content-type', `application/dicom; transfer-syntax=${instance.transferSyntaxUid}`)
  response.end(bytes)
}

/** Headers as DICOM JSON; binary values as addresses of this archive. */
export function metadataHandler(archive: Archive, publicOrigin: string | null) {
  return async (request: DicomRequest, response: Response): Promise<void> => {
    const headers = await archive.metadata(scopeOf(request.params))
    if (headers.length === 0) throw notHeld()
    const base = baseUrlOf(request, publicOrigin)
    const json = headers.map(({ metadata, studyInstanceUid, seriesInstanceUid, sopInstanceUid }) => {
      const instance = `${base}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`
      return mapBulkDataUris(metadata, (path) => `${instance}/bulkdata/${path}`)
    })
    sendDicomJson(response, json)
  }
}

/** One binary value by its path `00281201` or `52009230/0/00189098`. */
export function bulkDataHandler(archive: Archive, read: ReadPart10) {
  return async (request: DicomRequest, response: Response): Promise<void> => {
    const { sopInstanceUid } = await instanceOf(archive, request)
    const path: unknown = request.params['path']
    const { dataset } = await read(sopInstanceUid)
    const bytes = valueAt(dataset, Array.isArray(path) ? path.map(String) : [])
    if (bytes === null) throw new HttpRefusal(404, 'The instance has no bulk data at this path.')
    if (acceptedOf(request).some(({ type }) => type === OCTET_STREAM)) {
      response.setHeader('content-type', OCTET_STREAM)
      response.end(bytes)
      return
    }
    await sendMultipart(response, OCTET_STREAM, [{ contentType: OCTET_STREAM, bytes }])
  }
}

/** Binary value of an element; the fragments of encapsulated pixel data one after the other. Null when there is none. */
function valueAt(dataset: Dataset, path: readonly string[]): Uint8Array | null {
  const [tag = '', index, ...rest] = path
  const values = dataset[tag]?.Value ?? []
  if (index !== undefined) {
    const item = values[Number(index)]
    return isDataset(item) ? valueAt(item, rest) : null
  }
  const pieces = values.map(binaryBytes).filter((bytes) => bytes !== null)
  return pieces.length === 0 || pieces.length < values.length ? null : Buffer.concat(pieces)
}

function isDataset(value: unknown): value is Dataset {
  return typeof value === 'object' && value !== null && binaryBytes(value) === null
}

/** WADO-URI: one Part 10 file by query parameters. Also mountable by itself, at `/wado`. */
export function wadoUriHandler(archive: Archive) {
  return async (request: Request, response: Response): Promise<void> => {
    const { requestType, studyUID, seriesUID, objectUID, contentType = 'application/dicom' } = request.query
    if (requestType !== 'WADO') throw new HttpRefusal(400, 'WADO-URI needs requestType=WADO.')
    if (typeof studyUID !== 'string' || typeof seriesUID !== 'string' || typeof objectUID !== 'string') {
      throw new HttpRefusal(400, 'WADO-URI needs studyUID, seriesUID and objectUID.')
    }
    const types =
      typeof contentType === 'string' ? contentType.split(',').map((type) => type.split(';')[0]?.trim()) : []
    if (!types.includes('application/dicom') && !types.includes('*/*')) {
      throw new HttpRefusal(406, 'WADO-URI gives contentType=application/dicom only.')
    }
    if (![studyUID, seriesUID, objectUID].every(isUidLike)) {
      throw new HttpRefusal(400, 'The query holds something that is not a DICOM UID where one belongs.')
    }
    const scope = { studyInstanceUid: studyUID, seriesInstanceUid: seriesUID, sopInstanceUid: objectUID }
    const [instance] = await archive.instances(scope)
    if (instance === undefined) throw notHeld()
    await sendFile(response, archive, instance)
  }
}

function notHeld(): HttpRefusal {
  return new HttpRefusal(404, 'The archive does not hold it.')
}
