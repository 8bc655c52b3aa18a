import { createRoot } from 'react-dom/client'
import type { PanelPorts } from './panel-context.ts'
import { Panel } from './panel.tsx'

/** Shows the panel in this element, with our own React: the viewer's copy is not ours to use. Returns how to take it away. */
export function mountPanel(element: HTMLElement, ports: PanelPorts): () => void {
  const root = createRoot(element)
  root.render(<Panel source={ports.source} viewer={ports.viewer} />)
  return () => root.unmount()
}
