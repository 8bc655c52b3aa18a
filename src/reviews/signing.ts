/** Writes the signed report of each sign-off into the PACS. The kept reviews are the record of what is still to be done. */
import { createHash } from 'node:crypto'
import type { Case } from '../domain/case.ts'
import { PlumblineError } from '../errors.ts'
import { publish } from '../pipeline.ts'
import type {
  CaseStore,
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
  readonly reviewStore: Pick<ReviewStore, 'unsigned' | 'signed'>
  /** The machine's report and what one reader said at once, to the signed report: the same bytes each time. */
  readonly sign: (
    input: { case: Case; machine: InstanceFile; reviews: readonly [GivenReview, ...GivenReview[]] },
    signal: AbortSignal,
  ) => Promise<StoreItem>
}

/**
 * Safe to repeat, at any line: UIDs and bytes derive from the sign-off and the machine's report, and a sign-off is signed
 * only after the PACS was seen to hold its report.
 */
export function createSigning({ pacs, caseStore, reviewStore, sign, onStage }: SigningOptions): FollowUp {
  return async function signAll(caseId, { signal }) {
    // Looked for anew until there is none: a reader may sign off while an earlier report is stored.
    for (;;) {
      const [reviews] = await reviewStore.unsigned(caseId)
      const [first, ...rest] = reviews ?? []
      if (first === undefined) return
      const judged = await caseStore.get(caseId)
      if (judged === null) throw new PlumblineError('not-found', 'The case of a review is gone.')
      const machine = await machineReport(judged, signal)
      const item = await sign({ case: judged, machine, reviews: [first, ...rest] }, signal)
      await publish(caseId, [item], { pacs, onStage }, signal)
      const sha256 = createHash('sha256').update(item.bytes).digest('hex')
      await reviewStore.signed(first.signOffId, reportRefOf(item), sha256)
    }
  }

  function machineReport({ reports, studyInstanceUid }: Case, signal: AbortSignal): Promise<InstanceFile> {
    const [ref] = reports
    if (ref !== undefined) return pacs.retrieveInstance({ ...ref, studyInstanceUid }, signal)
    throw new PlumblineError('not-found', 'The case names no verdict report that could be signed.')
  }
}
