import { describe, expect, it } from 'vitest'
import type { Mask } from '../../src/domain/geometry.ts'
import {
  cellMask,
  cellsAround,
  middleOf,
  robustDeviation,
  valuesIn,
  voxelsOf,
} from '../../src/imaging/cells.ts'
import { gridOf, paintMask, paintVolume } from '../support/draw.ts'

const GRID = gridOf([12, 10, 8], { spacingMm: [1, 1, 2] })
const VOLUME = paintVolume(GRID, (x, y, z) => x + 100 * y + 10_000 * z)

describe('cellsAround', () => {
  it('makes cells of about two millimetres, with the mean of their voxels', () => {
    const whole = paintMask(GRID, () => true)
    const cells = cellsAround(whole, VOLUME, 0)
    expect([cells.step, cells.mask.box.size]).toEqual([
      [2, 2, 1],
      [6, 5, 8],
    ])
    expect(cells.values[0]).toBe(50.5)
    // Cell (1, 2, 3): x 2..3, y 4..5, z = 6.
    expect(cells.values[(3 * 5 + 2) * 6 + 1]).toBe(2.5 + 450 + 60_000)
    expect(cells.mask.voxels.every((voxel) => voxel === 1)).toBe(true)
  })

  it('takes the margin along, as far as there are images', () => {
    const mask = { ...paintMask(GRID, () => false), voxels: new Uint8Array([1]) }
    const one = { ...mask, box: { origin: [6, 5, 1] as const, size: [1, 1, 1] as const } }
    const cells = cellsAround(one, VOLUME, 4)
    expect(cells.origin).toEqual([2, 1, 0])
    expect(cells.mask.box.size).toEqual([4, 4, 4])
    // The middle voxels of the cells are 3, 5, 7, 9 and 2, 4, 6, 8: (6, 5) is none of them.
    expect(cells.mask.voxels.includes(1)).toBe(false)
    const grid = { step: [1, 1, 1] as const, origin: [5, 4, 0] as const, size: [3, 3, 3] as const }
    expect(cellMask(one, grid).indexOf(1)).toBe((1 * 3 + 1) * 3 + 1)
  })

  it('has no value where the series has no image', () => {
    const instances = VOLUME.instances.map((uid, k) => (k === 2 ? null : uid))
    const { values } = cellsAround(
      paintMask(GRID, () => true),
      { ...VOLUME, instances },
      0,
    )
    expect(Number.isNaN(values[2 * 30] ?? 0)).toBe(true)
    expect(values.filter(Number.isNaN).length).toBe(30)
    expect(valuesIn(new Uint8Array(values.length).fill(1), values).length).toBe(values.length - 30)
  })
})

describe('voxelsOf', () => {
  it('gives back every voxel of the cells, where they were taken from', () => {
    const size = [2, 2, 2] as const
    const geometry = { ...GRID, size }
    const part: Mask = {
      geometry,
      box: { origin: [0, 0, 0], size },
      voxels: Uint8Array.of(0, 1, 0, 0, 1, 1, 0, 0),
    }
    const { box, voxels } = voxelsOf(part, { step: [3, 2, 1], origin: [4, 5, 6] }, GRID)
    expect(box).toEqual({ origin: [4, 5, 6], size: [6, 4, 2] })
    expect(Array.from(voxels).join('')).toBe(
      ['000111', '000111', '000000', '000000', '111111', '111111', '000000', '000000'].join(''),
    )
  })
})

describe('robust statistics', () => {
  it('takes no notice of outliers', () => {
    const values = Float32Array.from([-1e6, 1, 2, 3, 4, 5, 1e6])
    expect(middleOf(values)).toBe(3)
    expect(robustDeviation(values)).toBeCloseTo(1.4826 * 2, 4)
    expect(middleOf(new Float32Array())).toBeNaN()
  })
})
