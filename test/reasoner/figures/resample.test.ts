import { expect, test } from 'vitest'
import { resample, tapsAlong, tapsOf } from '../../../src/reasoner/figures/resample.ts'

const WIDTH = 12
const HEIGHT = 9
/** A slope, which a cubic kernel gives back exactly away from the edges. */
const slope = (x: number, y: number) => 3 * x - 2 * y + 5
const plane = {
  x: 0,
  y: 0,
  width: WIDTH,
  height: HEIGHT,
  values: Float32Array.from({ length: WIDTH * HEIGHT }, (_, n) => slope(n % WIDTH, Math.floor(n / WIDTH))),
}

test.each([
  ['up', { left: 2.3, top: 2.1, width: 6, height: 4 }],
  ['as it is', { left: 2, top: 2, width: 5, height: 5 }],
])('a slope stays a slope: %s', (_, frame) => {
  const pixels = 40
  const values = resample(plane, tapsOf({ ...frame, panelPixelsPerMm: 1 }, [WIDTH, HEIGHT], pixels))
  values.forEach((value, n) => {
    const x = frame.left + (((n % pixels) + 0.5) * frame.width) / pixels
    const y = frame.top + ((Math.floor(n / pixels) + 0.5) * frame.height) / pixels
    expect(value).toBeCloseTo(slope(x, y), 3)
  })
})

test('pixels beyond the picture are told apart, to the half pixel around the outer centres', () => {
  // Panel pixel n lies over picture pixel n - 3.
  expect(tapsAlong(-3.5, 20, 10, 20)).toMatchObject({ first: 3, end: 13, low: 0, extent: 10 })
})

test('only what is needed is asked for', () => {
  expect(tapsAlong(49.5, 10, 512, 100)).toMatchObject({ low: 48, extent: 14 })
})

test('shrinking, nothing is skipped: one bright pixel of a hundred leaves its share', () => {
  const values = new Float32Array(100 * 100)
  values[50 * 100 + 50] = 400
  const wide = { x: 0, y: 0, width: 100, height: 100, values }
  const small = resample(
    wide,
    tapsOf({ left: -0.5, top: -0.5, width: 100, height: 100, panelPixelsPerMm: 1 }, [100, 100], 10),
  )
  expect(small.reduce((a, b) => a + b, 0)).toBeCloseTo(4, 1)
})
