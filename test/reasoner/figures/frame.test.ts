import { describe, expect, test } from 'vitest'
import { cropFrame, PANEL_PIXELS, wholeFrame } from '../../../src/reasoner/figures/frame.ts'
import { scaleBar } from '../../../src/reasoner/figures/scale-bar.ts'
import { viewAcross } from '../../../src/reasoner/figures/view.ts'
import { gridOf } from '../../support/draw.ts'

const grid = gridOf([200, 100, 40], { spacingMm: [0.5, 1, 3] })
const axial = viewAcross(grid, 2)

describe('a crop', () => {
  test('is a square of mm around the box, with 15 mm or a fifth on every side, whichever is more', () => {
    // 40 x 20 mm: 15 mm is more. 70 mm wide, and as high.
    const small = cropFrame(grid, axial, { origin: [60, 40, 10], size: [80, 20, 5] })
    expect(small).toMatchObject({ width: 140, height: 70, panelPixelsPerMm: PANEL_PIXELS / 70 })
    // Centred: from 30 - 15 = 15 mm, and 50 - 35 = 15 mm, in pixels of the picture less the half before its first centre.
    expect(small).toMatchObject({ left: 29.5, top: 14.5 })
    // A fifth of 80 mm is 16 mm.
    const large = cropFrame(grid, axial, { origin: [20, 40, 10], size: [160, 20, 5] })
    expect(large.width * 0.5).toBeCloseTo(112)
  })

  test('is moved into the images where it would reach beyond, not shrunk', () => {
    const corner = cropFrame(grid, axial, { origin: [0, 90, 10], size: [20, 10, 5] })
    expect(corner).toMatchObject({ left: -0.5, width: 80, height: 40, top: 59.5 })
  })

  test('of slices has the same mm per pixel both ways', () => {
    const view = viewAcross(grid, 1)
    const frame = cropFrame(grid, view, { origin: [60, 40, 10], size: [20, 20, 20] })
    expect(frame.width * 0.5).toBeCloseTo(frame.height * 3)
  })
})

test('the whole picture is centred in its square', () => {
  expect(wholeFrame(viewAcross(gridOf([50, 100, 9]), 2))).toMatchObject({
    left: -25.5,
    width: 100,
    top: -0.5,
  })
})

describe('a scale bar', () => {
  test.each([
    { pixelsPerMm: 448 / 30, lengthMm: 5, pixels: 75 },
    { pixelsPerMm: 448 / 70, lengthMm: 10, pixels: 64 },
    { pixelsPerMm: 448 / 90, lengthMm: 20, pixels: 100 },
    { pixelsPerMm: 448 / 500, lengthMm: 100, pixels: 90 },
    { pixelsPerMm: 448 / 1000, lengthMm: 200, pixels: 90 },
    { pixelsPerMm: 200, lengthMm: 1, pixels: 200 },
  ])('$pixelsPerMm pixels per mm: $lengthMm mm are $pixels pixels', ({ pixelsPerMm, lengthMm, pixels }) => {
    expect(scaleBar(pixelsPerMm)).toEqual({ lengthMm, pixels })
  })
})
