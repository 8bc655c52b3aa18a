/** Pictures of one segment as PNG files of limited size. */
import type { DrawnFigure } from '../domain/figure.ts'
import type { Knowledge, Structure } from '../domain/knowledge.ts'
import type { Drawing } from '../ports.ts'
import { cellGeometry, middlesAlong } from '../imaging/cells.ts'
import { worseCopies } from '../reasoner/anchors.ts'
import { drawBeside } from '../reasoner/figures/draw-beside.ts'
import { drawComparison } from '../reasoner/figures/draw-comparison.ts'
import {
  drawFigures,
  drawRepresentative,
  type FigureInput,
  type ResponseCells,
} from '../reasoner/figures/draw-figures.ts'
import { GREYS, PALETTE } from '../reasoner/figures/palette.ts'
import type { Sheet } from '../reasoner/figures/sheet.ts'
import type { Anchor } from '../reasoner/language-model/input.ts'
import { findResponse } from '../target/verify.ts'
import type { DrawTask } from './draw-task.ts'
import { encodePng } from './png.ts'
import { maskOnPet } from './uptake.ts'

export function drawSegment(task: DrawTask, { structures }: Knowledge): Drawing {
  const { volume, mask, segment } = task
  const { number, structure: id, findings, sheetBytesMax } = segment
  const structure = structures.find((one) => one.id === id) ?? null
  const response = responseOf(task)
  const input = { segmentNumber: number, volume, mask, structure }
  const sheets = [...drawFigures({ ...input, findings, response }), ...besideSheets(task, input)]
  const figures = sheets.flatMap((sheet): DrawnFigure[] => {
    const png = encodeWithin(sheet, sheetBytesMax)
    return png === null ? [] : [{ figure: sheet.figure, png }]
  })
  const modes = segment.modes ?? []
  const slice = modes.includes('single') ? sliceOf(task, { ...input, findings, response }) : null
  return {
    figures,
    leftOut: sheets.length - figures.length,
    ...(modes.includes('anchored') && { anchors: anchorsOf(task, structure) }),
    ...(slice !== null && { slice }),
  }
}

function sliceOf({ segment }: DrawTask, input: FigureInput): DrawnFigure | null {
  const sheet = drawRepresentative(input)
  const png = sheet === null ? null : encodeWithin(sheet, segment.sheetBytesMax)
  return sheet === null || png === null ? null : { figure: sheet.figure, png }
}

/** The segment and its worse copies, drawn alike; none whose picture takes too many bytes. */
function anchorsOf({ volume, mask, segment }: DrawTask, structure: Structure | null): Anchor[] {
  const copies = worseCopies(mask)
  const input = { segmentNumber: segment.number, volume, mask, structure }
  const sheets = drawComparison(input, [mask, ...copies.map((copy) => copy.mask)])
  const [own = null, ...others] = sheets.map((sheet): DrawnFigure | null => {
    const png = encodeWithin(sheet, segment.sheetBytesMax)
    return png === null ? null : { figure: sheet.figure, png }
  })
  return copies.flatMap(({ text }, n): Anchor[] => {
    const figure = others[n] ?? null
    const scores = { scoreIfEqual: 4, scoreIfWorse: 2, isWorse: true } as const
    return own === null || figure === null ? [] : [{ text, ...scores, figure, own }]
  })
}

function besideSheets({ mask, pet }: DrawTask, input: Parameters<typeof drawBeside>[0]): Sheet[] {
  const onPet = pet === null ? null : maskOnPet(mask, pet)
  return pet === null || onPet === null ? [] : drawBeside(input, { volume: pet, mask: onPet })
}

/** The same map that the target was verified by. */
function responseOf({ volume, mask, ownMask, body }: DrawTask): ResponseCells | null {
  const response = findResponse({ volume, mask, ownMask, body, pieces: null })
  if (typeof response === 'string') return null
  const { cells, map } = response
  const geometry = cellGeometry(cells, volume.geometry)
  const { origin, step } = cells
  const [columns, rows, slices] = geometry.size
  return {
    grid: { geometry, voxels: map.values.map((value) => (Number.isNaN(value) ? 0 : value)) },
    mask: { ...cells.mask, geometry },
    box: { origin, size: [columns * step[0], rows * step[1], slices * step[2]] },
    slices: middlesAlong({ origin, step, size: geometry.size }, 2),
  }
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
