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
    const { search, ignored } = parseQuery(level, path, request.url)
    const results = await archive.search(search)
    if (ignored.length > 0) {
      // Header values are ASCII; the names come from the client.
      const names = ignored.map((name) => encodeURIComponent(name).slice(0, 64)).join(', ')
      response.setHeader('warning', `299 plumbline "These were not used for matching: ${names.slice(0, 1000)}"`)
    }
    const base = baseUrlOf(request, publicOrigin)
    sendDicomJson(response, results.map((result) => withRetrieveUrl(result, level, base)))
  }
}

function withRetrieveUrl(result: SearchResult, level: Level, base: string): DicomJson {
  const study = `${base}/studies/${result.studyInstanceUid}`
  const series = `${study}/series/${result.seriesInstanceUid}`
  const instance = `${series}/instances/${result.sopInstanceUid}`
  const url = { study, series, instance }[level]
  return { ...result.attributes, [RETRIEVE_URL]: { vr: 'UR', Value: [url] } }
}
