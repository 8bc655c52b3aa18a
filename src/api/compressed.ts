import { constants } from 'node:zlib'
import compression from 'compression'
import type { RequestHandler } from 'express'

/** JSON (DICOM JSON too) and pages. Pixels are compressed by their own syntax or not at all; an event stream must not wait for a full block. */
const WORTHWHILE = /^(application\/([\w.-]+\+)?json|text\/html)\b/

/** DICOM JSON shrinks to a twentieth at the fastest level already. */
export function compressed(): RequestHandler {
  return compression({
    level: constants.Z_BEST_SPEED,
    filter: (_request, response) => WORTHWHILE.test(String(response.getHeader('Content-Type') ?? '')),
  })
}
