/** Which verdicts raise an alert, and the telling of it: once it is kept it is told at least once, or given up aloud. */
import type { Case } from '../domain/case.ts'
import type { AlertCause, AlertStore, CaseStore, Clock, FollowUp } from '../ports.ts'
import type { TellWebhook } from './webhook.ts'

export interface AlertingOptions {
  readonly caseStore: Pick<CaseStore, 'get'>
  readonly alertStore: AlertStore
  readonly tell: TellWebhook
  readonly clock: Clock
  /** A verdict that is older raises none: nobody waits for it any more. */
  readonly ageMaxMs: number
  readonly onTold: (caseId: string) => void
  readonly onGivenUp: (caseId: string, error: unknown) => void
}

/** A critical finding alerts whatever the verdict: a verdict that was given up may have one too. */
export function causeOf({ verdict, segments }: Pick<Case, 'verdict' | 'segments'>): AlertCause | null {
  if (verdict === 'reject') return 'reject'
  const isCritical = segments.some(({ findings }) => findings.some(({ severity }) => severity === 'critical'))
  return isCritical ? 'critical' : null
}

export function createAlerting(options: AlertingOptions): FollowUp {
  const { caseStore, alertStore, tell, clock, ageMaxMs } = options

  return async function alertOf(caseId, { signal, exhausted }) {
    const judged = await caseStore.get(caseId)
    if (judged === null) return
    const cause = causeOf(judged)
    if (cause !== null && isFresh(judged)) await alertStore.raise(caseId, cause)
    for (const untold of await alertStore.untold(caseId)) {
      try {
        await tell(judged, untold, signal)
      } catch (error) {
        if (exhausted !== true) throw error
        await alertStore.givenUp(caseId, untold)
        options.onGivenUp(caseId, error)
        continue
      }
      await alertStore.told(caseId, untold)
      options.onTold(caseId)
    }
  }

  function isFresh({ decidedAt }: Case): boolean {
    return decidedAt !== null && clock.now().getTime() - Date.parse(decidedAt) <= ageMaxMs
  }
}
