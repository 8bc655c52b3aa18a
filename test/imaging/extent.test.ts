import { describe, expect, it } from 'vitest'
import type { Geometry, Mask } from '../../src/domain/geometry.ts'
import { extentAlongMm } from '../../src/imaging/extent.ts'
import { drawMask, ellipsoid, gridOf, paintMask } from '../support/draw.ts'

describe('extentAlongMm', () => {
  const drawn: Mask = {
    ...drawMask('.... .##.', '.... .#..', '.... ....'),
    geometry: gridOf([4, 2, 3], { spacingMm: [2, 3, 5] }),
  }
  it.each([
    ['columns', [1, 0, 0], 4],
    ['rows', [0, 1, 0], 3],
    ['slices', [0, 0, 1], 10],
    ['slices, seen from the other end', [0, 0, -1], 10],
  ] as const)('counts whole voxels along %s', (_, direction, mm) => {
    expect(extentAlongMm(drawn, direction)).toBeCloseTo(mm, 9)
  })

  it('is 0 without voxels', () => {
    expect(extentAlongMm(drawMask('...'), [0, 0, 1])).toBe(0)
  })

  it('follows an oblique grid: a ball is as long along every direction', () => {
    const [c, s] = [Math.cos(0.6), Math.sin(0.6)]
    const straight = gridOf([60, 60, 60], { origin: [-30, -30, -30] })
    const ball = paintMask(straight, ellipsoid([0, 0, 0], [20, 20, 20]))
    const tilted: Geometry = {
      ...straight,
      affine: [c, 0, s, 0, 0, 1, 0, 0, -s, 0, c, 0, 0, 0, 0, 1],
    }
    expect(extentAlongMm({ ...ball, geometry: tilted }, [0, 0, 1])).toBeGreaterThan(39.5)
    expect(extentAlongMm({ ...ball, geometry: tilted }, [0, 0, 1])).toBeLessThan(42.5)
  })
})
