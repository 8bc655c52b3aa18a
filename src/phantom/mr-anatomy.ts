/**
 * The male pelvis around the prostate, as coats of paint in patient coordinates (LPS mm, the prostate at the origin),
 * in T2 contrast: fluid and the peripheral zone bright, muscle and cortical bone dark.
 */
import type { Vector3 } from '../domain/geometry.ts'
import type { Coat } from './canvas.ts'
import { between, type Random } from './random.ts'
import { ellipsoid, grown, inside, tube, union, wavy, type Shape } from './shapes.ts'

/** Paint numbers with mean signal and the spread of their slow texture (arbitrary units). */
export const MR_TISSUES = {
  air: { label: 0, signal: 0, texture: 0 },
  fat: { label: 1, signal: 640, texture: 40 },
  muscle: { label: 2, signal: 175, texture: 30 },
  cortex: { label: 3, signal: 60, texture: 0 },
  marrow: { label: 4, signal: 450, texture: 50 },
  urine: { label: 5, signal: 1150, texture: 10 },
  bladderWall: { label: 6, signal: 210, texture: 20 },
  peripheralZone: { label: 7, signal: 800, texture: 90 },
  transitionZone: { label: 8, signal: 420, texture: 170 },
  stroma: { label: 9, signal: 190, texture: 20 },
  urethra: { label: 10, signal: 820, texture: 0 },
  seminalVesicle: { label: 11, signal: 900, texture: 240 },
  rectumWall: { label: 12, signal: 260, texture: 30 },
  rectumContent: { label: 13, signal: 330, texture: 150 },
  gas: { label: 14, signal: 15, texture: 0 },
  vessel: { label: 15, signal: 760, texture: 100 },
  capsule: { label: 16, signal: 230, texture: 0 },
} as const

const T = MR_TISSUES

/** The paints that together are the prostate. */
export const PROSTATE_LABELS: readonly number[] = [
  T.peripheralZone.label,
  T.transitionZone.label,
  T.stroma.label,
  T.urethra.label,
  T.capsule.label,
]

/** Everything that differs between patients comes from `random`. */
export function malePelvis(random: Random): Coat[] {
  const torso = ellipsoid([0, 4, 0], [186, 108, 900])
  return [
    { label: T.muscle.label, shape: torso, core: { depthMm: 2, label: T.fat.label } },
    ...muscles(random),
    ...bones(),
    ...rectum(random),
    ...bladder(random),
    ...prostate(random),
  ]
}

function bothSides(make: (side: -1 | 1) => Shape): Shape[] {
  return [make(-1), make(1)]
}

function muscles(random: Random): Coat[] {
  const shapes = [
    ...bothSides((side) => wavy(ellipsoid([side * 88, 78, 4], [62, 24, 120], { aboutZ: side * -24 }), random, 3, 40)),
    ...bothSides((side) => wavy(ellipsoid([side * 47, 6, 0], [9, 36, 46], { aboutZ: side * -10, aboutY: side * 8 }), random, 1.5, 30)),
    ...bothSides((side) => wavy(ellipsoid([side * 22, -78, 30], [21, 8, 90]), random, 1.5, 40)),
    ...bothSides((side) => wavy(ellipsoid([side * 62, -48, -34], [30, 20, 44]), random, 2, 30)),
    ...bothSides((side) => wavy(ellipsoid([side * 96, -56, 10], [26, 26, 90]), random, 2, 30)),
    ...bothSides((side) => tube([[side * 34, -6, 8], [side * 25, 14, -18], [side * 13, 38, -34]], 3.4)),
  ]
  const vessels = bothSides((side) => tube([[side * 72, -58, -60], [side * 64, -54, 10], [side * 52, -34, 60]], 6.5))
  return [
    ...shapes.map((shape) => ({ label: T.muscle.label, shape })),
    ...vessels.map((shape) => ({ label: T.vessel.label, shape })),
    ...bothSides((side) => tube([[side * 20, -26, -14], [0, -28, 4]], 5)).map((shape) => ({ label: T.vessel.label, shape })),
  ]
}

function bones(): Coat[] {
  const shapes = [
    ...bothSides((side) => ellipsoid([side * 66, 22, 2], [13, 34, 62], { aboutZ: side * -22 })),
    ...bothSides((side) => tube([[side * 8, -54, -12], [side * 34, -48, 6], [side * 66, -22, 24]], 12, 14)),
    ...bothSides((side) => tube([[side * 9, -50, -16], [side * 34, -24, -46], [side * 50, 10, -70]], 9)),
    tube([[0, 76, 70], [0, 72, 40], [0, 60, 8]], 15, 7),
  ]
  const heads = bothSides((side) => ellipsoid([side * 94, -4, 20], [25, 25, 25]))
  return [
    ...shapes.map((shape) => ({ label: T.cortex.label, shape, core: { depthMm: 2.2, label: T.marrow.label } })),
    { label: T.muscle.label, shape: ellipsoid([0, -54, -12], [3, 13, 18]) },
    ...heads.flatMap((shape) => [
      { label: T.vessel.label, shape: grown(shape, 1.6) },
      { label: T.cortex.label, shape, core: { depthMm: 2, label: T.marrow.label } },
    ]),
  ]
}

function rectum(random: Random): Coat[] {
  const course: Vector3[] = [[0, 26, -70], [0, 31, -24], [2, 35, 8], [-4, 44, 60]]
  const wall = wavy(tube(course, 12, 18), random, 1.5, 24)
  const gas = wavy(ellipsoid([1, 30, 10], [8, 5, 18]), random, 1, 20)
  return [
    { label: T.rectumWall.label, shape: wall, core: { depthMm: 4, label: T.rectumContent.label } },
    { label: T.gas.label, shape: inside(gas, wall.field), over: [T.rectumContent.label] },
  ]
}

function bladder(random: Random): Coat[] {
  const whole = wavy(ellipsoid([0, -24, 46], [44, 30, 28]), random, 2, 60)
  const vesicles = bothSides((side) =>
    wavy(tube([[side * 5, 17, 19], [side * 18, 17, 27], [side * 30, 15, 33]], 5, 6), random, 2.4, 9),
  )
  return [
    { label: T.bladderWall.label, shape: whole, core: { depthMm: 3.5, label: T.urine.label } },
    ...vesicles.map((shape) => ({ label: T.seminalVesicle.label, shape })),
  ]
}

function prostate(random: Random): Coat[] {
  const size = between(random, 0.99, 1.03)
  const whole = wavy(ellipsoid([0, 0, 0], [26 * size, 18.5 * size, 20.5 * size], { aboutX: -6 }), random, 1, 34)
  const lobes = union(bothSides((side) => ellipsoid([side * 8, -4, 3], [11, 11.5, 14])), 4)
  const zone = wavy(inside(lobes, grown(whole, -2).field), random, 1, 16)
  const front = inside(ellipsoid([0, -15, 0], [12, 5, 15]), whole.field)
  return [
    { label: T.capsule.label, shape: whole, core: { depthMm: 1.2, label: T.peripheralZone.label } },
    { label: T.capsule.label, shape: grown(zone, 1) , over: [T.peripheralZone.label] },
    { label: T.transitionZone.label, shape: zone },
    { label: T.stroma.label, shape: front, over: PROSTATE_LABELS },
    { label: T.urethra.label, shape: tube([[0, -4, 24], [0, 1, 0], [0, 0, -22]], 2.2), over: PROSTATE_LABELS },
    { label: T.rectumWall.label, shape: ellipsoid([0, 0, -34], [14, 12, 10]), over: [T.fat.label] },
  ]
}
