/** Pictures of one segment as PNG files of limited size. */
import type { DrawnFigure } from '../domain/figure.ts'
import type { Mask, Volume } from '../domain/geometry.ts'
import type { Knowledge } from '../domain/knowledge.ts'
import type { Drawing, DrawRequest } from '../ports.ts'
import { drawFigures } from '../reasoner/figures/draw-figures.ts'
import { GREYS, PALETTE } from '../reasoner/figures/palette.ts'
import type { Sheet } from '../reasoner/figures/sheet.ts'
import { encodePng } from './png.ts'

export interface DrawTask {
  readonly volume: Volume
  /** On the grid of the volume. */
  readonly mask: Mask
  readonly segment: DrawRequest
}

export function drawSegment({ volume, mask, segment }: DrawTask, { structures }: Knowledge): Drawing {
  const { number, structure: id, findings, sheetBytesMax } = segment
  const structure = structures.find((one) => one.id === id) ?? null
  const sheets = drawFigures({ segmentNumber: number, volume, mask, structure, findings, response: null })
  const figures = sheets.flatMap((sheet): DrawnFigure[] => {
    const png = encodeWithin(sheet, sheetBytesMax)
    return png === null ? [] : [{ figure: sheet.figure, png }]
  })
  return { figures, leftOut: sheets.length - figures.length }
}

/** Every so many greys become one: all are kept first, and noise, which fills the bytes, goes last. */
const GREY_STEPS = [1, 4, 12] as const

/** Null when even the coarsest greys take more bytes. */
function encodeWithin({ figure: { width, height }, pixels }: Sheet, bytesMax: number): Uint8Array | null {
  for (const step of GREY_STEPS) {
    const coarse =
      step === 1 ? pixels : pixels.map((entry) => (entry < GREYS ? entry - (entry % step) : entry))
    const png = encodePng({ width, height, pixels: coarse, palette: PALETTE })
    if (png.length <= bytesMax) return png
  }
  return null
}
