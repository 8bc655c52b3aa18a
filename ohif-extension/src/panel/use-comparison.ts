import { useMemo, useState } from 'react'
import type { Comparison, Shown, ViewerPort } from '../viewer-port.ts'

export interface SideBySide {
  isShown(comparison: Comparison): boolean
  show(comparison: Comparison): Promise<Shown>
  end(): void
}

/** One comparison at a time: another one takes its place. */
export function useSideBySide(viewer: ViewerPort): SideBySide {
  const [shown, setShown] = useState<string | null>(null)
  return useMemo(
    () => ({
      isShown: (comparison) => shown === keyOf(comparison),
      show(comparison) {
        const key = keyOf(comparison)
        setShown(key)
        return viewer.compare(comparison, () => setShown((now) => (now === key ? null : now)))
      },
      end: () => viewer.endComparison(),
    }),
    [shown, viewer],
  )
}

function keyOf({ original, proposal }: Comparison): string {
  return JSON.stringify([original, proposal])
}
