/** Exact Euclidean distance transform on a regular grid with its own spacing per axis. */
import type { Vector3 } from '../domain/geometry.ts'

/**
 * Replaces every value of `field` (slice-major; size i, j, k) by its squared distance in mm²: min over points p of
 * field(p) + |q - p|². Sites hold 0 and all other points Infinity on entry, so the square root is the distance to
 * the nearest site; without a site all stays Infinity. In place, linear in the points, needs no more memory than a
 * few lines of the grid. Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, Theory of
 * Computing 8 (2012).
 */
export function transformToSquaredDistances(field: Float64Array, size: Vector3, spacingMm: Vector3): void {
  const total = size[0] * size[1] * size[2]
  if (field.length !== total) throw new RangeError(`A field of ${total} points is ${field.length} long.`)
  const envelope = newEnvelope(Math.max(...size))
  let stride = 1
  for (const axis of [0, 1, 2] as const) {
    const block = stride * size[axis]
    for (let first = 0; first < total; first += block) {
      for (let start = first; start < first + stride; start++) {
        const line = { start, stride, count: size[axis], spacingMm: spacingMm[axis] }
        const parabolas = buildEnvelope(field, line, envelope)
        if (parabolas > 0) readEnvelope(field, line, envelope, parabolas)
      }
    }
    stride = block
  }
}

/** Points start, start + stride, ... of a field: one row along an axis. */
interface Line {
  readonly start: number
  readonly stride: number
  readonly count: number
  readonly spacingMm: number
}

/** Parabolas heightMm2 + (x - vertexMm)², in order of x; each is the lowest from its fromMm to that of the next. */
interface Envelope {
  readonly vertexMm: Float64Array
  readonly heightMm2: Float64Array
  readonly fromMm: Float64Array
}

function newEnvelope(length: number): Envelope {
  return {
    vertexMm: new Float64Array(length),
    heightMm2: new Float64Array(length),
    fromMm: new Float64Array(length),
  }
}

/** Lower envelope of the parabolas that the finite values of a line root; how many it keeps. */
function buildEnvelope(field: Float64Array, line: Line, { vertexMm, heightMm2, fromMm }: Envelope): number {
  let kept = 0
  for (let n = 0; n < line.count; n++) {
    const height = field[line.start + n * line.stride] ?? Infinity
    if (height === Infinity) continue
    const x = n * line.spacingMm
    let meets = -Infinity
    while (kept > 0) {
      const vertex = vertexMm[kept - 1] ?? 0
      meets = (x + vertex + (height - (heightMm2[kept - 1] ?? 0)) / (x - vertex)) / 2
      if (meets > (fromMm[kept - 1] ?? 0)) break
      kept--
    }
    vertexMm[kept] = x
    heightMm2[kept] = height
    fromMm[kept] = kept === 0 ? -Infinity : meets
    kept++
  }
  return kept
}

function readEnvelope(
  field: Float64Array,
  line: Line,
  { vertexMm, heightMm2, fromMm }: Envelope,
  parabolas: number,
): void {
  let lowest = 0
  for (let n = 0; n < line.count; n++) {
    const x = n * line.spacingMm
    while (lowest + 1 < parabolas && (fromMm[lowest + 1] ?? Infinity) < x) lowest++
    const offset = x - (vertexMm[lowest] ?? 0)
    field[line.start + n * line.stride] = (heightMm2[lowest] ?? 0) + offset * offset
  }
}
