/**
 * Chest and abdomen of one synthetic patient, as coats of paint in patient coordinates (LPS mm, z = 0 near the
 * diaphragm). Sizes follow common adult anatomy; nothing here comes from a real person.
 */
import type { Vector3 } from '../domain/geometry.ts'
import type { Coat } from './canvas.ts'
import { CT_TISSUES } from './ct-tissues.ts'
import { between, type Random } from './random.ts'
import { ellipsoid, grown, halfSpace, inside, tube, union, wavy, without, type Field, type Shape } from './shapes.ts'

const T = CT_TISSUES
const GUT: readonly number[] = [T.gutWall.label, T.gutContent.label, T.gutGas.label]

/** Everything that differs between patients comes from `random`. */
export function chestAbdomen(random: Random): Coat[] {
  const build = { halfWidthMm: between(random, 160, 172), halfDepthMm: between(random, 118, 128) }
  const torso = bodyField(build)
  const cavity: Field = (x, y, z) => torso(x, y, z) + 24 + abdominalFat(y, z)
  const organs = upperAbdomen(random, cavity)
  return [
    ...wall(torso, cavity),
    ...gut(random, cavity),
    ...chest(random, cavity, organs),
    ...organs.coats,
    ...spineAndGreatVessels(),
  ]
}

/** A rounded torso, flatter than an ellipse: the mean of a second and a fourth order norm. */
function bodyField({ halfWidthMm, halfDepthMm }: { halfWidthMm: number; halfDepthMm: number }): Field {
  return (x, y, z) => {
    const waist = 1 - 0.035 * Math.sin((z + 60) / 70)
    const u = (x / (halfWidthMm * waist)) ** 2
    const v = (y / (halfDepthMm * (y > 0 ? 0.96 : waist))) ** 2
    return (Math.sqrt(0.5 * (u + v) + 0.5 * Math.sqrt(u * u + v * v)) - 1) * halfDepthMm
  }
}

/** Subcutaneous fat beyond that of the chest, mm: grows towards the belly. */
function abdominalFat(y: number, z: number): number {
  return Math.max(0, Math.min(1, (-z - 40) / 80)) * (7 + 2 * Math.max(-1, Math.min(1, y / 60)))
}

function wall(torso: Field, cavity: Field): Coat[] {
  const everywhere: Pick<Shape, 'low' | 'high'> = { low: [-185, -135, -400], high: [185, 135, 400] }
  const of = (field: Field): Shape => ({ field, ...everywhere })
  const rib: Field = (x, y, z) => {
    const depth = cavity(x, y, z)
    // In front the ribs end in cartilage, and the costal margin rises towards the breastbone.
    const margin = -110 + Math.max(0, 30 - y) * 0.75
    if (depth < 0 || depth > 9 || z < margin || (y < -60 && Math.abs(x) < 62)) return 1
    // Ribs fall from the spine towards the front, one every 26 mm.
    return 0.45 - Math.sin((2 * Math.PI * (z + 0.45 * (60 - y) - 0.05 * Math.abs(x))) / 26)
  }
  const sternum = inside(ellipsoid([0, -103, 120], [17, 9, 95], { aboutX: 3 }), (x, y, z) => torso(x, y, z) + 6)
  const back = union([-1, 1].flatMap((side) => [tube([[side * 30, 88, -400], [side * 27, 88, 400]], 22)]))
  return [
    { label: T.table.label, shape: { field: tableTop, low: [-185, 90, -400], high: [185, 135, 400] } },
    { label: T.skin.label, shape: of(torso), core: { depthMm: 2.5, label: T.fat.label } },
    { label: T.muscle.label, shape: of((x, y, z) => cavity(x, y, z) - 12), core: { depthMm: 12, label: T.fat.label } },
    { label: T.cortex.label, shape: of(rib), over: [T.muscle.label] },
    { label: T.cortex.label, shape: sternum, core: { depthMm: 2.5, label: T.marrow.label } },
    { label: T.muscle.label, shape: inside(back, (x, y, z) => torso(x, y, z) + 8) },
  ]
}

/** A thin, slightly hollow board under the patient. */
const tableTop: Field = (x, y) => Math.abs(y - 128 + 0.0006 * x * x) - 3

const PANCREAS: readonly Vector3[] = [[-32, 0, -98], [-6, -10, -90], [34, 4, -72], [66, 22, -58]]

interface Organs {
  readonly liver: Shape
  readonly spleen: Shape
  readonly stomach: Shape
  readonly coats: readonly Coat[]
}

function upperAbdomen(random: Random, cavity: Field): Organs {
  const room: Field = (x, y, z) => cavity(x, y, z) + 2
  const size = between(random, 0.97, 1.03)
  const rightLobe = ellipsoid([-66, 2, -58], [70 * size, 76 * size, 78 * size], { aboutY: 14 })
  const leftLobe = ellipsoid([14, -42, -36], [68 * size, 34 * size, 34 * size], { aboutY: -12, aboutZ: -8 })
  const bed = ellipsoid([6, 48, -118], [78, 78, 84], { aboutY: -18 })
  const liverBody = without(union([rightLobe, leftLobe], 26), bed.field, 18)
  const liver = wavy(inside(liverBody, room, 6), random, 2.5, 70)
  const spleenBody = ellipsoid([100, 40, -32], [36, 47, 57], { aboutX: -22, aboutZ: -24 })
  const spleenBed = ellipsoid([58, 14, -44], [34, 52, 60])
  const spleen = wavy(inside(without(spleenBody, spleenBed.field, 8), room, 4), random, 1.5, 45)
  const stomach = wavy(
    inside(
      union([ellipsoid([62, -10, -34], [40, 44, 40]), tube([[66, -30, -50], [40, -62, -82], [0, -58, -90]], 27, 14)], 16),
      room,
    ),
    random, 2, 50,
  )
  const kidneys = [
    { side: -1, label: T.kidneyRight.label, z: -118 + between(random, -5, 5) },
    { side: 1, label: T.kidneyLeft.label, z: -98 + between(random, -5, 5) },
  ]
  return {
    liver, spleen, stomach,
    coats: [
      ...hollow(stomach, 4, -24),
      { label: T.pancreas.label, shape: wavy(tube(PANCREAS, 15, 10), random, 3, 22) },
      { label: T.spleen.label, shape: spleen },
      { label: T.liver.label, shape: liver },
      ...liverVessels(random).map((shape) => ({ label: T.liverVessel.label, shape, over: [T.liver.label] })),
      { label: T.gallbladder.label, shape: wavy(ellipsoid([-44, -42, -104], [15, 20, 30], { aboutX: -20 }), random, 1, 30) },
      ...kidneys.flatMap((kidney) => kidneyCoats(random, kidney)),
    ],
  }
}

function kidneyCoats(random: Random, { side, label, z }: { side: number; label: number; z: number }): Coat[] {
  const tilt = { aboutX: -8, aboutY: side * 12, aboutZ: side * 28 }
  const scale = between(random, 0.97, 1.03)
  const body = wavy(ellipsoid([side * 66, 46, z], [28 * scale, 26 * scale, 54 * scale], tilt), random, 1.2, 36)
  const sinus = ellipsoid([side * 48, 38, z], [22, 11, 24], tilt)
  return [
    { label: T.fat.label, shape: grown(body, 7), over: [...GUT, T.muscle.label] },
    { label, shape: body },
    { label: T.renalSinus.label, shape: grown(sinus, -1), over: [label] },
  ]
}

/** Portal tree from the hilum, hepatic veins to the caval vein. */
function liverVessels(random: Random): Shape[] {
  const hilum: Vector3 = [-22, -8, -72]
  const cava: Vector3 = [-20, 28, -6]
  const ends = Array.from({ length: 7 }, (_, index): Vector3 => {
    const angle = -0.6 + index * 0.75
    return [-70 + 52 * Math.cos(angle), 4 + 56 * Math.sin(angle), between(random, -100, -30)]
  })
  const veins: Vector3[] = [[-112, 8, -52], [-64, -50, -46], [2, -46, -36]]
  return [
    ...ends.map((end) => tube([hilum, midway(hilum, end, random, 10), end], 5, 1.5)),
    ...veins.map((end) => tube([cava, midway(cava, end, random, 8), end], 5, 2)),
  ]
}

/** A wall around content with a level: gas gathers in front of `levelMm`, for the patient lies on the back. */
function hollow(organ: Shape, wallMm: number, levelMm: number): Coat[] {
  const content = { depthMm: wallMm, label: T.gutContent.label }
  const front: Shape = { ...organ, high: [organ.high[0], levelMm, organ.high[2]] }
  const gas = inside(grown(front, -wallMm), halfSpace([0, levelMm, 0], [0, 1, 0]))
  return [
    { label: T.gutWall.label, shape: organ, core: content },
    ...(levelMm > organ.low[1] ? [{ label: T.gutGas.label, shape: gas, over: [T.gutContent.label] }] : []),
  ]
}

function gut(random: Random, cavity: Field): Coat[] {
  const loop = (points: readonly Vector3[], radius: number, levelMm: number): Coat[] => {
    const outer = wavy(inside(tube(points, radius), (x, y, z) => cavity(x, y, z) + 1), random, 3, 26)
    return hollow(outer, 3, levelMm)
  }
  const small = Array.from({ length: 24 }, (_, index): Vector3[] => {
    // In rows of four across the belly, jejunum on the left first.
    const column = index % 4
    const centre: Vector3 = [62 - column * 40 + between(random, -9, 9), between(random, -66, -22), -112 - index * 4.2]
    const turn = between(random, 0, Math.PI)
    const arm: Vector3 = [30 * Math.cos(turn), 24 * Math.sin(turn), between(random, -9, 9)]
    return [minus(centre, arm), [centre[0], centre[1] + 8, centre[2]], plus(centre, arm)]
  })
  return [
    ...small.flatMap((points, index) => loop(points, 14, index % 5 === 0 ? -48 : -400)),
    ...loop([[-104, 28, -400], [-106, 22, -160], [-92, -40, -146]], 23, 2),
    ...loop([[-92, -52, -146], [-20, -76, -136], [60, -70, -112], [98, -20, -74]], 18, -74),
    ...loop([[104, 8, -80], [112, 40, -160], [106, 36, -400]], 16, 26),
  ]
}

function chest(random: Random, cavity: Field, organs: Organs): Coat[] {
  const heart = wavy(
    union([ellipsoid([24, -34, 44], [56, 42, 46], { aboutZ: 28, aboutY: 22 }), ellipsoid([-14, -18, 62], [34, 34, 42])], 20),
    random, 2, 50,
  )
  const lungs = [-1, 1].map((side) => {
    const whole = ellipsoid([side * 78, 6, 84], [76, 112, 176])
    const medial = halfSpace([side * 14, 0, 0], [-side, 0, 0])
    return inside(inside(whole, (x, y, z) => cavity(x, y, z) + 2, 12), medial, 8)
  })
  // What displaces the lungs: belly and mediastinum, each in a coat of fat.
  const leftDome = ellipsoid([72, 0, -58], [82, 104, 72])
  const trunk = tube([[0, 10, -60], [2, 0, 110], [0, -20, 400]], 34, 26)
  const displacing = [grown(organs.liver, 5), grown(organs.spleen, 5), leftDome, grown(heart, 5), trunk]
  const vessels = [-1, 1].flatMap((side) => lungVessels(random, side))
  return [
    ...lungs.map((shape) => ({ label: T.lung.label, shape })),
    ...displacing.map((shape) => ({ label: T.fat.label, shape, over: [T.lung.label] })),
    ...vessels.map((shape) => ({ label: T.lungVessel.label, shape, over: [T.lung.label] })),
    { label: T.airway.label, shape: tube([[0, 8, 400], [0, 10, 104]], 8.5) },
    ...[-1, 1].map((side) => ({ label: T.airway.label, shape: tube([[0, 10, 106], [side * 36, 16, 74], [side * 62, 22, 48]], 6.5, 3) })),
    { label: T.myocardium.label, shape: heart },
    ...heartChambers().map((shape) => ({ label: T.heartBlood.label, shape, over: [T.myocardium.label] })),
  ]
}

/** Left and right ventricle, left and right atrium. */
function heartChambers(): Shape[] {
  return [
    ellipsoid([44, -26, 38], [26, 18, 28], { aboutZ: 30 }),
    ellipsoid([16, -54, 40], [30, 15, 30], { aboutZ: 24 }),
    ellipsoid([6, -4, 62], [24, 15, 20]),
    ellipsoid([-26, -22, 56], [17, 24, 30]),
  ]
}

function lungVessels(random: Random, side: number): Shape[] {
  const hilum: Vector3 = [side * 34, 14, 66]
  return Array.from({ length: 34 }, () => {
    const turn = between(random, 0, 2 * Math.PI)
    const rise = between(random, -1, 1)
    const flat = Math.sqrt(1 - rise * rise)
    const end: Vector3 = [side * 82 + 52 * flat * Math.cos(turn), 6 + 82 * flat * Math.sin(turn), 80 + 130 * rise]
    const middle = midway(hilum, end, random, 14)
    const twig = plus(end, [between(random, -24, 24), between(random, -24, 24), between(random, -24, 24)])
    return union([tube([hilum, middle, end], 5, 1.3), tube([middle, twig], 2.4, 1)])
  })
}

/** How far back the spine lies at height z: its curve, mm. */
function spineDepth(z: number): number {
  return 58 + 7 * Math.sin((z + 40) / 75)
}

/** Negative within a vertebral body, positive within a disc; one of each every 24 mm. */
const isBone: Field = (_x, _y, z) => Math.abs(((((z + 272) % 24) + 24) % 24) - 12) - 9.5

function spineAndGreatVessels(): Coat[] {
  const y = spineDepth
  const axis = (z: number, back: number): Vector3 => [0, y(z) + back, z]
  const heights = Array.from({ length: 22 }, (_, index) => -260 + index * 24)
  const body = { low: [-24, 30, -400], high: [24, 85, 400] } as const
  const column: Shape = { field: (x, py, z) => Math.hypot(x / 22, (py - y(z)) / 16.5) - 1, ...body }
  const spine = heights.slice(0, -1).map((z) => axis(z, 0))
  const processes = heights.flatMap((z) => [
    tube([axis(z, 22), axis(z - 8, 44)], 4, 3),
    ...[-1, 1].map((side) => tube([[side * 12, y(z) + 14, z], [side * 38, y(z) + 22, z + 2]], 5, 3)),
  ])
  const psoas = [-1, 1].map((side) => tube([[side * 26, 50, -110], [side * 38, 50, -170], [side * 50, 42, -400]], 13, 26))
  return [
    ...psoas.map((shape) => ({ label: T.muscle.label, shape, over: [...GUT, T.fat.label] })),
    ...greatVessels(),
    { label: T.disc.label, shape: column },
    { label: T.cortex.label, shape: inside(column, isBone) },
    { label: T.marrow.label, shape: inside(grown(column, -0.12), (x, py, z) => isBone(x, py, z) + 1.5) },
    ...processes.map((shape) => ({ label: T.cortex.label, shape })),
    { label: T.canal.label, shape: tube(spine.map(([x, py, z]): Vector3 => [x, py + 26, z]), 8.5) },
  ]
}

function greatVessels(): Coat[] {
  const descending: Vector3[] = [[26, 36, 118], [24, 34, 60], [16, 30, 0], [12, 26, -60], [8, 30, -140], [6, 32, -400]]
  const arch: Vector3[] = [[26, 36, 118], [18, 10, 138], [0, -14, 130], [-8, -22, 96], [6, -26, 66]]
  return [
    { label: T.vein.label, shape: tube([[-20, 18, 30], [-20, 26, -10], [-20, 28, -80], [-18, 34, -400]], 11) },
    { label: T.vein.label, shape: tube([[-26, -16, 170], [-24, -10, 110], [-20, 0, 72]], 9) },
    { label: T.vein.label, shape: tube([[-20, 12, -110], [-10, -2, -92], [-24, -8, -74]], 7) },
    { label: T.aorta.label, shape: union([tube(descending, 12.5, 9.5), tube(arch, 13, 15)], 3) },
  ]
}

function midway(a: Vector3, b: Vector3, random: Random, wanderMm: number): Vector3 {
  const wander = (): number => between(random, -wanderMm, wanderMm)
  return [(a[0] + b[0]) / 2 + wander(), (a[1] + b[1]) / 2 + wander(), (a[2] + b[2]) / 2 + wander()]
}

function plus(a: Vector3, b: Vector3): Vector3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

function minus(a: Vector3, b: Vector3): Vector3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}
