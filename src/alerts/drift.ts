/** Tells the webhook of drift alarms: each at least once under the same id, or given up aloud. */
import type { Clock, DriftAlarm, DriftAlarmStore } from '../ports.ts'
import type { SendAlert } from './webhook.ts'

export interface DriftAlertingOptions {
  readonly alarms: Pick<DriftAlarmStore, 'untold' | 'told' | 'givenUp'>
  readonly send: SendAlert
  readonly clock: Clock
  /** Of the service, where it is known: begins the address of the overview, which names the producer. */
  readonly publicUrl: string
  /** An alarm that could not be told for so long is given up. */
  readonly ageMaxMs: number
  readonly onTold: () => void
  readonly onGivenUp: (error: unknown) => void
}

export interface DriftAlertBody {
  readonly type: 'drift.alarm'
  /** When the alarm was raised. */
  readonly timestamp: string
  readonly data: {
    readonly alarmId: string
    /** Id of the knowledge entry. */
    readonly structure: string
    /** Days (UTC): the alarm, and the probable beginning of the change. */
    readonly day: string
    readonly since: string
    readonly overview: string
  }
}

/** Safe to repeat. Throws PlumblineError('alert-not-taken') where one is to be tried again; the others were tried as well. */
export function createDriftAlerting(options: DriftAlertingOptions): (signal: AbortSignal) => Promise<void> {
  const { alarms, send, clock, publicUrl, ageMaxMs } = options

  return async function tellAlarms(signal) {
    const failures: unknown[] = []
    for (const alarm of await alarms.untold()) {
      try {
        await send(`drift.${alarm.id}`, driftAlertBody(alarm, publicUrl), signal)
      } catch (error) {
        if (clock.now().getTime() - alarm.raisedAt.getTime() < ageMaxMs) {
          failures.push(error)
          continue
        }
        await alarms.givenUp(alarm.id)
        options.onGivenUp(error)
        continue
      }
      await alarms.told(alarm.id)
      options.onTold()
    }
    if (failures.length > 0) throw failures[0]
  }
}

/** Without the producer: its name is free text of DICOM, and stays here. */
export function driftAlertBody(
  { id, structure, day, since, raisedAt }: DriftAlarm,
  publicUrl: string,
): DriftAlertBody {
  return {
    type: 'drift.alarm',
    timestamp: raisedAt.toISOString(),
    data: { alarmId: id, structure, day, since, overview: `${publicUrl}/overview` },
  }
}
