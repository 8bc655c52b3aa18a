import { z } from 'zod'
import { Case } from '../../../src/domain/case.ts'
import { ErrorMask } from '../../../src/domain/error-mask.ts'
import { StudySummary } from '../../../src/domain/study-summary.ts'
import type { VerdictSource } from '../verdict-source.ts'

/** Placeholder. */
export function createVerdictSource(options: {
  serviceUrl: string
  dicomWebUrl: string
  authorization: () => Record<string, string>
}): VerdictSource {
  const get = async (path: string) => {
    const answer = await fetch(options.serviceUrl + path, { headers: options.authorization() })
    return answer.json()
  }
  return {
    follow(uid, listener) {
      listener({ status: 'loading', cases: [], notice: null })
      void get(`/studies/${uid}/cases`).then((body) =>
        listener({
          status: 'live',
          cases: z.object({ cases: z.array(Case) }).parse(body).cases,
          notice: null,
        }),
      )
      return () => {}
    },
    async checkNow(uid) {
      await fetch(`${options.serviceUrl}/studies/${uid}/check`, { method: 'POST' })
    },
    async errorMask(caseId, segmentNumber) {
      return ErrorMask.parse(await get(`/cases/${caseId}/segments/${segmentNumber}/error-mask`))
    },
    async summaries(uids) {
      const all = new Map<string, StudySummary>()
      for (const uid of uids) {
        const { cases } = z.object({ cases: z.array(Case) }).parse(await get(`/studies/${uid}/cases`))
        const verdicts = { accept: 0, review: 0, reject: 0, 'not-assessable': 0 }
        for (const one of cases) if (one.verdict !== null) verdicts[one.verdict]++
        if (cases.length > 0)
          all.set(uid, {
            studyInstanceUid: uid,
            objects: cases.length,
            running: 0,
            failed: 0,
            verdicts,
            worst: cases.some((c) => c.verdict === 'reject') ? 'reject' : 'accept',
          })
      }
      return all
    },
  }
}
