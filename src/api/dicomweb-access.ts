/** Who fetched the objects of which cases through /dicom-web: into the audit log before they are given out. */
import type { Request, RequestHandler } from 'express'
import type { CaseStore } from '../ports.ts'
import type { RecordAccess } from './access.ts'
import { contextOf } from './context.ts'

interface Asked {
  readonly studyInstanceUid: string
  /** Null: the whole study. */
  readonly seriesInstanceUid: string | null
}

/**
 * Images are no cases: most requests of a viewer are for them, and for none of those an event is written. Nor for searches:
 * what they list names no verdict.
 */
export function recordDicomWebAccess(
  caseStore: Pick<CaseStore, 'holding'>,
  accessed: RecordAccess,
): RequestHandler {
  return async (request, response, next) => {
    const asked = retrievedBy(request)
    const cases =
      asked === null ? [] : await caseStore.holding(asked.studyInstanceUid, asked.seriesInstanceUid)
    if (cases.length > 0) {
      contextOf(response).operation = 'retrieveDicom'
      await accessed(response, cases)
    }
    next()
  }
}

function retrievedBy({ method, path, query }: Request): Asked | null {
  if (method !== 'GET') return null
  // WADO-URI, PS3.18 9.4.
  if (path === '/wado') {
    const { studyUID, seriesUID } = query
    if (typeof studyUID !== 'string') return null
    return { studyInstanceUid: studyUID, seriesInstanceUid: typeof seriesUID === 'string' ? seriesUID : null }
  }
  const [root, study, below, series] = path.split('/').filter((part) => part !== '')
  if (root !== 'studies' || study === undefined || SEARCHED.test(path)) return null
  return { studyInstanceUid: study, seriesInstanceUid: below === 'series' ? (series ?? null) : null }
}

/** Searches end in a noun (PS3.18 10.6.1.1); what is retrieved is named by its UID or lies below one (10.4.1.1). */
const SEARCHED = /\/(?:series|instances)\/?$/
