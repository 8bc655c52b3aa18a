import { useEffect, useState } from 'react'
import type { Case } from '../../../src/domain/case.ts'
import type { CaseReviews } from '../../../src/domain/review.ts'
import { usePanel } from './panel-context.ts'
import { wordsOf } from './use-error-layer.ts'

export type LoadedReviews =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly reviews: CaseReviews }
  | { readonly kind: 'failed'; readonly why: string }

/** The reviews of a case, read anew whenever the case was: an event brought it. `set`: what the service answered last. */
export function useReviews(
  of: Case,
  isWanted: boolean,
): { loaded: LoadedReviews; set: (reviews: CaseReviews) => void } {
  const { source } = usePanel()
  const [loaded, setLoaded] = useState<LoadedReviews>({ kind: 'loading' })
  useEffect(() => {
    if (!isWanted) return undefined
    const gone = new AbortController()
    source.reviews(of.id, gone.signal).then(
      (reviews) => setLoaded({ kind: 'loaded', reviews }),
      (error: unknown) => {
        if (!gone.signal.aborted) setLoaded({ kind: 'failed', why: wordsOf(error) })
      },
    )
    return () => gone.abort()
  }, [source, of, isWanted])
  return { loaded, set: (reviews) => setLoaded({ kind: 'loaded', reviews }) }
}

const NAME_KEY = 'plumbline.reader'

/** The name that a reader gave, for as long as this window is open. A browser may forbid to keep it. */
export function useReaderName(): [string, (name: string) => void] {
  const [name, setName] = useState(() => stored())
  return [
    name,
    (given) => {
      setName(given)
      try {
        sessionStorage.setItem(NAME_KEY, given)
      } catch {
        // It has to be typed again then.
      }
    },
  ]
}

function stored(): string {
  try {
    return sessionStorage.getItem(NAME_KEY) ?? ''
  } catch {
    return ''
  }
}
