/** What every part of the panel may use: the two ports it was mounted with, and what there is one of in the viewer. */
import { createContext, useContext } from 'react'
import type { VerdictSource } from '../verdict-source.ts'
import type { ViewerPort } from '../viewer-port.ts'
import type { SideBySide } from './use-comparison.ts'
import type { ErrorLayer } from './use-error-layer.ts'

export interface PanelPorts {
  readonly source: VerdictSource
  readonly viewer: ViewerPort
}

export interface PanelParts extends PanelPorts {
  readonly errorLayer: ErrorLayer
  readonly sideBySide: SideBySide
  /** Names the place that a button of the panel showed last; null: none, or a segmentation as a whole. */
  readonly shownPlace: string | null
  readonly setShownPlace: (name: string | null) => void
}

export const PanelContext = createContext<PanelParts | null>(null)

export function usePanel(): PanelParts {
  const parts = useContext(PanelContext)
  if (parts === null) throw new Error('this part of the panel stands outside of it')
  return parts
}
