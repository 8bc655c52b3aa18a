import { describe, expect, it } from 'vitest'
import {
  countBeyond,
  measureMask,
  sliceOverlap,
  valuesUnder,
  voxelsBeyond,
} from '../../src/imaging/measure.ts'
import { drawMask, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'

describe('measureMask', () => {
  it('is null for an empty mask', () => {
    expect(measureMask(drawMask('... ...'))).toBeNull()
  })

  it('counts, centres and encloses in indices of the whole grid', () => {
    const drawn = drawMask('.... .... ....', '.... .##. ....', '.... .##. .#..')
    const mask = {
      ...drawn,
      geometry: gridOf([10, 10, 6]),
      box: { origin: [4, 5, 3] as const, size: drawn.box.size },
    }
    expect(measureMask(mask)).toEqual({
      voxelCount: 5,
      centroid: [4 + 7 / 5, 5 + 6 / 5, 3 + 8 / 5],
      tight: { origin: [5, 6, 4], size: [2, 2, 2] },
      sliceCounts: [2, 3],
      onFaces: [
        [0, 0],
        [0, 0],
        [0, 3],
      ],
    })
  })

  it('counts voxels on every face of the grid', () => {
    expect(measureMask(drawMask('##. ... ..#', '... ... ..#'))?.onFaces).toEqual([
      [1, 2],
      [2, 2],
      [3, 1],
    ])
  })
})

describe('valuesUnder', () => {
  it('gives mean and standard deviation of the values under the mask only', () => {
    const geometry = gridOf([8, 8, 8])
    const mask = paintMask(geometry, (x, y, z) => x < 2 && y === 3 && z > 5)
    const volume = paintVolume(geometry, (x, y, z) => (y === 3 && z > 5 ? 1000 + 10 * x : -5000))
    const statistics = valuesUnder(mask, volume)
    expect(statistics?.mean).toBeCloseTo(1005, 9)
    expect(statistics?.standardDeviation).toBeCloseTo(5, 9)
  })

  it('leaves out slices that the series has no image of', () => {
    const geometry = gridOf([4, 4, 6])
    const mask = paintMask(geometry, (x) => x < 2)
    const volume = paintVolume(geometry, (_x, _y, z) => (z === 2 || z === 3 ? 0 : -700))
    const instances = volume.instances.map((uid, k) => (k === 2 || k === 3 ? null : uid))
    expect(valuesUnder(mask, { ...volume, instances })).toEqual({ mean: -700, standardDeviation: 0 })
    expect(valuesUnder(mask, { ...volume, instances: instances.map(() => null) })).toBeNull()
  })

  it('reads the right voxels for a mask in a box of its own', () => {
    const geometry = gridOf([10, 10, 10])
    const whole = paintMask(geometry, ellipsoid([6, 5, 4], [2, 2, 2]))
    const volume = paintVolume(geometry, (x, y, z) => x + 100 * y + 10_000 * z)
    const box = { origin: [4, 3, 2] as const, size: [5, 5, 5] as const }
    const voxels = new Uint8Array(125)
    for (let n = 0; n < 125; n++) {
      const [i, j, k] = [4 + (n % 5), 3 + (Math.floor(n / 5) % 5), 2 + Math.floor(n / 25)]
      voxels[n] = whole.voxels[(k * 10 + j) * 10 + i] ?? 0
    }
    expect(valuesUnder({ geometry, box, voxels }, volume)).toEqual(valuesUnder(whole, volume))
    expect(valuesUnder(whole, volume)?.mean).toBeCloseTo(40_506, 6)
  })
})

describe('countBeyond', () => {
  it('counts per slice of the box, leaves out slices without an image and keeps the limits themselves', () => {
    const geometry = gridOf([6, 5, 4])
    const volume = paintVolume(geometry, (x) => x)
    const box = { origin: [1, 1, 1] as const, size: [5, 2, 3] as const }
    const mask = { geometry, box, voxels: new Uint8Array(30).fill(1) }
    expect(countBeyond(mask, volume, 2, 4)).toEqual({ total: 12, voxelCount: 30, perSlice: [4, 4, 4] })
    const instances = volume.instances.map((uid, k) => (k === 2 ? null : uid))
    expect(countBeyond(mask, { ...volume, instances }, -Infinity, 4)).toEqual({
      total: 4,
      voxelCount: 20,
      perSlice: [2, 0, 2],
    })
  })
})

describe('voxelsBeyond', () => {
  it('marks the voxels that countBeyond counts', () => {
    const geometry = gridOf([6, 5, 4])
    const volume = paintVolume(geometry, (x) => x)
    const instances = volume.instances.map((uid, k) => (k === 2 ? null : uid))
    const box = { origin: [1, 1, 1] as const, size: [5, 2, 3] as const }
    const mask = { geometry, box, voxels: new Uint8Array(30).fill(1) }
    mask.voxels[0] = 0
    const text = (voxels: Uint8Array) => Array.from(voxels).join('')
    expect(text(voxelsBeyond(mask, { ...volume, instances }, 2, 4).voxels)).toBe(
      ['00001', '10001', '00000', '00000', '10001', '10001'].join(''),
    )
  })
})

describe('sliceOverlap', () => {
  const mask = drawMask('##.. ....', '.#.. ....', '..## ....', '.... ....')
  it.each([
    [0, 1, 1],
    [0, 2, 0],
    [0, 3, 0],
    [0, 0, 1],
  ])('slices %i and %i share %d of the smaller', (a, b, expected) => {
    expect(sliceOverlap(mask, a, b)).toBe(expected)
  })
})
