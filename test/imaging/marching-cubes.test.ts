import { describe, expect, it } from 'vitest'
import type { Vector3 } from '../../src/domain/geometry.ts'
import { surfaceAreasMm2 } from '../../src/imaging/marching-cubes.ts'

const UNIT: Vector3 = [1, 1, 1]
const ODD: Vector3 = [0.7, 1.1, 3]

describe('surfaceAreasMm2', () => {
  it('is 0 only where no surface passes', () => {
    const areas = surfaceAreasMm2(ODD)
    expect([...areas.keys()].filter((code) => areas[code] === 0)).toEqual([0, 255])
  })

  it('is the same for a code and its complement', () => {
    const areas = surfaceAreasMm2(ODD)
    for (let code = 0; code < 256; code++) expect(areas[code]).toBe(areas[255 - code])
  })

  it('has the areas of the fifteen base cases', () => {
    // Bits are corners (x, y, z) = 000, 100, 010, 110, 001, 101, 011, 111.
    const corner = Math.sqrt(3) / 8
    const edge = Math.SQRT1_2
    const bend = 0.5 + 3 * corner
    const chain = 4 * corner + edge
    const cases: [string, number][] = [
      ['00000000', 0],
      ['00000001', corner],
      ['00000011', edge],
      ['00001001', 2 * corner],
      ['10000001', 2 * corner],
      ['00000111', bend],
      ['10000011', edge + corner],
      ['00010110', 3 * corner],
      ['00001111', 1],
      ['00010111', 6 * corner],
      ['01101001', 4 * corner],
      ['11000011', 2 * edge],
      ['10000111', bend + corner],
      ['00100111', chain],
      ['01000111', chain],
    ]
    const areas = surfaceAreasMm2(UNIT)
    for (const [bits, area] of cases)
      expect([bits, areas[Number.parseInt(bits, 2)]]).toEqual([bits, expect.closeTo(area, 12)])
  })

  it('scales with the spacing of each axis', () => {
    const areas = surfaceAreasMm2(ODD)
    const [dx, dy, dz] = ODD
    expect(areas[0b00001111]).toBeCloseTo(dx * dy, 12)
    expect(areas[0b00110011]).toBeCloseTo(dx * dz, 12)
    expect(areas[0b01010101]).toBeCloseTo(dy * dz, 12)
    expect(areas[0b00000001]).toBeCloseTo(Math.hypot(dx * dy, dy * dz, dx * dz) / 8, 12)
    expect(areas[0b00000011]).toBeCloseTo((dx * Math.hypot(dy, dz)) / 2, 12)
    expect(areas[0b00000111]).toBeCloseTo((dx * dy) / 2 + (3 / 8) * Math.hypot(dx * dy, dy * dz, dx * dz), 12)
  })

  it('is the same for a neighbourhood seen in a mirror', () => {
    const areas = surfaceAreasMm2(ODD)
    for (let code = 0; code < 256; code++) {
      for (const flip of [1, 2, 4]) {
        let mirrored = 0
        for (let bit = 0; bit < 8; bit++) if ((code >> bit) & 1) mirrored |= 1 << (bit ^ flip)
        expect(areas[mirrored]).toBeCloseTo(areas[code] ?? NaN, 12)
      }
    }
  })
})
