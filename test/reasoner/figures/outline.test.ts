import { describe, expect, test } from 'vitest'
import type { Vector3 } from '../../../src/domain/geometry.ts'
import { cropFrame, PANEL_PIXELS } from '../../../src/reasoner/figures/frame.ts'
import { maskOutline } from '../../../src/reasoner/figures/mask-outline.ts'
import { outlineIn } from '../../../src/reasoner/figures/panel.ts'
import { viewAcross, type Axis } from '../../../src/reasoner/figures/view.ts'
import { measureMask } from '../../../src/imaging/measure.ts'
import { drawMask, ellipsoid, gridOf, paintMask } from '../../support/draw.ts'

/** Pieces as text, for rows that can be read. */
function pieces(lines: Float32Array): string[] {
  const texts: string[] = []
  for (let n = 0; n < lines.length; n += 4)
    texts.push([`${lines[n]},${lines[n + 1]}`, `${lines[n + 2]},${lines[n + 3]}`].toSorted().join(' '))
  return texts.toSorted()
}

describe('marching squares', () => {
  const planeOf = (text: string) => {
    const { voxels, box } = drawMask(text)
    return { x: 0, y: 0, width: box.size[0], height: box.size[1], values: voxels }
  }

  test('one pixel is a diamond through the middle of its sides', () => {
    expect(pieces(maskOutline(planeOf('... .#. ...')))).toEqual([
      '0.5,1 1,0.5',
      '0.5,1 1,1.5',
      '1,0.5 1.5,1',
      '1,1.5 1.5,1',
    ])
  })

  test('pixels at the edge of the box are closed, and a box somewhere is drawn there', () => {
    const lines = maskOutline({ ...planeOf('##'), x: 10, y: 20 })
    expect(pieces(lines)).toEqual([
      '10,19.5 11,19.5',
      '10,19.5 9.5,20',
      '10,20.5 11,20.5',
      '10,20.5 9.5,20',
      '11,19.5 11.5,20',
      '11,20.5 11.5,20',
    ])
  })

  test.each(['#. .#', '.# #.', '### #.# ###', '#.# .#. #.#', '## #.'])(
    'every end of a piece meets one other: %s',
    (text) => {
      const ends = new Map<string, number>()
      const lines = maskOutline(planeOf(text))
      expect(lines.length).toBeGreaterThan(0)
      for (let n = 0; n < lines.length; n += 2) {
        const end = `${lines[n]},${lines[n + 1]}`
        ends.set(end, (ends.get(end) ?? 0) + 1)
      }
      expect([...ends.values()].every((count) => count % 2 === 0)).toBe(true)
    },
  )

  test('pixels that touch at a corner are two, and no voxels no line', () => {
    expect(pieces(maskOutline(planeOf('#. .#')))).toHaveLength(8)
    expect(maskOutline(planeOf('... ...'))).toHaveLength(0)
  })
})

describe('the outline of a ball in a panel', () => {
  const centre: Vector3 = [31, 27.4, 40.2]
  const radiusMm = 12
  test.each<{ across: Axis; slice: number; spacingMm: Vector3; flipped: boolean }>([
    { across: 2, slice: 20, spacingMm: [1, 1, 2], flipped: false },
    { across: 2, slice: 20, spacingMm: [0.5, 0.8, 2], flipped: false },
    { across: 1, slice: 27, spacingMm: [1, 1, 2], flipped: false },
    { across: 0, slice: 31, spacingMm: [1, 1, 2], flipped: false },
    { across: 2, slice: 20, spacingMm: [1, 1, 2], flipped: true },
    { across: 0, slice: 31, spacingMm: [1, 1, 2], flipped: true },
  ])('across $across, spacing $spacingMm, flipped $flipped', ({ across, slice, spacingMm, flipped }) => {
    const extent = (spacing: number) => Math.round(62 / spacing)
    const plain = gridOf([extent(spacingMm[0]), extent(spacingMm[1]), extent(spacingMm[2]) + 9], {
      spacingMm,
    })
    // Mirrored in i and j: the same places in the patient, indices from the other end.
    const last = (plain.size[0] - 1) * spacingMm[0]
    const lastJ = (plain.size[1] - 1) * spacingMm[1]
    const geometry = flipped
      ? {
          ...plain,
          affine: [-spacingMm[0], 0, 0, last, 0, -spacingMm[1], 0, lastJ, 0, 0, spacingMm[2], 0, 0, 0, 0, 1],
        }
      : plain
    const mask = paintMask(geometry, ellipsoid(centre, [radiusMm, radiusMm, radiusMm]))
    const measures = measureMask(mask)
    if (measures === null) throw new Error('The ball has no voxels.')
    const view = viewAcross(geometry, across)
    const frame = cropFrame(geometry, view, measures.tight)
    const lines = outlineIn({ view, slice, frame }, mask)

    // Where the ball's centre is in the panel, and how far its surface is from it in this slice.
    const patientAxis = [0, 1, 2].filter((axis) => axis !== across)
    const [x = 0, y = 0] = patientAxis.map((axis) => centre[axis] ?? 0)
    const sliceMm =
      (flipped && across < 2 ? plain.size[across] - 1 - slice : slice) * (spacingMm[across] ?? 1)
    const inSlice = Math.sqrt(radiusMm ** 2 - (sliceMm - (centre[across] ?? 0)) ** 2)
    const upwards = across !== 2
    const heightMm = (view.size[1] - 1) * view.spacingMm[1]
    const toPanel = (mm: number, left: number, spacing: number) =>
      (mm / spacing - left) * spacing * frame.panelPixelsPerMm - 0.5
    const panelX = toPanel(x, frame.left, view.spacingMm[0])
    const panelY = toPanel(upwards ? heightMm - y : y, frame.top, view.spacingMm[1])

    const radii: number[] = []
    for (let n = 0; n < lines.length; n += 2)
      radii.push(Math.hypot((lines[n] ?? 0) - panelX, (lines[n + 1] ?? 0) - panelY) / frame.panelPixelsPerMm)
    const mean = radii.reduce((a, b) => a + b, 0) / radii.length
    const voxel = Math.max(...view.spacingMm)
    expect(radii.length).toBeGreaterThan(40)
    // Each point half a voxel from the truth at most (with the corner's diagonal), all of them together far less.
    expect(Math.max(...radii.map((radius) => Math.abs(radius - inSlice)))).toBeLessThan(0.75 * voxel)
    expect(Math.abs(mean - inSlice)).toBeLessThan(0.15 * voxel)
    expect(Math.max(...lines)).toBeLessThan(PANEL_PIXELS)
    expect(Math.min(...lines)).toBeGreaterThan(0)
  })
})
