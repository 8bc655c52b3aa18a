/** Whether anybody can see the page. */

export interface Visibility {
  isVisible(): boolean
  /** Returns how to stop. */
  onChange(listener: () => void): () => void
}

/** Of this page; outside of a browser there is always somebody. */
export function pageVisibility(): Visibility {
  if (typeof document === 'undefined') return { isVisible: () => true, onChange: () => () => {} }
  return {
    isVisible: () => document.visibilityState === 'visible',
    onChange(listener) {
      document.addEventListener('visibilitychange', listener)
      return () => document.removeEventListener('visibilitychange', listener)
    },
  }
}

/** Aborts when the page is hidden; call `stop` when it is no longer needed. */
export function whileVisible(visibility: Visibility): { readonly signal: AbortSignal; stop: () => void } {
  const hidden = new AbortController()
  const look = (): void => {
    if (!visibility.isVisible()) hidden.abort()
  }
  look()
  return { signal: hidden.signal, stop: visibility.onChange(look) }
}

/** Resolves when the page is seen or the signal comes; never rejects. */
export function untilVisible(visibility: Visibility, signal: AbortSignal): Promise<void> {
  if (visibility.isVisible() || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = visibility.onChange(() => {
      if (visibility.isVisible()) end()
    })
    const end = (): void => {
      stop()
      signal.removeEventListener('abort', end)
      resolve()
    }
    signal.addEventListener('abort', end)
  })
}
