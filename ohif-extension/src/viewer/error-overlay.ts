/**
 * Draws errors over one viewport: a canvas of our own above the host's, so that nothing of the host's segmentations is touched, edited or
 * stored by accident. Drawn anew after each image the viewport renders, it follows zoom, pan, scroll and reformatting.
 */
import type { ErrorKind } from '../../../src/domain/error-mask.ts'
import type { CornerstoneViewport, Point3 } from '../host.ts'
import { errorLegend } from './error-legend.ts'
import { ERROR_LOOKS, hatch } from './error-look.ts'
import {
  NUMBERS_PER_OUTLINE,
  outlines,
  type PlacedErrors,
  type Vector2,
  type View,
} from './error-outlines.ts'

export interface ErrorsOfKind {
  readonly kind: ErrorKind
  readonly planes: readonly PlacedErrors[]
}

/** Cornerstone's event on the element of a viewport, the same since its first version. */
const IMAGE_RENDERED = 'CORNERSTONE_IMAGE_RENDERED'
/** Far enough that rounding does not matter, near enough to stay a number of pixels. */
const PROBE_MM = 100
/** Returns how to take it away. */
export function overlayErrors(viewport: CornerstoneViewport, errors: readonly ErrorsOfKind[]): () => void {
  const { element } = viewport
  const canvas = document.createElement('canvas')
  canvas.dataset['testid'] = 'plumbline-error-layer'
  canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;pointer-events:none;z-index:5'
  const { legend, say } = errorLegend(errors.map(({ kind }) => kind))
  const redraw = (): void => say(draw(canvas, viewport, errors))
  element.append(canvas, legend)
  element.addEventListener(IMAGE_RENDERED, redraw)
  redraw()
  return () => {
    element.removeEventListener(IMAGE_RENDERED, redraw)
    canvas.remove()
    legend.remove()
  }
}

/** Is any of the errors in this view? */
export function errorsInView(viewport: CornerstoneViewport, errors: readonly ErrorsOfKind[]): boolean {
  const view = viewOf(viewport)
  return view !== null && errors.some(({ planes }) => outlines(planes, view).length > 0)
}

/** Returns the kinds that this view shows. */
function draw(
  canvas: HTMLCanvasElement,
  viewport: CornerstoneViewport,
  errors: readonly ErrorsOfKind[],
): ReadonlySet<ErrorKind> {
  const shown = new Set<ErrorKind>()
  const context = sized(canvas, viewport.element)
  const view = viewOf(viewport)
  if (context === null || view === null) return shown
  for (const { kind, planes } of errors) {
    const found = outlines(planes, view)
    if (found.length === 0) continue
    shown.add(kind)
    const path = pathOf(found)
    const look = ERROR_LOOKS[kind]
    context.globalAlpha = 0.28
    context.fillStyle = look.colour
    context.fill(path)
    context.globalAlpha = 0.95
    context.fillStyle = hatch(context, look)
    context.fill(path)
  }
  return shown
}

/** A context in CSS pixels over an empty canvas as large as the element. */
function sized(canvas: HTMLCanvasElement, element: HTMLElement): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio
  const width = Math.round(element.clientWidth * ratio)
  const height = Math.round(element.clientHeight * ratio)
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const context = canvas.getContext('2d')
  context?.setTransform(ratio, 0, 0, ratio, 0, 0)
  context?.clearRect(0, 0, element.clientWidth, element.clientHeight)
  return context
}

/** Null while the viewport shows nothing. The host projects in parallel, so four points tell all. */
function viewOf(viewport: CornerstoneViewport): View | null {
  const { focalPoint, viewPlaneNormal } = viewport.getCamera()
  if (focalPoint === undefined || viewPlaneNormal === undefined) return null
  const centre = viewport.worldToCanvas(focalPoint)
  const [x, y, z] = [0, 1, 2].map((axis) => axisOnCanvas(viewport, focalPoint, centre, axis))
  if (x === undefined || y === undefined || z === undefined) return null
  const offset: Vector2 = [
    centre[0] - x[0] * focalPoint[0] - y[0] * focalPoint[1] - z[0] * focalPoint[2],
    centre[1] - x[1] * focalPoint[0] - y[1] * focalPoint[1] - z[1] * focalPoint[2],
  ]
  return { focalPoint, normal: viewPlaneNormal, offset, x, y, z }
}

/** What one millimetre along an axis of the world is on the canvas. */
function axisOnCanvas(viewport: CornerstoneViewport, from: Point3, centre: Vector2, axis: number): Vector2 {
  const moved = (i: number): number => (from[i] ?? 0) + (i === axis ? PROBE_MM : 0)
  const there = viewport.worldToCanvas([moved(0), moved(1), moved(2)])
  return [(there[0] - centre[0]) / PROBE_MM, (there[1] - centre[1]) / PROBE_MM]
}

function pathOf(found: readonly number[]): Path2D {
  const path = new Path2D()
  for (let i = 0; i + NUMBERS_PER_OUTLINE <= found.length; i += NUMBERS_PER_OUTLINE) {
    const [x, y] = [found[i] ?? 0, found[i + 1] ?? 0]
    const [ux, uy] = [found[i + 2] ?? 0, found[i + 3] ?? 0]
    const [vx, vy] = [found[i + 4] ?? 0, found[i + 5] ?? 0]
    path.moveTo(x, y)
    path.lineTo(x + ux, y + uy)
    path.lineTo(x + ux + vx, y + uy + vy)
    path.lineTo(x + vx, y + vy)
    path.closePath()
  }
  return path
}
