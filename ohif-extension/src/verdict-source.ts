/** Where verdicts come from, for all that shows them: panel, study list, overlay line. */
import type { Case } from '../../src/domain/case.ts'
import type { ErrorMask } from '../../src/domain/error-mask.ts'
import type { CaseReviews, SignOff } from '../../src/domain/review.ts'
import type { StudySummary } from '../../src/domain/study-summary.ts'

export interface StudyVerdicts {
  /**
   * `loading`: nothing known yet. `live`: from the service, kept up to date. `from-report`: the service cannot be reached;
   * read from the structured report in the PACS. `unavailable`: neither; `notice` says why and what to do.
   */
  readonly status: 'loading' | 'live' | 'from-report' | 'unavailable'
  /** The newest case of each segmentation object. */
  readonly cases: readonly Case[]
  /** Plain words for the reader; null when there is nothing to say. */
  readonly notice: string | null
}

export interface VerdictSource {
  /** Starts to follow a study; the listener is called with every change, first at once. Returns how to stop. */
  follow(studyInstanceUid: string, listener: (verdicts: StudyVerdicts) => void): () => void
  /** Queues a check of every segmentation object of the study. Rejects with words for the reader. */
  checkNow(studyInstanceUid: string): Promise<void>
  errorMask(caseId: string, segmentNumber: number): Promise<ErrorMask>
  /** A sheet of pictures as PNG. Rejects with words for the reader. */
  figure(caseId: string, name: string, signal: AbortSignal): Promise<Blob>
  /** What readers said of a case. Rejects with words for the reader. */
  reviews(caseId: string, signal: AbortSignal): Promise<CaseReviews>
  /** Signs what a reader says of a case; the study is read anew then. Rejects with words for the reader. */
  signOff(of: Pick<Case, 'id' | 'studyInstanceUid'>, signOff: SignOff): Promise<CaseReviews>
  /** Studies without a case are missing from the answer. */
  summaries(studyInstanceUids: readonly string[]): Promise<ReadonlyMap<string, StudySummary>>
}
