/** Waiting for what the host announces by events, with an end to it. */
import type { Subscription } from '../host.ts'

/** Subscribes the listener to one event. */
export type Subscribe = (listener: () => void) => Subscription

/** The host does not announce all it does (an image drawn, a representation added by itself): look again now and then. */
const LOOK_AGAIN_MS = 200

/**
 * The first value other than undefined that `look` gives: at once, after an event, or by and by. Undefined when it gives none within
 * `limitMs`.
 */
export function waitFor<Value>(
  look: () => Value | undefined,
  events: readonly Subscribe[],
  limitMs: number,
): Promise<Value | undefined> {
  const already = look()
  if (already !== undefined) return Promise.resolve(already)
  return new Promise((resolve) => {
    const stops: (() => void)[] = []
    const end = (value: Value | undefined): void => {
      for (const stop of stops) stop()
      resolve(value)
    }
    const again = (): void => {
      const value = look()
      if (value !== undefined) end(value)
    }
    for (const subscribe of events) {
      const subscription = subscribe(again)
      stops.push(() => subscription.unsubscribe())
    }
    const interval = setInterval(again, LOOK_AGAIN_MS)
    const timeout = setTimeout(() => end(undefined), limitMs)
    stops.push(
      () => clearInterval(interval),
      () => clearTimeout(timeout),
    )
  })
}
