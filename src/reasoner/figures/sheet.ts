/** Panels side by side on one sheet. */
import type { Mask } from '../../domain/geometry.ts'
import type { Figure, FigurePanel } from '../../domain/figure.ts'
import { createCanvas } from './canvas.ts'
import { drawPanel, greysOf, outlineIn, PANEL_HEIGHT, PANEL_WIDTH, type Shot } from './panel.ts'

export interface SheetPanel {
  readonly shot: Shot
  /** Whose outline is drawn, on the grid of the shot; null: none. */
  readonly outline: Mask | null
  /** Written under the image: our own words and numbers. */
  readonly caption: string
  readonly text: string
  /** The image that is shown; null where it is made of many. */
  readonly place: Pick<FigurePanel, 'sopInstanceUid' | 'frameNumber'> | null
}

export interface Sheet {
  readonly figure: Figure
  /** Row by row, one byte per pixel: entries of the palette. */
  readonly pixels: Uint8Array
}

/** Rows are A, B, C from above, columns 1, 2, 3 from the left: at most nine panels. */
export function drawSheet(
  about: Pick<Figure, 'name' | 'segmentNumber' | 'kind' | 'text'>,
  rows: readonly (readonly SheetPanel[])[],
): Sheet {
  const columns = Math.max(...rows.map((row) => row.length))
  if (rows.length > 3 || columns > 3) throw new RangeError('A sheet has at most nine panels.')
  const canvas = createCanvas(columns * PANEL_WIDTH, rows.length * PANEL_HEIGHT)
  const panels: FigurePanel[] = []
  for (const [row, content] of rows.entries()) {
    const drawn = new Map<string, Uint8Array>()
    for (const [column, { shot, outline: mask, caption, text, place }] of content.entries()) {
      const label = `${'ABC'.charAt(row)}${column + 1}`
      // The same image stands beside itself.
      const key = `${shot.view.across} ${shot.slice} ${shot.window.name}`
      const greys = drawn.get(key) ?? greysOf(shot)
      drawn.set(key, greys)
      const outline = mask === null ? null : outlineIn(shot, mask)
      drawPanel(canvas, column * PANEL_WIDTH, row * PANEL_HEIGHT, { label, caption, shot, greys, outline })
      panels.push({
        label,
        text,
        sopInstanceUid: place?.sopInstanceUid ?? null,
        frameNumber: place?.frameNumber ?? null,
      })
    }
  }
  const { width, height, pixels } = canvas
  return { figure: { ...about, width, height, panels }, pixels }
}
