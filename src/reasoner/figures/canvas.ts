/** A sheet while it is drawn: one byte per pixel, an entry of the palette. */
import { eachTextPixel, textWidth } from './font.ts'
import { BLACK, outlineOver, PAPER, WHITE, GREYS } from './palette.ts'

export interface Canvas {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** A rectangle of a canvas. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export function createCanvas(width: number, height: number): Canvas {
  return { width, height, pixels: new Uint8Array(width * height).fill(PAPER) }
}

export function fillArea({ width, pixels }: Canvas, area: Area, colour: number): void {
  for (let y = area.y; y < area.y + area.height; y++)
    pixels.fill(colour, y * width + area.x, y * width + area.x + area.width)
}

/** White on whatever is there; `align` says which point of the text `x` is. */
export function writeText(
  { width, pixels }: Canvas,
  text: string,
  at: { readonly x: number; readonly y: number; readonly align: 'left' | 'centre' | 'right' },
): void {
  const share = { left: 0, centre: 0.5, right: 1 }[at.align]
  const left = Math.round(at.x - share * textWidth(text))
  eachTextPixel(text, (x, y) => {
    pixels[(at.y + y) * width + left + x] = WHITE
  })
}

/** A bar with ends, `length` pixels long in all. */
export function drawBar(canvas: Canvas, right: number, y: number, length: number): void {
  const left = right - length
  fillArea(canvas, { x: left, y: y - 1, width: length, height: 2 }, WHITE)
  for (const x of [left, right - 2]) fillArea(canvas, { x, y: y - 4, width: 2, height: 8 }, WHITE)
}

/** Copies greys into an area of the same size. */
export function putPicture({ width, pixels }: Canvas, area: Area, greys: Uint8Array): void {
  for (let row = 0; row < area.height; row++)
    pixels.set(greys.subarray(row * area.width, (row + 1) * area.width), (area.y + row) * width + area.x)
}

/** Width of an outline in pixels. */
const LINE_PIXELS = 2

/**
 * Draws pieces of lines (x, y, x, y in pixels of the area, whose first pixel has its centre at 0, 0) over the area, softened by
 * how much of a pixel a line covers. Crossing pieces are not darker than one.
 */
export function drawLines({ width, pixels }: Canvas, area: Area, lines: Float32Array): void {
  const opacity = new Float32Array(area.width * area.height)
  for (let n = 0; n < lines.length; n += 4)
    coverLine(opacity, area, [lines[n] ?? 0, lines[n + 1] ?? 0, lines[n + 2] ?? 0, lines[n + 3] ?? 0])
  for (let y = 0, n = 0; y < area.height; y++) {
    for (let x = 0; x < area.width; x++, n++) {
      if (opacity[n] === 0) continue
      const at = (area.y + y) * width + area.x + x
      const under = pixels[at] ?? BLACK
      if (under < GREYS) pixels[at] = outlineOver(under, opacity[n] ?? 0)
    }
  }
}

function coverLine(
  opacity: Float32Array,
  { width, height }: Area,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
): void {
  const reach = LINE_PIXELS / 2 + 0.5
  const [dx, dy] = [x1 - x0, y1 - y0]
  const squared = dx * dx + dy * dy
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach))
  const right = Math.min(width - 1, Math.floor(Math.max(x0, x1) + reach))
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach))
  const bottom = Math.min(height - 1, Math.floor(Math.max(y0, y1) + reach))
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = squared === 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / squared
      const share = Math.min(1, Math.max(0, along))
      const [offX, offY] = [x - x0 - share * dx, y - y0 - share * dy]
      const covered = Math.min(1, reach - Math.sqrt(offX * offX + offY * offY))
      if (covered > (opacity[y * width + x] ?? 0)) opacity[y * width + x] = covered
    }
  }
}
