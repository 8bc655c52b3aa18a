/** What the extension asks of the service's API. */
import { z } from 'zod'
import { Case } from '../../../src/domain/case.ts'
import { ErrorMask } from '../../../src/domain/error-mask.ts'
import { CaseReviews, type SignOff } from '../../../src/domain/review.ts'
import { StudySummary } from '../../../src/domain/study-summary.ts'
import { ask, askJson, type Server } from './server.ts'

const PAGE_SIZE = 200
/** More cases of one study than this are not read: 4,000. */
const PAGES_MAX = 20

const CasePage = z.object({ cases: z.array(Case), nextCursor: z.string().nullable() })
const Summaries = z.object({ studies: z.array(StudySummary) })

export interface ServiceClient {
  /** Every case of a study, newest first. */
  studyCases(studyInstanceUid: string, signal: AbortSignal): Promise<Case[]>
  checkStudy(studyInstanceUid: string): Promise<void>
  errorMask(caseId: string, segmentNumber: number): Promise<ErrorMask>
  figure(caseId: string, name: string, signal: AbortSignal): Promise<Blob>
  reviews(caseId: string, signal: AbortSignal): Promise<CaseReviews>
  signOff(caseId: string, signOff: SignOff): Promise<CaseReviews>
  summaries(studyInstanceUids: readonly string[]): Promise<StudySummary[]>
  /** The stream of events, after the event with this id; from now on when it is empty. */
  events(lastEventId: string, signal: AbortSignal): Promise<Response>
}

/** All of them throw ServerFault. */
export function createServiceClient(server: Server): ServiceClient {
  return {
    async studyCases(studyInstanceUid, signal) {
      const path = `/studies/${encodeURIComponent(studyInstanceUid)}/cases?limit=${PAGE_SIZE}`
      const cases: Case[] = []
      let cursor: string | null = ''
      for (let page = 0; cursor !== null && page < PAGES_MAX; page++) {
        const next: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const answer: z.infer<typeof CasePage> = await askJson(server, path + next, CasePage, { signal })
        cases.push(...answer.cases)
        cursor = answer.nextCursor
      }
      return cases
    },

    async checkStudy(studyInstanceUid) {
      await ask(server, `/studies/${encodeURIComponent(studyInstanceUid)}/check`, { method: 'POST' })
    },

    errorMask: (caseId, segmentNumber) =>
      askJson(server, `/cases/${encodeURIComponent(caseId)}/segments/${segmentNumber}/error-mask`, ErrorMask),

    async figure(caseId, name, signal) {
      const path = `/cases/${encodeURIComponent(caseId)}/figures/${encodeURIComponent(name)}.png`
      return (await ask(server, path, { accept: 'image/png', signal })).blob()
    },

    reviews: (caseId, signal) => askJson(server, reviewsPath(caseId), CaseReviews, { signal }),

    signOff: (caseId, signOff) =>
      askJson(server, reviewsPath(caseId), CaseReviews, { method: 'POST', body: signOff }),

    async summaries(studyInstanceUids) {
      const study = studyInstanceUids.map(encodeURIComponent).join(',')
      return (await askJson(server, `/studies/summary?study=${study}`, Summaries)).studies
    },

    events: (lastEventId, signal) =>
      ask(server, '/events', {
        accept: 'text/event-stream',
        headers: lastEventId === '' ? {} : { 'Last-Event-ID': lastEventId },
        signal,
        timeoutMs: null,
      }),
  }
}

function reviewsPath(caseId: string): string {
  return `/cases/${encodeURIComponent(caseId)}/reviews`
}

/** Of cases, newest first: the newest of each segmentation object. */
export function newestOfEachObject(cases: readonly Case[]): Case[] {
  const newest = new Map<string, Case>()
  for (const one of cases) {
    const { sopInstanceUid } = one.object
    if (!newest.has(sopInstanceUid)) newest.set(sopInstanceUid, one)
  }
  return [...newest.values()]
}
