/** What is left to do once a case has ended: signed reports of its readers, alerts. */
import type { FollowUp } from './ports.ts'

/** Each of them is tried, whatever became of the others; throws what the first failure was. */
export function inTurn(followUps: readonly FollowUp[]): FollowUp {
  return async (caseId, job) => {
    const failures: unknown[] = []
    for (const followUp of followUps)
      await followUp(caseId, job).catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
}
