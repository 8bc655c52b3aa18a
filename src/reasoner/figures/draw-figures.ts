/** Everything that is to be seen of one segment, as sheets of labelled panels. Pure: image and mask in, pixels out. */
import type { Finding } from '../../domain/evidence.ts'
import type { Figure } from '../../domain/figure.ts'
import type { Box, Mask, Volume } from '../../domain/geometry.ts'
import type { Structure } from '../../domain/knowledge.ts'
import { axisVectorMm, length, sameGrid } from '../../imaging/geometry.ts'
import { dilate } from '../../imaging/morphology.ts'
import { measureMask, planeCounts, type MaskMeasures } from '../../imaging/measure.ts'
import { cropFrame, wholeFrame } from './frame.ts'
import { windowsFor, type GreyWindow } from './grey-window.ts'
import type { Shot } from './panel.ts'
import type { Grid } from './plane.ts'
import { responseMaxima } from './response-maxima.ts'
import { drawSheet, type Sheet, type SheetPanel } from './sheet.ts'
import { shownSlices, type ShownSlice } from './shown-slices.ts'
import { viewAcross, type Axis, type View } from './view.ts'

export interface FigureInput {
  readonly segmentNumber: number
  readonly volume: Volume
  /** On the grid of the volume. */
  readonly mask: Mask
  readonly structure: Pick<Structure, 'id' | 'kind'> | null
  /** Gravest first. */
  readonly findings: readonly Finding[]
  /** How strongly each place around the segment looks like it; null where that is not known. */
  readonly response: ResponseCells | null
}

/** A response map in cells of several voxels each (imaging/cells.ts). */
export interface ResponseCells {
  /** 0 where nothing is known. */
  readonly grid: Grid
  /** The segment on the grid of the cells. */
  readonly mask: Mask
  /** The part of the volume that the cells fill. */
  readonly box: Box
  /** Slice of the volume in the middle of each slice of cells. */
  readonly slices: readonly number[]
}

/** What all sheets of one segment share. */
interface Subject extends FigureInput {
  readonly measures: MaskMeasures
  readonly view: View
  readonly windows: readonly [GreyWindow, ...GreyWindow[]]
  readonly slices: readonly ShownSlice[]
}

const ROWS_MAX = 3
const RESPONSE_MAXIMA = 2
/** Fewer slices make no picture across them. */
export const REFORMAT_SLICES_MIN = 4

/** None for an empty mask. Throws RangeError for a mask on another grid. */
export function drawFigures(input: FigureInput): Sheet[] {
  const subject = subjectOf(input)
  if (subject === null) return []
  const hasReformats = input.volume.geometry.size[2] >= REFORMAT_SLICES_MIN
  return [
    ...sliceSheets(subject),
    contextSheet(subject, hasReformats ? [2, 1, 0] : [2]),
    ...(hasReformats ? [reformatSheet(subject)] : []),
    ...responseSheet(subject),
  ]
}

/** The whole slice of the largest area with the outline, and nothing else (arXiv 2506.01841); null for an empty mask. */
export function drawRepresentative(input: FigureInput): Sheet | null {
  const subject = subjectOf(input)
  if (subject === null) return null
  const { figure, pixels } = contextSheet(subject, [2])
  return { figure: { ...figure, name: `${input.segmentNumber}-slice` }, pixels }
}

function subjectOf(input: FigureInput): Subject | null {
  const { volume, mask, response, findings } = input
  if (!sameGrid(mask.geometry, volume.geometry)) throw new RangeError('It is not on the grid of the images.')
  const measures = measureMask(mask)
  if (measures === null) return null
  const view = viewAcross(volume.geometry, 2)
  const [first, ...others] = windowsFor(input.structure, mask, volume)
  if (first === undefined) throw new RangeError('No window.')
  const slices = shownSlices({
    volume,
    measures,
    findings,
    response: response === null ? [] : maximaOf(response),
    sliceSpacingMm: length(axisVectorMm(volume.geometry.affine, 2)),
    ends: view.ends,
  })
  return { ...input, measures, view, windows: [first, ...others], slices }
}

/** What touches the segment responds because it touches it. */
function maximaOf({ grid, mask, slices }: ResponseCells): number[] {
  return responseMaxima(grid, dilate(mask, 1), RESPONSE_MAXIMA).map((k) => slices[k] ?? 0)
}

/** Three slices a sheet: the image in every window, and the same with the outline. */
function sliceSheets(subject: Subject): Sheet[] {
  const { slices, windows } = subject
  const count = Math.ceil(slices.length / ROWS_MAX)
  return Array.from({ length: count }, (_, n) => {
    const rows = slices
      .slice(n * ROWS_MAX, (n + 1) * ROWS_MAX)
      .map((slice) => [
        ...windows.map((window) => slicePanel(subject, slice, window, null)),
        slicePanel(subject, slice, windows[0], subject.mask),
      ])
    const text = `Slices of the segment, sheet ${n + 1} of ${count}: on the right of each row the same image with the outline of the segment in orange.`
    return drawSheet(aboutOf(subject, 'slices', text, n + 1), rows)
  })
}

function slicePanel(
  { volume, view, measures }: Subject,
  { k, why }: ShownSlice,
  window: GreyWindow,
  outline: Mask | null,
): SheetPanel {
  const frame = cropFrame(volume.geometry, view, measures.tight)
  return panelOf({ grid: volume, view, slice: k, frame, window }, why, outline, volume)
}

/** The whole of the images through the segment. */
function contextSheet(subject: Subject, axes: readonly Axis[]): Sheet {
  const { volume, windows, mask } = subject
  const row = axes.map((axis) => {
    const view = viewAcross(volume.geometry, axis)
    const shot = { grid: volume, view, slice: largestAcross(subject, axis), frame: wholeFrame(view) }
    return panelOf({ ...shot, window: windows[0] }, 'whole, largest area', mask, volume)
  })
  const text = 'The whole of the images through the segment, whose outline is orange.'
  return drawSheet(aboutOf(subject, 'context', text), [row])
}

/** Across the slices, both ways. */
function reformatSheet(subject: Subject): Sheet {
  const { volume, windows, mask, measures } = subject
  const rows = ([1, 0] as const).map((axis) => {
    const view = viewAcross(volume.geometry, axis)
    const frame = cropFrame(volume.geometry, view, measures.tight)
    const shot: Shot = { grid: volume, view, slice: largestAcross(subject, axis), frame, window: windows[0] }
    return [null, mask].map((outline) => panelOf(shot, 'largest area', outline, volume))
  })
  const text =
    'Pictures across the slices of the images: on the right of each row the same with the outline of the segment in orange.'
  return drawSheet(aboutOf(subject, 'reformat', text), rows)
}

/** The response map where it is highest outside of the segment, beside the image. */
function responseSheet(subject: Subject): Sheet[] {
  const { response, volume, view, windows, slices } = subject
  if (response === null) return []
  const { grid, mask, box } = response
  const frame = cropFrame(volume.geometry, view, box)
  const cells = viewAcross(grid.geometry, 2)
  const cellFrame = cropFrame(grid.geometry, cells, mask.box)
  const shown = slices
    .filter(({ why }) => why.includes('response') || why.includes('largest'))
    .slice(0, ROWS_MAX)
  const rows = shown.map(({ k, why }) => {
    const panel = (window: GreyWindow, outline: Mask | null): SheetPanel =>
      panelOf({ grid: volume, view, slice: k, frame, window }, why, outline, volume)
    const shot = { grid, view: cells, slice: nearest(response.slices, k), frame: cellFrame, window: RESPONSE }
    return [panel(windows[0], null), { ...panel(RESPONSE, mask), shot, caption: RESPONSE_CAPTION }]
  })
  const text =
    'On the left the image, on the right how strongly each place looks like the segment (white is most), with the outline of the segment in orange.'
  return rows.length === 0 ? [] : [drawSheet(aboutOf(subject, 'response', text), rows)]
}

const RESPONSE_CAPTION = 'how strongly it looks like the segment'
const RESPONSE: GreyWindow = { name: 'response', low: 0, high: 1, inverse: false, text: 'response map' }

function nearest(slices: readonly number[], k: number): number {
  const apart = slices.map((slice) => Math.abs(slice - k))
  return apart.indexOf(Math.min(...apart))
}

/** `why`: the end of the caption, in our own words. */
export function panelOf(shot: Shot, why: string, outline: Mask | null, volume: Volume): SheetPanel {
  const { view, slice, window } = shot
  const total = volume.geometry.size[view.across]
  const isImage = view.across === 2
  const place = {
    sopInstanceUid: volume.instances[slice] ?? null,
    frameNumber: volume.frames?.[slice] ?? null,
  }
  const missing = isImage && place.sopInstanceUid === null
  const name = `${view.oblique ? 'oblique ' : ''}${view.name}`
  return {
    shot,
    outline,
    caption: `${name} ${slice + 1}/${total} ${missing ? 'no image here' : why}`,
    text: `${name} ${isImage ? 'slice' : 'reformat'} ${slice + 1} of ${total}${outline === null ? '' : ', outlined'}: ${why}; ${window.text}${missing ? '; there is no image here' : ''}`,
    place: isImage ? place : null,
  }
}

function largestAcross({ mask, volume, measures, view }: Subject, axis: Axis): number {
  if (axis === view.across)
    return measures.tight.origin[2] + measures.sliceCounts.indexOf(Math.max(...measures.sliceCounts))
  const counts = planeCounts(mask)[axis]
  return Math.min(volume.geometry.size[axis] - 1, mask.box.origin[axis] + counts.indexOf(Math.max(...counts)))
}

function aboutOf(
  { segmentNumber }: Subject,
  kind: Figure['kind'],
  text: string,
  sheet?: number,
): Pick<Figure, 'name' | 'segmentNumber' | 'kind' | 'text'> {
  const name = `${segmentNumber}-${kind}${sheet === undefined ? '' : `-${sheet}`}`
  return { name, segmentNumber, kind, text }
}
