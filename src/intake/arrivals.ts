import type { InstanceRef } from '../ports.ts'
import { modalityOf } from './eligibility.ts'
import type { SegmentationIntake } from './intake.ts'

export type ArrivalListener = (stored: readonly InstanceRef[]) => Promise<void>

/**
 * Told of what was just stored: registers the segmentation objects among it, and wakes the cases that wait for images
 * of a study when something else arrived for it. One object that fails does not keep the others; the poller or the
 * sweeper finds it again.
 */
export function createArrivalListener(
  intake: Pick<SegmentationIntake, 'register' | 'imagesArrived'>,
  onProblem: (error: unknown) => void,
): ArrivalListener {
  return async (stored) => {
    const studies = new Set<string>()
    for (const ref of stored) {
      if (modalityOf(ref.sopClassUid) === null) studies.add(ref.studyInstanceUid)
      else await intake.register(ref).catch(onProblem)
    }
    for (const study of studies) await intake.imagesArrived(study).catch(onProblem)
  }
}
