/** Verdicts from the service, live; from the reports in the archive when the service is away. */
import type { StudyVerdicts, VerdictSource } from '../verdict-source.ts'
import { createEventStream } from './event-stream.ts'
import { createReportArchive } from './report-archive.ts'
import type { Server } from './server.ts'
import { createServiceClient } from './service-client.ts'
import { followStudy, LOADING, type StudyFollower } from './study-follower.ts'
import { createSummaryBatch } from './summary-batch.ts'
import { pageVisibility, type Visibility } from './visibility.ts'

export interface VerdictSourceOptions {
  /** Of the service's API: `/api/v1`, or with another origin before it. */
  readonly serviceUrl: string
  /** Of the archive that holds the reports. */
  readonly dicomWebUrl: string
  /** Headers that say who is asking; read anew for every request. */
  readonly authorization: () => Record<string, string>
  readonly fetch?: typeof globalThis.fetch
  readonly visibility?: Visibility
}

type Listener = (verdicts: StudyVerdicts) => void

/** A study that somebody follows; everybody who does shares it. */
interface Followed {
  readonly follower: StudyFollower
  readonly listeners: Set<Listener>
  latest: StudyVerdicts
}

export function createVerdictSource(options: VerdictSourceOptions): VerdictSource {
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis)
  const serverAt = (name: string, url: string): Server => ({
    name,
    baseUrl: url.replace(/\/+$/, ''),
    authorization: options.authorization,
    fetch,
  })
  const client = createServiceClient(serverAt('Plumbline', options.serviceUrl))
  const reports = createReportArchive(serverAt('The image archive', options.dicomWebUrl))
  const events = createEventStream(client, options.visibility ?? pageVisibility())
  const followed = new Map<string, Followed>()

  function start(studyInstanceUid: string): Followed {
    const listeners = new Set<Listener>()
    const follower = followStudy(studyInstanceUid, { client, reports, events }, (verdicts) => {
      entry.latest = verdicts
      for (const listener of listeners) listener(verdicts)
    })
    const entry: Followed = { follower, listeners, latest: LOADING }
    return entry
  }

  return {
    follow(studyInstanceUid, listener) {
      const entry = followed.get(studyInstanceUid) ?? start(studyInstanceUid)
      followed.set(studyInstanceUid, entry)
      // A wrapper of its own: the same function may follow twice.
      const own: Listener = (verdicts) => listener(verdicts)
      entry.listeners.add(own)
      own(entry.latest)
      return () => {
        if (!entry.listeners.delete(own) || entry.listeners.size > 0) return
        entry.follower.stop()
        followed.delete(studyInstanceUid)
      }
    },

    async checkNow(studyInstanceUid) {
      await client.checkStudy(studyInstanceUid)
      await followed.get(studyInstanceUid)?.follower.refresh()
    },

    reviews: (caseId, signal) => client.reviews(caseId, signal),

    async signOff({ id, studyInstanceUid }, signOff) {
      const reviews = await client.signOff(id, signOff)
      void followed.get(studyInstanceUid)?.follower.refresh()
      return reviews
    },

    errorMask: (caseId, segmentNumber) => client.errorMask(caseId, segmentNumber),
    figure: (caseId, name, signal) => client.figure(caseId, name, signal),
    summaries: createSummaryBatch((studyInstanceUids) => client.summaries(studyInstanceUids)),
  }
}
