/** The words to the hatching, inside the viewport. */
import type { ErrorKind } from '../../../src/domain/error-mask.ts'
import { ERROR_LOOKS, hatch, type ErrorLook } from './error-look.ts'

const SWATCH_WIDTH_PX = 18
const SWATCH_HEIGHT_PX = 12

export interface ErrorLegend {
  readonly legend: HTMLElement
  /** Says which kinds the view shows now. */
  readonly say: (shown: ReadonlySet<ErrorKind>) => void
}

export function errorLegend(kinds: readonly ErrorKind[]): ErrorLegend {
  const legend = document.createElement('div')
  legend.dataset['testid'] = 'plumbline-error-legend'
  legend.style.cssText =
    'position:absolute;left:50%;bottom:8px;transform:translateX(-50%);width:max-content;max-width:calc(100% - 16px);' +
    'display:flex;flex-wrap:wrap;column-gap:14px;padding:3px 10px;border-radius:4px;' +
    'background:rgba(0,0,0,.75);color:#fff;font-size:13px;pointer-events:none;z-index:6'
  const entries = kinds.map((kind) => {
    const entry = document.createElement('span')
    entry.style.cssText = 'display:flex;align-items:center;gap:6px'
    const text = document.createElement('span')
    entry.append(swatch(ERROR_LOOKS[kind]), text)
    legend.append(entry)
    return { kind, text }
  })
  const say = (shown: ReadonlySet<ErrorKind>): void => {
    for (const { kind, text } of entries) {
      const { words } = ERROR_LOOKS[kind]
      text.textContent = shown.has(kind) ? words : `${words} (not on this slice)`
    }
  }
  return { legend, say }
}

function swatch(look: ErrorLook): HTMLElement {
  const canvas = document.createElement('canvas')
  canvas.width = SWATCH_WIDTH_PX
  canvas.height = SWATCH_HEIGHT_PX
  canvas.style.cssText = `border:1px solid ${look.colour}`
  const context = canvas.getContext('2d')
  if (context === null) return canvas
  context.fillStyle = hatch(context, look)
  context.fillRect(0, 0, SWATCH_WIDTH_PX, SWATCH_HEIGHT_PX)
  return canvas
}
