import { createRoot } from 'react-dom/client'
import type { VerdictSource } from '../verdict-source.ts'
import type { ViewerPort } from '../viewer-port.ts'

/** Placeholder. */
export function mountPanel(
  element: HTMLElement,
  { source, viewer }: { source: VerdictSource; viewer: ViewerPort },
): () => void {

  const root = createRoot(element)
  root.render(<p data-testid="plumbline-panel">{viewer.studyInstanceUids().join(' ')}</p>)
  return () => root.unmount()
}
