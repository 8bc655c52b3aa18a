/** How the two kinds of error look: a colour and a direction of hatching each, so that they differ without colour, too. */
import type { ErrorKind } from '../../../src/domain/error-mask.ts'

const HATCH_PX = 7
const HATCH_LINE_PX = 1.8

export interface ErrorLook {
  readonly words: string
  readonly colour: string
  readonly hatch: 'rising' | 'falling'
}

/** Light enough for a dark image; red and blue are told apart with any colour vision. */
export const ERROR_LOOKS: Readonly<Record<ErrorKind, ErrorLook>> = {
  'too-much': { words: 'too much', colour: '#ff4d4d', hatch: 'rising' },
  missing: { words: 'missing', colour: '#4da3ff', hatch: 'falling' },
}

/** The hatching as a fill. */
export function hatch(context: CanvasRenderingContext2D, look: ErrorLook): CanvasPattern | string {
  return context.createPattern(tile(look), 'repeat') ?? look.colour
}

function tile({ colour, hatch: direction }: ErrorLook): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = HATCH_PX
  canvas.height = HATCH_PX
  const context = canvas.getContext('2d')
  if (context === null) return canvas
  context.strokeStyle = colour
  context.lineWidth = HATCH_LINE_PX
  // Falling is rising in a mirror.
  if (direction === 'falling') context.setTransform(-1, 0, 0, 1, HATCH_PX, 0)
  context.beginPath()
  // Three strokes, longer than the tile, so that it meets itself at its edges.
  for (const shift of [-HATCH_PX, 0, HATCH_PX]) {
    context.moveTo(shift - 1, HATCH_PX + 1)
    context.lineTo(shift + HATCH_PX + 1, -1)
  }
  context.stroke()
  return canvas
}
