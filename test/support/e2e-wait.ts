import { setTimeout as delay } from 'node:timers/promises'

const LOOK_MS = 150

/**
 * Looks again and again until there is something. Throws after `limitMs`, saying what was waited for and what `last`
 * tells of the state of things then.
 */
export async function waitFor<Found>(
  what: string,
  limitMs: number,
  look: () => Promise<Found | null> | Found | null,
  last: () => Promise<string> | string,
): Promise<Found> {
  const end = Date.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (Date.now() > end) throw new Error(`Waited ${limitMs / 1000} s in vain for ${what}.\n${await last()}`)
    await delay(LOOK_MS)
  }
}
