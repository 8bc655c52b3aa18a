import { useEffect, useMemo, useRef, useState } from 'react'
import type { VerdictSource } from '../verdict-source.ts'
import type { Shown, ViewerPort } from '../viewer-port.ts'

/** The errors of one finding. */
export interface ErrorPlace {
  readonly caseId: string
  readonly segmentNumber: number
  readonly findingId: string
}

export interface ErrorLayer {
  isShown(place: ErrorPlace): boolean
  /** Rejects never; what went wrong is in the answer. */
  show(place: ErrorPlace): Promise<Shown>
  hide(): void
}

/** One error layer at a time: showing another replaces it; it goes when the panel goes. */
export function useErrorLayer(source: VerdictSource, viewer: ViewerPort): ErrorLayer {
  const [shown, setShown] = useState<string | null>(null)
  const current = useRef<string | null>(null)
  const become = (key: string | null): void => {
    current.current = key
    setShown(key)
  }

  useEffect(
    () => () => {
      if (current.current !== null) viewer.hideErrorLayer()
    },
    [viewer],
  )

  return useMemo(
    () => ({
      isShown: (place) => shown === keyOf(place),
      async show(place) {
        const answer = await showErrors(place, source, viewer)
        become(answer.ok ? keyOf(place) : null)
        return answer
      },
      hide() {
        viewer.hideErrorLayer()
        become(null)
      },
    }),
    [shown, source, viewer],
  )
}

async function showErrors(place: ErrorPlace, source: VerdictSource, viewer: ViewerPort): Promise<Shown> {
  const { caseId, segmentNumber, findingId } = place
  try {
    const mask = await source.errorMask(caseId, segmentNumber)
    const errors = mask.errors.filter(({ finding }) => finding === findingId)
    if (errors.length === 0) return { ok: false, reason: 'There is no error mask for this finding.' }
    return await viewer.showErrorLayer({ ...mask, errors })
  } catch (error) {
    return { ok: false, reason: wordsOf(error) }
  }
}

/** What a rejected promise of a port says to the reader. */
export function wordsOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'Something went wrong.'
}

function keyOf({ caseId, segmentNumber, findingId }: ErrorPlace): string {
  return JSON.stringify([caseId, segmentNumber, findingId])
}
