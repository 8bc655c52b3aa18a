import { describe, expect, test } from 'vitest'
import type { Geometry, Vector3 } from '../../../src/domain/geometry.ts'
import { directionLetters, viewAcross, type Axis } from '../../../src/reasoner/figures/view.ts'

/** A grid by what a step along i, j and k is in the patient, mm LPS. */
function gridAlong(i: Vector3, j: Vector3, k: Vector3): Geometry {
  const affine = [0, 1, 2].flatMap((row) => [i[row] ?? 0, j[row] ?? 0, k[row] ?? 0, 0])
  return { frameOfReferenceUid: null, size: [10, 20, 30], affine: [...affine, 0, 0, 0, 1] }
}

const turned = (degrees: number): [number, number] => {
  const angle = (degrees * Math.PI) / 180
  return [Math.cos(angle), Math.sin(angle)]
}
const [c10, s10] = turned(10.5)
const [c30, s30] = turned(30)

describe('a view is hung as radiologists do, and named by the affine', () => {
  test.each<{
    name: string
    grid: Geometry
    across: Axis
    shown: string
    /** Left, top, right, bottom. */
    letters: string
    axes: string
    ends: string
  }>([
    {
      name: 'axial, head up in k',
      grid: gridAlong([1, 0, 0], [0, 1, 0], [0, 0, 3]),
      across: 2,
      shown: 'axial',
      letters: 'R A L P',
      axes: '+0 +1',
      ends: 'inferior superior',
    },
    {
      name: 'the coronal reformat of it, head up',
      grid: gridAlong([1, 0, 0], [0, 1, 0], [0, 0, 3]),
      across: 1,
      shown: 'coronal',
      letters: 'R H L F',
      axes: '+0 -2',
      ends: 'anterior posterior',
    },
    {
      name: 'the sagittal reformat of it, front at the left',
      grid: gridAlong([1, 0, 0], [0, 1, 0], [0, 0, 3]),
      across: 0,
      shown: 'sagittal',
      letters: 'A H P F',
      axes: '+1 -2',
      ends: 'right left',
    },
    {
      name: 'columns that run to the right, as NIfTI in RAS',
      grid: gridAlong([-1, 0, 0], [0, -1, 0], [0, 0, 3]),
      across: 2,
      shown: 'axial',
      letters: 'R A L P',
      axes: '-0 -1',
      ends: 'inferior superior',
    },
    {
      name: 'one axis flipped alone (a left-handed grid)',
      grid: gridAlong([-1, 0, 0], [0, 1, 0], [0, 0, 3]),
      across: 2,
      shown: 'axial',
      letters: 'R A L P',
      axes: '-0 +1',
      ends: 'inferior superior',
    },
    {
      name: 'head first or feet first: slices that run downwards',
      grid: gridAlong([1, 0, 0], [0, 1, 0], [0, 0, -3]),
      across: 2,
      shown: 'axial',
      letters: 'R A L P',
      axes: '+0 +1',
      ends: 'superior inferior',
    },
    {
      name: 'rows and columns exchanged',
      grid: gridAlong([0, 1, 0], [1, 0, 0], [0, 0, 3]),
      across: 2,
      shown: 'axial',
      letters: 'R A L P',
      axes: '+1 +0',
      ends: 'inferior superior',
    },
    {
      name: 'acquired sagittal',
      grid: gridAlong([0, 1, 0], [0, 0, -1], [4, 0, 0]),
      across: 2,
      shown: 'sagittal',
      letters: 'A H P F',
      axes: '+0 +1',
      ends: 'right left',
    },
    {
      name: 'acquired sagittal, across its columns: axial',
      grid: gridAlong([0, 1, 0], [0, 0, -1], [4, 0, 0]),
      across: 1,
      shown: 'axial',
      letters: 'R A L P',
      axes: '+2 +0',
      ends: 'superior inferior',
    },
    {
      name: 'acquired coronal',
      grid: gridAlong([1, 0, 0], [0, 0, -1], [0, 5, 0]),
      across: 2,
      shown: 'coronal',
      letters: 'R H L F',
      axes: '+0 +1',
      ends: 'anterior posterior',
    },
    {
      name: 'a little off (10.5 degrees): named by the nearest axis alone, and called oblique',
      grid: gridAlong([c10, s10, 0], [-s10, c10, 0], [0, 0, 3]),
      across: 2,
      shown: 'oblique axial',
      letters: 'R A L P',
      axes: '+0 +1',
      ends: 'inferior superior',
    },
    {
      name: '30 degrees off: two letters',
      grid: gridAlong([c30, s30, 0], [-s30, c30, 0], [0, 0, 3]),
      across: 2,
      shown: 'oblique axial',
      letters: 'RA AL LP PR',
      axes: '+0 +1',
      ends: 'inferior superior',
    },
    {
      name: 'axial tipped by 30 degrees: its lower side is to the back and the feet',
      grid: gridAlong([1, 0, 0], [0, c30, -s30], [0, 3 * s30, 3 * c30]),
      across: 2,
      shown: 'oblique axial',
      letters: 'R AH L PF',
      axes: '+0 +1',
      ends: 'inferior superior',
    },
  ])('$name', ({ grid, across, shown, letters, axes, ends }) => {
    const view = viewAcross(grid, across)
    const { left, top, right, bottom } = view.letters
    const axisText = ({ axis, sign }: typeof view.right) => `${sign > 0 ? '+' : '-'}${axis}`
    expect({
      shown: `${view.oblique ? 'oblique ' : ''}${view.name}`,
      letters: [left, top, right, bottom].join(' '),
      axes: `${axisText(view.right)} ${axisText(view.down)}`,
      ends: view.ends.join(' '),
    }).toEqual({ shown, letters, axes, ends })
    expect(view.size).toEqual([grid.size[view.right.axis], grid.size[view.down.axis]])
  })

  test('spacing follows the axes', () => {
    expect(viewAcross(gridAlong([0.7, 0, 0], [0, 0.8, 0], [0, 0, 3]), 0).spacingMm).toEqual([0.8, 3])
  })
})

test.each<[Vector3, string]>([
  [[1, 0, 0], 'L'],
  [[-0.6, 0, 0.8], 'HR'],
  [[0.58, -0.57, -0.58], 'LFA'],
  [[0.1, 0.1, -0.99], 'F'],
])('direction %j is %s', (direction, letters) => {
  expect(directionLetters(direction)).toBe(letters)
})
