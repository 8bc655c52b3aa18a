/** Our verdict reports in the image archive, over DICOMweb (PS3.18 10.4, 10.6). */
import { z } from 'zod'
import type { Case } from '../../../src/domain/case.ts'
import { DicomItem, TAG, textOf } from './dicom-json.ts'
import { isOurReport, readReport } from './read-report.ts'
import { ask, ServerFault, type Server } from './server.ts'
import { newestOfEachObject } from './service-client.ts'

export interface ReportArchive {
  /** The case of the newest report on each segmentation object; empty without one. Throws ServerFault. */
  read(studyInstanceUid: string, signal: AbortSignal): Promise<Case[]>
}

const DICOM_JSON = 'application/dicom+json'
/** Series of structured reports that are looked into. */
const REPORT_SERIES_MAX = 100
const Items = z.array(DicomItem)

export function createReportArchive(server: Server): ReportArchive {
  async function items(path: string, signal: AbortSignal): Promise<DicomItem[]> {
    const response = await ask(server, path, { accept: DICOM_JSON, signal })
    if (response.status === 204) return []
    const parsed = Items.safeParse(await response.json().catch(() => null))
    if (parsed.success) return parsed.data
    throw new ServerFault('bad-answer', `${server.name} answered, but not in DICOM JSON.`, response.status)
  }

  return {
    async read(studyInstanceUid, signal) {
      const study = `/studies/${encodeURIComponent(studyInstanceUid)}`
      const series = await items(`${study}/series?includefield=${TAG.seriesDescription}`, signal)
      const labels = new Map(
        series.map((one) => [textOf(one, TAG.seriesInstanceUid), textOf(one, TAG.seriesDescription)]),
      )
      const cases: Case[] = []
      const reports = series.filter((one) => textOf(one, TAG.modality) === 'SR').slice(0, REPORT_SERIES_MAX)
      for (const one of reports) {
        const uid = encodeURIComponent(textOf(one, TAG.seriesInstanceUid))
        const instances = await items(`${study}/series/${uid}/metadata`, signal)
        const ours = instances.filter(isOurReport)
        cases.push(...ours.flatMap((each) => readReport(each, (of) => labels.get(of) ?? '') ?? []))
      }
      return newestOfEachObject(cases.toSorted((a, b) => timeOf(b) - timeOf(a)))
    },
  }
}

function timeOf({ decidedAt }: Case): number {
  return decidedAt === null ? 0 : Date.parse(decidedAt)
}
