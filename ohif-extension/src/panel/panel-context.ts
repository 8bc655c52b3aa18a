/** What every part of the panel may use: the two ports it was mounted with, and the one error layer there can be. */
import { createContext, useContext } from 'react'
import type { VerdictSource } from '../verdict-source.ts'
import type { ViewerPort } from '../viewer-port.ts'
import type { ErrorLayer } from './use-error-layer.ts'

export interface PanelPorts {
  readonly source: VerdictSource
  readonly viewer: ViewerPort
}

export interface PanelParts extends PanelPorts {
  readonly errorLayer: ErrorLayer
}

export const PanelContext = createContext<PanelParts | null>(null)

export function usePanel(): PanelParts {
  const parts = useContext(PanelContext)
  if (parts === null) throw new Error('this part of the panel stands outside of it')
  return parts
}
