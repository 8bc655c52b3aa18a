/** Study summaries for a list whose rows each ask for themselves: one request for all of them, remembered for a while. */
import type { StudySummary } from '../../../src/domain/study-summary.ts'

type Summaries = ReadonlyMap<string, StudySummary>

interface Batch {
  readonly studyInstanceUids: Set<string>
  readonly answer: Promise<Summaries>
}

/** Rows of one list ask within this time. */
const GATHER_MS = 30
/** Studies of one request: an address stays well under 8,000 characters. */
const STUDIES_MAX = 100
const FRESH_MS = 15_000
/** Answers remembered; more are forgotten together. */
const REMEMBERED_MAX = 5_000

/** Rejects as `ask` does; a failure is not remembered. Studies without a case are missing from the answer. */
export function createSummaryBatch(
  ask: (studyInstanceUids: readonly string[]) => Promise<readonly StudySummary[]>,
): (studyInstanceUids: readonly string[]) => Promise<Summaries> {
  const remembered = new Map<string, { readonly answer: Promise<Summaries>; readonly until: number }>()
  let gathering: Batch | null = null

  function startBatch(): Batch {
    const studyInstanceUids = new Set<string>()
    const answer = new Promise((resolve) => setTimeout(resolve, GATHER_MS)).then(async () => {
      if (gathering?.studyInstanceUids === studyInstanceUids) gathering = null
      const summaries = await ask([...studyInstanceUids])
      return new Map(summaries.map((summary) => [summary.studyInstanceUid, summary]))
    })
    answer.catch(() => {
      for (const uid of studyInstanceUids) remembered.delete(uid)
    })
    return { studyInstanceUids, answer }
  }

  function answerFor(uid: string): Promise<Summaries> {
    const known = remembered.get(uid)
    if (known !== undefined && known.until > Date.now()) return known.answer
    if (gathering === null || gathering.studyInstanceUids.size >= STUDIES_MAX) gathering = startBatch()
    gathering.studyInstanceUids.add(uid)
    if (remembered.size >= REMEMBERED_MAX) remembered.clear()
    remembered.set(uid, { answer: gathering.answer, until: Date.now() + FRESH_MS })
    return gathering.answer
  }

  return async (studyInstanceUids) => {
    const found = new Map<string, StudySummary>()
    const asked = studyInstanceUids.map((uid) => [uid, answerFor(uid)] as const)
    for (const [uid, answer] of asked) {
      const summary = (await answer).get(uid)
      if (summary !== undefined) found.set(uid, summary)
    }
    return found
  }
}
