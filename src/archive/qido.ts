/** QIDO-RS (PS3.18 10.6). */
import type { Request, Response } from 'express'
import type { DicomJson } from '../ports.ts'
import { RETRIEVE_URL, type Level } from './attributes.ts'
import { baseUrlOf, sendDicomJson } from './http.ts'
import { parseQuery } from './query.ts'
import type { SearchResult } from './search.ts'
import type { Archive } from './store.ts'

/** Handler of one search level; the address may name a study and a series. */
export function searchHandler(archive: Archive, level: Level, publicOrigin: string | null) {
  return async (request: Request<Record<string, string>>, response: Response): Promise<void> => {
    const { study, series } = request.params
    const path = {
      ...(study === undefined ? {} : { StudyInstanceUID: study }),
      ...(series === undefined ? {} : { SeriesInstanceUID: series }),
    }
    const { search, ignored, capped } = parseQuery(level, path, request.url)
    // One more than is answered shows whether there are more.
    const found = await archive.search({ ...search, limit: search.limit + (capped ? 1 : 0) })
    const results = found.slice(0, search.limit)
    const warnings = [...ignoredWarning(ignored), ...(found.length > results.length ? [MORE_WARNING] : [])]
    if (warnings.length > 0)
      response.setHeader('warning', warnings.map((text) => `299 plumbline "${text}"`).join(', '))
    const base = baseUrlOf(request, publicOrigin)
    sendDicomJson(
      response,
      results.map((result) => withRetrieveUrl(result, level, base)),
    )
  }
}

/** PS3.18 8.3.4.4. */
const MORE_WARNING =
  'The number of results exceeded the maximum supported by the server. Additional results can be requested.'

/** Header values are ASCII; the names come from the client. */
function ignoredWarning(ignored: readonly string[]): string[] {
  if (ignored.length === 0) return []
  const names = ignored.map((name) => encodeURIComponent(name).slice(0, 64)).join(', ')
  return [`These were not used for matching: ${names.slice(0, 1000)}`]
}

function withRetrieveUrl(result: SearchResult, level: Level, base: string): DicomJson {
  const study = `${base}/studies/${result.studyInstanceUid}`
  const series = `${study}/series/${result.seriesInstanceUid}`
  const instance = `${series}/instances/${result.sopInstanceUid}`
  const url = { study, series, instance }[level]
  return { ...result.attributes, [RETRIEVE_URL]: { vr: 'UR', Value: [url] } }
}
