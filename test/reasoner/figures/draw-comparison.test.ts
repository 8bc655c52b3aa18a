import { expect, test } from 'vitest'
import { worseCopies } from '../../../src/reasoner/anchors.ts'
import { drawComparison } from '../../../src/reasoner/figures/draw-comparison.ts'
import { PANEL_HEIGHT } from '../../../src/reasoner/figures/panel.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../../support/draw.ts'

const inputOf = (slices: number) => {
  const geometry = gridOf([48, 48, slices], { spacingMm: [2, 2, 5] })
  const ball = ellipsoid([44, 44, slices * 2.5], [20, 16, 24])
  const volume = paintVolume(geometry, (x, y, z) => (ball(x, y, z) ? 120 : 20))
  return { segmentNumber: 4, volume, mask: paintMask(geometry, ball), structure: null }
}

test('sheets differ in nothing but the outline', () => {
  const input = inputOf(20)
  const copies = worseCopies(input.mask).map(({ mask }) => mask)
  const sheets = drawComparison(input, [input.mask, ...copies])
  expect(sheets).toHaveLength(4)
  const [own] = sheets
  if (own === undefined) throw new Error('no sheet')
  const { figure, pixels } = own
  const about = ({ panels, text, width, height }: typeof figure) => ({ panels, text, width, height })
  const above = figure.width * PANEL_HEIGHT
  expect(figure.panels.map(({ label }) => label)).toEqual(['A1', 'A2', 'A3', 'B1', 'B2', 'B3'])
  for (const other of sheets.slice(1)) {
    expect(about(other.figure)).toEqual(about(figure))
    expect(Buffer.compare(other.pixels.subarray(0, above), pixels.subarray(0, above))).toBe(0)
    expect(Buffer.compare(other.pixels, pixels)).not.toBe(0)
  }
  expect(new Set(sheets.map(({ figure: { name } }) => name)).size).toBe(4)
})

test('few slices are shown one way only, an empty segment not at all', () => {
  const input = inputOf(3)
  const [sheet] = drawComparison(input, [input.mask])
  expect(sheet?.figure.panels.map(({ label }) => label)).toEqual(['A1', 'B1'])
  const empty = { ...input.mask, voxels: input.mask.voxels.map(() => 0) }
  expect(drawComparison({ ...input, mask: empty }, [empty])).toEqual([])
})
