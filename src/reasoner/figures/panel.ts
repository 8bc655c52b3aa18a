/** One panel: a part of a picture in greys, with or without the outline, its sides named, with a bar of known length. */
import type { Mask } from '../../domain/geometry.ts'
import { drawBar, drawLines, putPicture, writeText, type Area, type Canvas } from './canvas.ts'
import { TEXT_HEIGHT } from './font.ts'
import { PANEL_PIXELS, type Frame } from './frame.ts'
import type { GreyWindow } from './grey-window.ts'
import { maskOutline } from './mask-outline.ts'
import { PAPER, WHITE } from './palette.ts'
import { imagePlane, maskPlane, type Grid } from './plane.ts'
import { resample, tapsOf } from './resample.ts'
import { scaleBar } from './scale-bar.ts'
import type { View } from './view.ts'

/** Around the image: for letters and the bar. */
const MARGIN = 20
export const PANEL_WIDTH = PANEL_PIXELS + 2 * MARGIN
/** With a line for the caption, and room below it. */
export const PANEL_HEIGHT = PANEL_PIXELS + 3 * MARGIN + 8
const ABOVE = (MARGIN - TEXT_HEIGHT) / 2

/** What of the patient a panel shows. */
export interface Shot {
  readonly grid: Grid
  readonly view: View
  readonly slice: number
  readonly frame: Frame
  readonly window: GreyWindow
}

/** Panel pixels of a shot, row by row, entries of the palette. */
export function greysOf({ grid, view, slice, frame, window }: Shot): Uint8Array {
  const taps = tapsOf(frame, view.size, PANEL_PIXELS)
  const [x, y] = taps
  const rectangle = { x: x.low, y: y.low, width: x.extent, height: y.extent }
  const values = resample(imagePlane(grid, view, slice, rectangle), taps)
  const greys = new Uint8Array(values.length).fill(PAPER)
  const scale = WHITE / (window.high - window.low)
  for (let row = y.first; row < y.end; row++) {
    for (let at = row * PANEL_PIXELS + x.first; at < row * PANEL_PIXELS + x.end; at++) {
      const level = Math.min(WHITE, Math.max(0, ((values[at] ?? 0) - window.low) * scale))
      greys[at] = Math.round(window.inverse ? WHITE - level : level)
    }
  }
  return greys
}

/** The outline in a shot: x, y, x, y ... in panel pixels, the first pixel's centre at 0, 0. */
export function outlineIn(
  { view, slice, frame }: Pick<Shot, 'view' | 'slice' | 'frame'>,
  mask: Mask,
): Float32Array {
  const plane = maskPlane(mask, view, slice)
  if (plane === null) return new Float32Array()
  const lines = maskOutline(plane)
  const [scaleX, scaleY] = [PANEL_PIXELS / frame.width, PANEL_PIXELS / frame.height]
  for (let n = 0; n < lines.length; n += 2) {
    lines[n] = ((lines[n] ?? 0) - frame.left) * scaleX - 0.5
    lines[n + 1] = ((lines[n + 1] ?? 0) - frame.top) * scaleY - 0.5
  }
  return lines
}

export interface PanelContent {
  readonly label: string
  readonly caption: string
  readonly shot: Shot
  readonly greys: Uint8Array
  readonly outline: Float32Array | null
}

/** Draws the panel with its upper left corner at (left, top) of the canvas. */
export function drawPanel(canvas: Canvas, left: number, top: number, content: PanelContent): void {
  const { label, caption, shot, greys, outline } = content
  const image: Area = { x: left + MARGIN, y: top + MARGIN, width: PANEL_PIXELS, height: PANEL_PIXELS }
  putPicture(canvas, image, greys)
  if (outline !== null) drawLines(canvas, image, outline)
  const [right, middle] = [image.x + PANEL_PIXELS, image.x + PANEL_PIXELS / 2]
  const [upper, lower] = [top + ABOVE, image.y + PANEL_PIXELS + ABOVE]
  const { letters } = shot.view
  writeText(canvas, label, { x: image.x, y: upper, align: 'left' })
  writeText(canvas, letters.top, { x: middle, y: upper, align: 'centre' })
  writeText(canvas, shot.window.name, { x: right, y: upper, align: 'right' })
  writeText(canvas, letters.bottom, { x: middle, y: lower, align: 'centre' })
  writeDown(canvas, letters.left, left + MARGIN / 2, image.y + PANEL_PIXELS / 2)
  writeDown(canvas, letters.right, right + MARGIN / 2, image.y + PANEL_PIXELS / 2)
  writeText(canvas, caption, { x: image.x, y: lower + MARGIN, align: 'left' })
  const bar = scaleBar(shot.frame.panelPixelsPerMm)
  drawBar(canvas, right, lower + TEXT_HEIGHT / 2, bar.pixels)
  writeText(canvas, `${bar.lengthMm} mm`, { x: right - bar.pixels - 6, y: lower, align: 'right' })
}

/** One letter below the other, around (x, y). */
function writeDown(canvas: Canvas, letters: string, x: number, y: number): void {
  const top = y - (letters.length * TEXT_HEIGHT) / 2
  for (const [n, letter] of Array.from(letters).entries())
    writeText(canvas, letter, { x, y: Math.round(top + n * TEXT_HEIGHT), align: 'centre' })
}
