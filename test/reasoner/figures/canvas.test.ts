import { describe, expect, test } from 'vitest'
import { createCanvas, drawBar, drawLines, writeText } from '../../../src/reasoner/figures/canvas.ts'
import { textWidth } from '../../../src/reasoner/figures/font.ts'
import { BLACK, OUTLINE, outlineOver, PALETTE, PAPER, WHITE } from '../../../src/reasoner/figures/palette.ts'

describe('text', () => {
  test('is written dot by dot', () => {
    const canvas = createCanvas(24, 14)
    writeText(canvas, 'L1', { x: 1, y: 0, align: 'left' })
    const rows = Array.from({ length: 7 }, (_, row) =>
      Array.from({ length: 12 }, (__, column) =>
        canvas.pixels[2 * row * 24 + 1 + 2 * column] === WHITE ? '#' : '.',
      ).join(''),
    )
    expect(rows).toEqual([
      '#.......#...',
      '#......##...',
      '#.......#...',
      '#.......#...',
      '#.......#...',
      '#.......#...',
      '#####..###..',
    ])
  })

  test.each(['é', '^', '\n', '|', '李'])('of others is refused: %j', (text) => {
    expect(() => writeText(createCanvas(40, 20), text, { x: 0, y: 0, align: 'left' })).toThrow(RangeError)
  })

  test('is as wide as it says, and stands where it is put', () => {
    const canvas = createCanvas(100, 20)
    writeText(canvas, 'HH', { x: 100, y: 0, align: 'right' })
    const row = [...canvas.pixels.subarray(0, 100)]
    expect(100 - row.indexOf(WHITE)).toBe(textWidth('HH'))
    expect(row.at(-1)).toBe(WHITE)
  })
})

test('a bar is as long as it says', () => {
  const canvas = createCanvas(100, 20)
  drawBar(canvas, 90, 10, 64)
  const row = [...canvas.pixels.subarray(1000, 1100)]
  expect(row.map((entry, x) => (entry === WHITE ? x : -1)).filter((x) => x >= 0)).toEqual(
    Array.from({ length: 64 }, (_, n) => 26 + n),
  )
})

describe('a line', () => {
  const area = { x: 0, y: 0, width: 9, height: 9 }
  const column = (lines: number[]) => {
    const canvas = createCanvas(9, 9)
    drawLines(canvas, area, Float32Array.from(lines))
    return Array.from({ length: 9 }, (_, y) => canvas.pixels[y * 9 + 4])
  }

  test('between two rows of pixels covers both, one on a row covers half of its neighbours', () => {
    const none = PAPER
    const half = outlineOver(PAPER, 0.5)
    expect(column([-5, 3.5, 15, 3.5])).toEqual([none, none, none, OUTLINE, OUTLINE, none, none, none, none])
    expect(column([-5, 4, 15, 4])).toEqual([none, none, none, half, OUTLINE, half, none, none, none])
  })

  test('outside of the area is not drawn, nor one of a point everywhere', () => {
    expect(column([20, 20, 30, 30])).toEqual(Array.from({ length: 9 }, () => PAPER))
    expect(column([4, 0, 4, 0]).filter((entry) => entry !== PAPER)).toHaveLength(2)
  })
})

describe('the palette', () => {
  test('fits one byte, greys in order from black to white', () => {
    expect(PALETTE.length).toBeLessThanOrEqual(256)
    expect(PALETTE[BLACK]).toEqual([0, 0, 0])
    expect(PALETTE[WHITE]).toEqual([255, 255, 255])
    const greys = PALETTE.slice(0, WHITE + 1)
    expect(
      greys.every(([r, g, b], n) => r === g && g === b && (n === 0 || r > (greys[n - 1]?.[0] ?? 0))),
    ).toBe(true)
  })

  test.each([0.25, 0.5, 0.75, 1])(
    'an outline of opacity %d is between the grey and its own colour',
    (opacity) => {
      for (const grey of [BLACK, 60, WHITE]) {
        const colour = PALETTE[outlineOver(grey, opacity)] ?? [NaN, NaN, NaN]
        const [under, over] = [PALETTE[grey] ?? [0, 0, 0], PALETTE[OUTLINE] ?? [0, 0, 0]]
        for (const part of [0, 1, 2] as const)
          expect(Math.abs(colour[part] - (opacity * over[part] + (1 - opacity) * under[part]))).toBeLessThan(
            8,
          )
      }
    },
  )
})
