/** Writes the signed report of each sign-off into the PACS. The kept reviews are the record of what is still to be done. */
import { createHash } from 'node:crypto'
import type { Case } from '../domain/case.ts'
import { PlumblineError } from '../errors.ts'
import { publish } from '../pipeline.ts'
import type {
  CaseStore,
  Clock,
  FollowUp,
  GivenReview,
  InstanceFile,
  Pacs,
  Pipeline,
  ReviewStore,
  StoreItem,
} from '../ports.ts'
import { reportRefOf } from '../retrieval.ts'

export interface SigningOptions extends Pick<Pipeline, 'onStage'> {
  readonly pacs: Pacs
  readonly caseStore: Pick<CaseStore, 'get'>
  readonly reviewStore: Pick<ReviewStore, 'unsigned' | 'signed' | 'unsignable'>
  readonly clock: Clock
  /** Hears of a sign-off that will have no signed report. */
  readonly onUnsignable: (caseId: string) => void
  /** The machine's report and what one reader said at once, to the signed report: the same bytes each time. */
  readonly sign: (
    input: { case: Case; machine: InstanceFile; reviews: readonly [GivenReview, ...GivenReview[]] },
    signal: AbortSignal,
  ) => Promise<StoreItem>
}

/** So long a verdict report may be missing from the PACS before it counts as gone. */
const GONE_AFTER_MS = 86_400_000

/**
 * Safe to repeat, at any line: UIDs and bytes derive from the sign-off and the machine's report, and a sign-off is signed
 * only after the PACS was seen to hold its report. Where the PACS has said for a day that it does not hold the machine's
 * report any more, there is nothing to sign (a signed report is a copy of it, PS3.3 C.17.2): the sign-off ends without one.
 */
export function createSigning(options: SigningOptions): FollowUp {
  const { pacs, caseStore, reviewStore, sign, onStage } = options

  return async function signAll(caseId, { signal }) {
    // Looked for anew until there is none: a reader may sign off while an earlier report is stored.
    for (;;) {
      const [reviews] = await reviewStore.unsigned(caseId)
      const [first, ...rest] = reviews ?? []
      if (first === undefined) return
      const judged = await caseStore.get(caseId)
      if (judged === null) throw new PlumblineError('not-found', 'The case of a review is gone.')
      const machine = await machineReport(judged, signal).catch((error: unknown) =>
        whereGone(error, judged, first, signal),
      )
      if (machine === null) {
        await reviewStore.unsignable(first.signOffId, 'report-gone')
        options.onUnsignable(caseId)
        continue
      }
      const item = await sign({ case: judged, machine, reviews: [first, ...rest] }, signal)
      await publish(caseId, [item], { pacs, onStage }, signal)
      const sha256 = createHash('sha256').update(item.bytes).digest('hex')
      await reviewStore.signed(first.signOffId, reportRefOf(item), sha256)
    }
  }

  /** Null: it is gone for good. Else the error, to be tried again: an archive may be without some of its instances for a while. */
  async function whereGone(
    error: unknown,
    { reports, studyInstanceUid }: Case,
    { reviewedAt }: GivenReview,
    signal: AbortSignal,
  ): Promise<null> {
    const waitedMs = options.clock.now().getTime() - Date.parse(reviewedAt)
    const isMissing = error instanceof PlumblineError && error.code === 'not-found'
    if (!isMissing || waitedMs < GONE_AFTER_MS) throw error
    const [ref] = reports
    if (ref !== undefined && (await pacs.holds({ ...ref, studyInstanceUid }, signal))) throw error
    return null
  }

  function machineReport({ reports, studyInstanceUid }: Case, signal: AbortSignal): Promise<InstanceFile> {
    const [ref] = reports
    if (ref !== undefined) return pacs.retrieveInstance({ ...ref, studyInstanceUid }, signal)
    throw new PlumblineError('not-found', 'The case names no verdict report that could be signed.')
  }
}
