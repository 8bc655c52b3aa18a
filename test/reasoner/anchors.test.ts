import { describe, expect, it } from 'vitest'
import { volumeAgreement } from '../../src/imaging/agreement.ts'
import { worseCopies } from '../../src/reasoner/anchors.ts'
import { anyOf, drawMask, ellipsoid, gridOf, paintMask } from '../support/draw.ts'

const grid = gridOf([60, 50, 30], { spacingMm: [1, 1, 2] })
const organ = paintMask(grid, ellipsoid([20, 25, 28], [14, 12, 20]))

describe('copies that are worse', () => {
  it('are enlarged, reduced and moved, and each is much worse', () => {
    const copies = worseCopies(organ)
    const found = copies.map(({ mask }) => volumeAgreement(organ, mask))
    const ratios = found.map(({ firstMm3, secondMm3 }) => secondMm3 / firstMm3)
    expect(copies.map(({ text }) => text.split(' ')[2])).toEqual(['enlarged', 'reduced', 'moved'])
    expect(ratios[0]).toBeCloseTo(1.25 ** 3, 0)
    expect(ratios[1]).toBeCloseTo(0.8 ** 3, 1)
    expect(ratios[2]).toBe(1)
    for (const { dice } of found) expect(dice).toBeLessThan(0.75)
  })

  it('move to the side that has room', () => {
    const moved = worseCopies(organ).at(-1)?.mask
    expect(moved?.box.origin[0]).toBeGreaterThanOrEqual(0)
    expect(volumeAgreement(organ, moved ?? organ).dice).toBeGreaterThan(0.2)
    const right = paintMask(grid, ellipsoid([45, 25, 28], [14, 12, 20]))
    const [first = 0] = [worseCopies(right).at(-1)?.mask.voxels.indexOf(1)]
    expect(first).toBeGreaterThanOrEqual(0)
  })

  it('are the same each time, and leave the mask as it was', () => {
    const before = organ.voxels.slice()
    const bytes = () => Buffer.concat(worseCopies(organ).map(({ mask }) => mask.voxels))
    expect(Buffer.compare(bytes(), bytes())).toBe(0)
    expect(Buffer.compare(organ.voxels, before)).toBe(0)
  })

  it('are made of several pieces as well', () => {
    const two = paintMask(grid, anyOf(ellipsoid([15, 25, 20], [6, 6, 6]), ellipsoid([45, 25, 30], [6, 6, 6])))
    for (const { mask } of worseCopies(two)) expect(volumeAgreement(two, mask).dice).toBeLessThan(0.75)
  })

  it('of a single voxel are those alone that differ from it', () => {
    const one = drawMask('... ... ...', '... .#. ...', '... ... ...')
    expect(worseCopies(one).map(({ text }) => text)).toEqual([
      'a copy moved aside by two fifths of its width',
    ])
  })
})
