import { describe, expect, it } from 'vitest'
import type { Mask } from '../../src/domain/geometry.ts'
import { interpolateSlices } from '../../src/imaging/slice-interpolation.ts'
import { drawMask, gridOf, paintMask } from '../support/draw.ts'

/** Each slice as text, rows apart. */
function drawn({ box: { size }, voxels }: Mask): string[] {
  return Array.from({ length: size[2] }, (_, k) =>
    Array.from({ length: size[1] }, (_row, j) =>
      Array.from({ length: size[0] }, (_column, i) =>
        voxels[(k * size[1] + j) * size[0] + i] === 1 ? '#' : '.',
      ).join(''),
    ).join(' '),
  )
}

describe('interpolateSlices', () => {
  it('repeats what is the same on both sides, up to the edge of the box', () => {
    const mask = drawMask('###. ###.', '.... ....', '###. ###.')
    expect(drawn(interpolateSlices(mask, [1]))).toEqual(['.... ....', '###. ###.', '.... ....'])
  })

  it('lies between the outlines, nearer to the slice that is nearer', () => {
    const bar = (width: number): string => `${'#'.repeat(width).padEnd(10, '.')} `.repeat(12)
    const mask = drawMask(bar(2), bar(0), bar(0), bar(8))
    const widths = drawn(interpolateSlices(mask, [1, 2])).map((slice) => slice.split(' ')[6])
    expect(widths).toEqual(['..........', '####......', '######....', '..........'])
  })

  it('fills the slice that a cone lacks to a pixel of its outline', () => {
    const grid = gridOf([40, 40, 20], { spacingMm: [1, 1, 2], origin: [-19.5, -19.5, 0] })
    const cone = (x: number, y: number, z: number): boolean => Math.hypot(x, y) < 18 - z / 4
    const whole = paintMask(grid, cone)
    const voxels = Uint8Array.from(whole.voxels)
    voxels.fill(0, 9 * 1600, 10 * 1600)
    const filled = interpolateSlices({ ...whole, voxels }, [9])
    const differing = filled.voxels
      .subarray(9 * 1600, 10 * 1600)
      .filter((voxel, n) => voxel !== whole.voxels[9 * 1600 + n])
    // Of 560; the slice below has 616, the one above 540.
    expect(differing.length).toBeLessThan(30)
  })

  it('knows nothing of a slice with nothing on one side', () => {
    const mask = drawMask('....', '.##.', '....')
    expect(interpolateSlices(mask, [0, 2]).voxels.includes(1)).toBe(false)
  })
})
