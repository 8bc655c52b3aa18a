import { decode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import { drawSegment } from '../../src/compute/draw.ts'
import { encodePng } from '../../src/compute/png.ts'
import { GREYS, PALETTE } from '../../src/reasoner/figures/palette.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { knowledgeOf } from '../support/segment-input.ts'

const grid = gridOf([40, 40, 3], { spacingMm: [1, 1, 4] })
/** Noise, so that bytes are not for nothing. */
const volume = paintVolume(grid, (x, y, z) => ((x * 7919 + y * 104_729 + z * 1299) % 311) - 100)
const mask = paintMask(grid, ellipsoid([20, 20, 4], [9, 9, 9]))
const segment = { number: 2, structure: null, findings: [] }

const draw = (sheetBytesMax: number) =>
  drawSegment(
    { volume, mask, ownMask: null, body: null, pet: null, segment: { ...segment, sheetBytesMax } },
    knowledgeOf(),
  )

/** With no limit. */
const whole = draw(10_000_000)
const largest = Math.max(...whole.figures.map(({ png }) => png.length))
const coarse = draw(largest - 1)

describe('PNG', () => {
  test('what is encoded is what others decode', () => {
    const pixels = Uint8Array.from({ length: 7 * 5 }, (_, n) => (n * 37) % PALETTE.length)
    const read = decode(encodePng({ width: 7, height: 5, pixels, palette: PALETTE }), { checkCrc: true })
    expect(read).toMatchObject({ width: 7, height: 5, depth: 8, channels: 1 })
    expect([...read.data]).toEqual([...pixels])
    expect(read.palette).toEqual(PALETTE.map((colour) => [...colour]))
  })
})

describe('pictures of a segment', () => {
  test('are PNG files of the size that they say', () => {
    expect(whole.leftOut).toBe(0)
    expect(whole.figures.map(({ figure }) => figure.name)).toContain('2-context')
    for (const { figure, png } of whole.figures.slice(0, 1))
      expect(decode(png)).toMatchObject({ width: figure.width, height: figure.height, channels: 1 })
  })

  test('that are too large have fewer greys, then they are left out and counted', () => {
    expect(coarse.leftOut).toBe(0)
    expect(Math.max(...coarse.figures.map(({ png }) => png.length))).toBeLessThan(largest)
    const few = draw(2000)
    expect(few.leftOut + few.figures.length).toBe(whole.figures.length)
    expect(few.leftOut).toBeGreaterThan(0)
  })

  test('for one mode alone are drawn where that asks for them', () => {
    expect(whole).not.toHaveProperty('slice')
    expect(whole).not.toHaveProperty('anchors')
    const task = { volume, mask, ownMask: null, body: null, pet: null }
    const modes = ['single', 'anchored'] as const
    const own = drawSegment(
      { ...task, segment: { ...segment, sheetBytesMax: 10_000_000, modes } },
      knowledgeOf(),
    )
    expect(own.figures.map(({ figure }) => figure)).toEqual(whole.figures.map(({ figure }) => figure))
    expect(own.slice?.figure.panels.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^axial slice 2 of 3, outlined: whole, largest area/),
    ])
    expect(own.anchors?.map(({ text, isWorse }) => `${text.split(' ')[2]} ${isWorse}`)).toEqual([
      'enlarged true',
      'reduced true',
      'moved true',
    ])
    const bytesMax = 100
    const none = drawSegment(
      { ...task, segment: { ...segment, sheetBytesMax: bytesMax, modes } },
      knowledgeOf(),
    )
    expect(none).not.toHaveProperty('slice')
    expect(none.anchors).toEqual([])
  })

  test('keep their outline when they have fewer greys', () => {
    const coloured = (png: Uint8Array | undefined): Buffer =>
      Buffer.from(
        Uint8Array.from(decode(png ?? new Uint8Array()).data, (entry) => (entry >= GREYS ? entry : 0)),
      )
    const [before, after] = [coloured(whole.figures[0]?.png), coloured(coarse.figures[0]?.png)]
    expect(before.some((entry) => entry > 0)).toBe(true)
    expect(Buffer.compare(before, after)).toBe(0)
  })
})
