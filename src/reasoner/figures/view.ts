/** How a plane of a grid is shown: which index axis runs to the right and which down, by radiological convention. */
import type { Geometry, Vector3 } from '../../domain/geometry.ts'
import { axisVectorMm, cross, dot, length } from '../../imaging/geometry.ts'

export type Axis = 0 | 1 | 2

/** An index axis of the grid; sign -1: its index falls in the direction that is meant. */
export interface PlaneAxis {
  readonly axis: Axis
  readonly sign: 1 | -1
}

/** A stack of pictures of one grid. Its pixels are voxels: x to the right, y down, from 0. */
export interface View {
  readonly name: 'axial' | 'coronal' | 'sagittal'
  /** More than 10 degrees off the patient's axes. */
  readonly oblique: boolean
  /** The index axis that runs from picture to picture. */
  readonly across: Axis
  readonly right: PlaneAxis
  readonly down: PlaneAxis
  readonly size: readonly [width: number, height: number]
  /** From pixel to pixel, to the right and down. */
  readonly spacingMm: readonly [right: number, down: number]
  readonly letters: {
    readonly left: string
    readonly right: string
    readonly top: string
    readonly bottom: string
  }
  /** Where the patient's slices with the lowest and with the highest index lie. */
  readonly ends: readonly [first: string, last: string]
}

/** Patient's left, posterior, superior. */
const PATIENT: readonly [Vector3, Vector3, Vector3] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]
/** Where a picture's right and lower side lie in the patient (LPS): patient's right is left, front is up or left, head is up. */
const CONVENTIONS = [
  { name: 'sagittal', right: [0, 1, 0], down: [0, 0, -1] },
  { name: 'coronal', right: [1, 0, 0], down: [0, 0, -1] },
  { name: 'axial', right: [1, 0, 0], down: [0, 1, 0] },
] as const
const OBLIQUE_COSINE = Math.cos((10 * Math.PI) / 180)

/** Pictures across one index axis of the grid, turned and mirrored as a radiologist hangs them. */
export function viewAcross(geometry: Geometry, across: Axis): View {
  const direction = (axis: Axis): Vector3 => unit(axisVectorMm(geometry.affine, axis))
  const [a, b]: [Axis, Axis] = across === 0 ? [1, 2] : across === 1 ? [0, 2] : [0, 1]
  const normal = unit(cross(direction(a), direction(b)))
  const convention = CONVENTIONS[nearestPatientAxis(normal)]
  const { name } = convention
  const match = (axis: Axis, wanted: Vector3): number => dot(direction(axis), wanted)
  const asIs = Math.abs(match(a, convention.right)) + Math.abs(match(b, convention.down))
  const turned = Math.abs(match(b, convention.right)) + Math.abs(match(a, convention.down))
  const [right, down] = asIs >= turned ? ([a, b] as const) : ([b, a] as const)
  const towards = (axis: Axis, wanted: Vector3): PlaneAxis => {
    return { axis, sign: match(axis, wanted) < 0 ? -1 : 1 }
  }
  const [x, y] = [towards(right, convention.right), towards(down, convention.down)]
  const [toRight, toBottom] = [scaled(direction(right), x.sign), scaled(direction(down), y.sign)]
  const cosines = [
    normal[nearestPatientAxis(normal)],
    dot(toRight, convention.right),
    dot(toBottom, convention.down),
  ]
  return {
    name,
    oblique: cosines.some((cosine) => Math.abs(cosine) < OBLIQUE_COSINE),
    across,
    right: x,
    down: y,
    size: [geometry.size[right], geometry.size[down]],
    spacingMm: [length(axisVectorMm(geometry.affine, right)), length(axisVectorMm(geometry.affine, down))],
    letters: {
      left: directionLetters(scaled(toRight, -1)),
      right: directionLetters(toRight),
      top: directionLetters(scaled(toBottom, -1)),
      bottom: directionLetters(toBottom),
    },
    ends: [endName(scaled(direction(across), -1)), endName(direction(across))],
  }
}

/** Less of a direction than this cosine (about 11 degrees) is not named. */
const NAMED_COSINE = 0.2
const LETTERS = ['LR', 'PA', 'HF'] as const

/**
 * Letters of a direction in the patient (LPS), largest part first: `L`, `RA`. As Patient Orientation has them (PS3.3
 * C.7.6.1.1.1), of bipeds.
 */
export function directionLetters(direction: Vector3): string {
  return [0, 1, 2]
    .map((axis) => ({ letters: LETTERS[axis] ?? '', cosine: direction[axis] ?? 0 }))
    .filter(({ cosine }) => Math.abs(cosine) >= NAMED_COSINE)
    .toSorted((one, other) => Math.abs(other.cosine) - Math.abs(one.cosine))
    .map(({ letters, cosine }) => letters.charAt(cosine > 0 ? 0 : 1))
    .join('')
}

const END_NAMES = [
  ['left', 'right'],
  ['posterior', 'anterior'],
  ['superior', 'inferior'],
] as const

function endName(direction: Vector3): string {
  const axis = nearestPatientAxis(direction)
  return END_NAMES[axis][direction[axis] > 0 ? 0 : 1]
}

function nearestPatientAxis(direction: Vector3): Axis {
  const cosines = PATIENT.map((axis) => Math.abs(dot(axis, direction)))
  const best = Math.max(...cosines)
  if (best === cosines[2]) return 2
  return best === cosines[1] ? 1 : 0
}

function unit(vector: Vector3): Vector3 {
  return scaled(vector, 1 / (length(vector) || 1))
}

function scaled([x, y, z]: Vector3, factor: number): Vector3 {
  return [x * factor, y * factor, z * factor]
}
