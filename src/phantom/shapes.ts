/**
 * Anatomy as implicit functions: distance-like fields in patient coordinates (LPS mm), negative inside.
 * Each shape knows a box that holds it, so that painting it costs no more than its own voxels.
 */
import type { Vector3 } from '../domain/geometry.ts'
import { between, type Random } from './random.ts'

/** About the distance to the surface in mm, negative inside. */
export type Field = (x: number, y: number, z: number) => number

export interface Shape {
  readonly field: Field
  readonly low: Vector3
  readonly high: Vector3
}

export interface Rotation {
  /** Degrees about the patient's left-right, front-back and foot-head axis, in this order. */
  readonly aboutX?: number
  readonly aboutY?: number
  readonly aboutZ?: number
}

/** First-order distance to an ellipsoid (Quilez 2008); `rotation` turns it about its centre. */
export function ellipsoid(centre: Vector3, radii: Vector3, rotation: Rotation = {}): Shape {
  const m = inverseRotation(rotation)
  const [cx, cy, cz] = centre
  const [ra, rb, rc] = radii
  const field: Field = (x, y, z) => {
    const dx = x - cx
    const dy = y - cy
    const dz = z - cz
    const u = (m[0] * dx + m[1] * dy + m[2] * dz) / ra
    const v = (m[3] * dx + m[4] * dy + m[5] * dz) / rb
    const w = (m[6] * dx + m[7] * dy + m[8] * dz) / rc
    const k0 = Math.sqrt(u * u + v * v + w * w)
    const k1 = Math.sqrt((u / ra) ** 2 + (v / rb) ** 2 + (w / rc) ** 2)
    return k1 < 1e-9 ? -Math.min(ra, rb, rc) : (k0 * (k0 - 1)) / k1
  }
  const straight = Object.keys(rotation).length === 0
  const reach: Vector3 = straight ? radii : [Math.max(ra, rb, rc), Math.max(ra, rb, rc), Math.max(ra, rb, rc)]
  return { field, ...around(centre, reach) }
}

/** A round tube through points, its radius changing linearly from `radiusStart` to `radiusEnd`. */
export function tube(points: readonly Vector3[], radiusStart: number, radiusEnd = radiusStart): Shape {
  const parts = points.slice(1).map((end, index) => {
    const share = (n: number): number => radiusStart + ((radiusEnd - radiusStart) * n) / (points.length - 1)
    return capsule(points[index] ?? end, end, share(index), share(index + 1))
  })
  return union(parts)
}

function capsule(a: Vector3, b: Vector3, radiusA: number, radiusB: number): Shape {
  const [ax, ay, az] = a
  const [bx, by, bz] = [b[0] - ax, b[1] - ay, b[2] - az]
  const lengthSquared = bx * bx + by * by + bz * bz || 1
  const field: Field = (x, y, z) => {
    const t = Math.min(1, Math.max(0, ((x - ax) * bx + (y - ay) * by + (z - az) * bz) / lengthSquared))
    const dx = x - ax - t * bx
    const dy = y - ay - t * by
    const dz = z - az - t * bz
    return Math.sqrt(dx * dx + dy * dy + dz * dz) - (radiusA + (radiusB - radiusA) * t)
  }
  const reach = Math.max(radiusA, radiusB)
  const r: Vector3 = [reach, reach, reach]
  return hull(
    [
      { field, ...around(a, r) },
      { field, ...around(b, r) },
    ],
    field,
  )
}

/** A space without a box of its own: for cutting only. */
export function halfSpace(point: Vector3, normal: Vector3): Field {
  const size = Math.hypot(...normal)
  return (x, y, z) =>
    ((x - point[0]) * normal[0] + (y - point[1]) * normal[1] + (z - point[2]) * normal[2]) / size
}

/** All of the shapes, the seams rounded over `blendMm`. */
export function union(shapes: readonly Shape[], blendMm = 0): Shape {
  const fields = shapes.map((shape) => shape.field)
  return hull(shapes, (x, y, z) => {
    let nearest = Infinity
    for (const field of fields) nearest = smoothMin(nearest, field(x, y, z), blendMm)
    return nearest
  })
}

/** The shape where it lies inside `field`. */
export function inside(shape: Shape, field: Field, blendMm = 0): Shape {
  return { ...shape, field: (x, y, z) => -smoothMin(-shape.field(x, y, z), -field(x, y, z), blendMm) }
}

/** The shape without what lies inside `field`. */
export function without(shape: Shape, field: Field, blendMm = 0): Shape {
  return inside(shape, (x, y, z) => -field(x, y, z), blendMm)
}

/** The shape grown by `mm` (shrunk when negative). */
export function grown(shape: Shape, mm: number): Shape {
  const more = Math.max(0, mm)
  return {
    field: (x, y, z) => shape.field(x, y, z) - mm,
    low: [shape.low[0] - more, shape.low[1] - more, shape.low[2] - more],
    high: [shape.high[0] + more, shape.high[1] + more, shape.high[2] + more],
  }
}

/** Bends the surface by a smooth wave of at most `amplitudeMm`, so that no organ is a plain ellipsoid. */
export function wavy(shape: Shape, random: Random, amplitudeMm: number, wavelengthMm: number): Shape {
  const wave = smoothNoise(random, wavelengthMm)
  const moved = grown(shape, amplitudeMm)
  const field: Field = (x, y, z) => {
    const distance = shape.field(x, y, z)
    // Far from the surface the wave changes nothing that is painted, and it is dear.
    return Math.abs(distance) > amplitudeMm + WAVE_REACH_MM
      ? distance
      : distance + amplitudeMm * wave(x, y, z)
  }
  return { ...moved, field }
}

/** Deeper than any core is painted below a wavy surface. */
const WAVE_REACH_MM = 8

/** A smooth random field within [-1, 1]: a product and a sum of sines. */
export function smoothNoise(random: Random, wavelengthMm: number): Field {
  const wave = (2 * Math.PI) / wavelengthMm
  const phase = (): number => between(random, 0, 2 * Math.PI)
  const [a, b, c, d, e, f] = [phase(), phase(), phase(), phase(), phase(), phase()]
  return (x, y, z) =>
    0.5 * Math.sin(wave * x + a) * Math.sin(wave * y + b) +
    0.3 * Math.sin(0.7 * wave * z + c) * Math.sin(0.8 * wave * (x + y) + d) +
    0.2 * Math.sin(1.3 * wave * (x - z) + e) * Math.sin(1.1 * wave * y + f)
}

/** Polynomial smooth minimum (Quilez 2013). */
function smoothMin(a: number, b: number, blendMm: number): number {
  const h = blendMm > 0 ? Math.max(0, blendMm - Math.abs(a - b)) / blendMm : 0
  return Math.min(a, b) - (h * h * blendMm) / 4
}

function hull(shapes: readonly Shape[], field: Field): Shape {
  const lowest = (axis: 0 | 1 | 2): number => Math.min(...shapes.map((shape) => shape.low[axis]))
  const highest = (axis: 0 | 1 | 2): number => Math.max(...shapes.map((shape) => shape.high[axis]))
  return { field, low: [lowest(0), lowest(1), lowest(2)], high: [highest(0), highest(1), highest(2)] }
}

function around(centre: Vector3, reach: Vector3): Pick<Shape, 'low' | 'high'> {
  return {
    low: [centre[0] - reach[0], centre[1] - reach[1], centre[2] - reach[2]],
    high: [centre[0] + reach[0], centre[1] + reach[1], centre[2] + reach[2]],
  }
}

type Matrix3 = readonly [number, number, number, number, number, number, number, number, number]

/** Transpose of Rz Ry Rx. */
function inverseRotation({ aboutX = 0, aboutY = 0, aboutZ = 0 }: Rotation): Matrix3 {
  const [sx, cx] = sineCosine(aboutX)
  const [sy, cy] = sineCosine(aboutY)
  const [sz, cz] = sineCosine(aboutZ)
  return [
    cz * cy,
    sz * cy,
    -sy,
    cz * sy * sx - sz * cx,
    sz * sy * sx + cz * cx,
    cy * sx,
    cz * sy * cx + sz * sx,
    sz * sy * cx - cz * sx,
    cy * cx,
  ]
}

function sineCosine(degrees: number): [number, number] {
  const radians = (degrees * Math.PI) / 180
  return [Math.sin(radians), Math.cos(radians)]
}
