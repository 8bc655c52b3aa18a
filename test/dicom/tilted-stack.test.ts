/** Stacks that are not straight up: gantry tilt (sheared) and oblique planes, from files to what is said of a segment. */
import { describe, expect, it } from 'vitest'
import { describeSlice } from '../../src/checks/words.ts'
import { readVolume } from '../../src/dicom/image.ts'
import { decimalString } from '../../src/dicom/decimal-string.ts'
import { gridAttributes } from '../../src/dicom/grid-attributes.ts'
import type { Mask, Vector3 } from '../../src/domain/geometry.ts'
import { alignMask } from '../../src/imaging/align.ts'
import { rasterise } from '../../src/imaging/contours.ts'
import { cross, indexToLps, voxelVolumeMm3 } from '../../src/imaging/geometry.ts'
import { ctSlice, LIMITS } from './read-samples.ts'

const [SLICES, STEP_MM] = [5, 3]
/** Pixels of ctSlice: 1 mm along a row, 2 mm between rows. */
const PIXEL_MM2 = 2
const VALUES = [1000, 1001, 1002, 1003, 1004, 1005]
const TILT = (20 * Math.PI) / 180

interface Stack {
  readonly row: Vector3
  readonly column: Vector3
  /** From one slice to the next. */
  readonly stepMm: Vector3
  /** Distance of the planes: the step's share along their normal. */
  readonly distanceMm: number
}

const turned = turn([1, 0, 0], [0, Math.cos(0.5), Math.sin(0.5)])
const STACKS: Readonly<Record<string, Stack>> = {
  // The table moves along z while the planes lean back: the step is not along their normal.
  'a tilted gantry': {
    row: [1, 0, 0],
    column: [0, Math.cos(TILT), -Math.sin(TILT)],
    stepMm: [0, 0, STEP_MM],
    distanceMm: STEP_MM * Math.cos(TILT),
  },
  'oblique planes': { ...turned, stepMm: scaled(turned.normal, STEP_MM), distanceMm: STEP_MM },
}

/** Both directions turned by 30 degrees about z. */
function turn(row: Vector3, column: Vector3): { row: Vector3; column: Vector3; normal: Vector3 } {
  const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)]
  const about = ([x, y, z]: Vector3): Vector3 => [c * x - s * y, s * x + c * y, z]
  return { row: about(row), column: about(column), normal: cross(about(row), about(column)) }
}

function scaled([x, y, z]: Vector3, factor: number): Vector3 {
  return [x * factor, y * factor, z * factor]
}

function positionOf({ stepMm }: Stack, k: number): Vector3 {
  return [10 + k * stepMm[0], 20 + k * stepMm[1], -30 + k * stepMm[2]]
}

function read(stack: Stack, slices: readonly number[] = [3, 0, 4, 1, 2]) {
  const files = slices.map((k) =>
    ctSlice({
      position: positionOf(stack, k),
      values: VALUES.map((value) => value + 100 * k),
      more: {
        SOPInstanceUID: `1.2.3.${k}`,
        ImagePositionPatient: positionOf(stack, k).map(decimalString),
        ImageOrientationPatient: [...stack.row, ...stack.column].map(decimalString),
      },
    }),
  )
  return readVolume(files, LIMITS)
}

describe.each(Object.entries(STACKS))('%s', (_, stack) => {
  it('keeps every voxel where its image says it is', async () => {
    const { geometry, instances, problems } = await read(stack)
    expect(problems).toEqual([])
    expect(instances).toEqual([0, 1, 2, 3, 4].map((k) => `1.2.3.${k}`))
    for (let k = 0; k < SLICES; k++) {
      const [i, j] = [2, 1]
      const expected = positionOf(stack, k).map(
        (start, axis) => start + i * (stack.row[axis] ?? 0) + j * 2 * (stack.column[axis] ?? 0),
      )
      indexToLps(geometry, [i, j, k]).forEach((value, axis) =>
        expect(value).toBeCloseTo(expected[axis] ?? NaN, 4),
      )
    }
  })

  it('has the volume of pixels times the distance of the planes, not of their centres', async () => {
    const { geometry } = await read(stack)
    expect(voxelVolumeMm3(geometry)).toBeCloseTo(PIXEL_MM2 * stack.distanceMm, 4)
  })

  it('is written with the distance of its planes', async () => {
    const { geometry } = await read(stack)
    expect(Number(gridAttributes(geometry).sliceDistance)).toBeCloseTo(stack.distanceMm, 4)
  })

  it('finds a missing slice at its place', async () => {
    const { instances, problems } = await read(stack, [0, 1, 3, 4])
    expect(instances).toEqual(['1.2.3.0', '1.2.3.1', null, '1.2.3.3', '1.2.3.4'])
    expect(problems).toEqual([expect.objectContaining({ kind: 'missing-slices', affected: [2] })])
  })

  it('names a slice by where its centre lies', async () => {
    const { geometry } = await read(stack)
    const z = positionOf(stack, 2)[2] + 0.5 * 2 * stack.column[2] + stack.row[2]
    expect(describeSlice(geometry, 2)).toBe(`slice 3 of 5 (z = ${z.toFixed(1)} mm)`)
  })

  it('takes a mask on the same planes over voxel by voxel', async () => {
    const { geometry } = await read(stack)
    const mask: Mask = {
      geometry: { ...geometry },
      box: { origin: [1, 0, 1], size: [2, 2, 3] },
      voxels: Uint8Array.from([1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1]),
    }
    const aligned = alignMask(mask, geometry)
    expect(aligned).toMatchObject({ how: 'same-grid', outsideFraction: 0 })
    expect(aligned.mask.box).toEqual(mask.box)
    expect(Array.from(aligned.mask.voxels)).toEqual(Array.from(mask.voxels))
  })

  it('fills contours that were drawn on its planes', async () => {
    const { geometry } = await read(stack)
    const corner = (i: number, j: number, k: number): Vector3 => indexToLps(geometry, [i, j, k])
    const contours = [1, 2].map((k) => ({
      points: Float64Array.of(
        ...corner(-0.4, -0.4, k),
        ...corner(1.4, -0.4, k),
        ...corner(1.4, 1.4, k),
        ...corner(-0.4, 1.4, k),
      ),
      geometricType: 'CLOSED_PLANAR' as const,
      sopInstanceUids: [],
    }))
    const { mask, problems } = rasterise(contours, geometry)
    expect(problems).toEqual([])
    // 2 columns x 2 rows on 2 slices.
    expect(mask.voxels.reduce((sum, voxel) => sum + voxel, 0)).toBe(8)
    expect(mask.box.origin[2]).toBe(1)
  })
})
