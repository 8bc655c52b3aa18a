/** The embedded archive over DICOMweb (PS3.18): STOW-RS, QIDO-RS, WADO-RS and WADO-URI. Every route is on this screen. */
import { Router, type NextFunction, type Request, type Response } from 'express'
import { isUidLike } from '../dicom/json.ts'
import type { DecodeFrame } from '../dicom/pixels.ts'
import { framesHandler } from './frames.ts'
import { HttpRefusal, problemHandler } from './http.ts'
import { createPart10Cache } from './part10-cache.ts'
import { searchHandler } from './qido.ts'
import { renderHandler } from './render.ts'
import { stowHandler, type StowOptions } from './stow.ts'
import type { Archive } from './store.ts'
import { bulkDataHandler, metadataHandler, retrieveHandler, wadoUriHandler } from './wado.ts'

export interface ArchiveRouterOptions extends StowOptions {
  /** Files that are kept parsed between requests for their frames. */
  readonly cacheBytesMax: number
  /** Compressed pixels are untrusted bytes for native code: give it a worker thread. */
  readonly decodeFrame: DecodeFrame
}

const STUDY = '/studies/:study'
const SERIES = `${STUDY}/series/:series`
const INSTANCE = `${SERIES}/instances/:instance`

/** Mount where DICOMweb shall be. Refusals are problem details (RFC 9457); other errors go to the app's handler. */
export function createArchiveRouter(archive: Archive, options: ArchiveRouterOptions): Router {
  const { publicOrigin, decodeFrame } = options
  const read = createPart10Cache(archive, options.cacheBytesMax)
  const router = Router()

  for (const name of ['study', 'series', 'instance']) router.param(name, requireUid)

  router.post(['/studies', STUDY], stowHandler(archive, options))

  router.get('/studies', searchHandler(archive, 'study', publicOrigin))
  router.get(['/series', `${STUDY}/series`], searchHandler(archive, 'series', publicOrigin))
  router.get(
    ['/instances', `${STUDY}/instances`, `${SERIES}/instances`],
    searchHandler(archive, 'instance', publicOrigin),
  )

  router.get([STUDY, SERIES, INSTANCE], retrieveHandler(archive))
  router.get(
    [STUDY, SERIES, INSTANCE].map((path) => `${path}/metadata`),
    metadataHandler(archive, publicOrigin),
  )
  router.get(`${INSTANCE}/bulkdata/*path`, bulkDataHandler(archive, read))
  router.get(`${INSTANCE}/frames/:frames`, framesHandler(archive, read, decodeFrame))
  for (const kind of ['rendered', 'thumbnail'] as const) {
    const paths = [SERIES, INSTANCE, `${INSTANCE}/frames/:frames`].map((path) => `${path}/${kind}`)
    router.get(paths, renderHandler(archive, read, decodeFrame, kind))
  }
  router.get('/wado', wadoUriHandler(archive))

  router.use(refuseUnknown)
  router.use(problemHandler)
  return router
}

function requireUid(_request: Request, _response: Response, next: NextFunction, value: string): void {
  next(
    isUidLike(value)
      ? undefined
      : new HttpRefusal(400, 'The address holds something that is not a DICOM UID.'),
  )
}

function refuseUnknown(request: Request, response: Response): void {
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (reads) throw new HttpRefusal(404, 'This is not a DICOMweb resource of this archive.')
  response.setHeader('allow', 'GET, HEAD, POST')
  throw new HttpRefusal(
    405,
    'The archive is read with GET and stored to with POST; nothing is changed or deleted.',
  )
}
