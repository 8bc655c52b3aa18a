import { describe, expect, it } from 'vitest'
import { countOutsideBody, findBody, outsideBody, type Body } from '../../src/imaging/body.ts'
import { midlineNear } from '../../src/imaging/midline.ts'
import type { Volume } from '../../src/domain/geometry.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'

const GRID = gridOf([80, 60, 20], { spacingMm: [5, 5, 5], origin: [-180, -150, 0] })
const TRUNK = ellipsoid([15, 0, 0], [150, 100, 1e6])
const LUNGS = anyOf(ellipsoid([-55, 0, 50], [40, 60, 1e6]), ellipsoid([85, 0, 50], [40, 60, 1e6]))
const TABLE = (_x: number, y: number): boolean => y > 120 && y < 130
const chest = (x: number, y: number, z: number): number =>
  LUNGS(x, y, z) ? -850 : TRUNK(x, y, z) ? 40 : TABLE(x, y) ? 200 : -1000

function bodyOf(volume: Volume): Body {
  const body = findBody(volume)
  if (body === null) throw new Error('no body found')
  return body
}

function shareOutside(volume: Volume, isInside: (x: number, y: number, z: number) => boolean): number {
  const mask = paintMask(volume.geometry, isInside)
  return countOutsideBody(mask, bodyOf(volume)).total / mask.voxels.reduce((a, b) => a + b, 0)
}

describe('findBody on CT', () => {
  const volume = paintVolume(GRID, chest)
  it.each([
    ['the trunk', TRUNK, 0],
    ['the lungs', LUNGS, 0],
    ['air in front', (_: number, y: number) => y < -120, 1],
    ['the table', TABLE, 1],
  ])('has %s outside to a share of', (_, shape, share) => {
    expect(shareOutside(volume, shape)).toBe(share)
  })

  it('counts per slice what lies outside', () => {
    const mask = paintMask(GRID, (x, y, z) => y < -140 && x === 0 && (z === 10 || z === 20))
    expect(countOutsideBody(mask, bodyOf(volume)).perSlice.slice(0, 6)).toEqual([0, 0, 2, 0, 2, 0])
  })

  it('marks the voxels that it counts, and none besides', () => {
    const whole = paintMask(GRID, (x, y) => x < 60 || y > 0)
    const box = { origin: [11, 3, 2] as const, size: [60, 50, 15] as const }
    const voxels = new Uint8Array(60 * 50 * 15).fill(1)
    for (const mask of [whole, { geometry: GRID, box, voxels }]) {
      const [body, area] = [bodyOf(volume), mask.box.size[0] * mask.box.size[1]]
      const marked = outsideBody(mask, body)
      expect(marked.voxels.every((voxel, n) => voxel <= (mask.voxels[n] ?? 0))).toBe(true)
      const counts = Array.from({ length: mask.box.size[2] }, (_, k) =>
        marked.voxels.subarray(k * area, (k + 1) * area).reduce((sum, voxel) => sum + voxel, 0),
      )
      expect(counts).toEqual(countOutsideBody(mask, body).perSlice)
      expect(Math.max(...counts)).toBeGreaterThan(0)
    }
  })

  it('keeps lung that the field of view cuts', () => {
    const geometry = gridOf([30, 30, 4], { spacingMm: [5, 5, 5], origin: [-75, -75, 0] })
    const cropped = paintVolume(geometry, (x) => (x < 0 ? -860 : 30))
    expect(shareOutside(cropped, (x) => x < 0)).toBe(0)
  })

  it('finds nothing in a volume of air', () => {
    expect(findBody(paintVolume(GRID, () => -1000))).toBeNull()
  })
})

describe('findBody on MR and PET', () => {
  const noisy = (x: number, y: number, z: number): number => (LUNGS(x, y, z) ? 5 : TRUNK(x, y, z) ? 300 : 8)
  it.each(['MR', 'PT'] as const)('separates %s signal from background and keeps dark organs', (modality) => {
    const volume = paintVolume(GRID, noisy, modality)
    expect(shareOutside(volume, LUNGS)).toBe(0)
    expect(shareOutside(volume, (_, y) => y < -120)).toBe(1)
  })
})

describe('findBody in a series with missing slices', () => {
  const MISSING = [8, 9, 10, 11]
  // Voxels of a slice without an image are 0 (domain/geometry.ts).
  const gap = (modality: 'CT' | 'MR', valueAt: (x: number, y: number, z: number) => number): Volume => {
    const volume = paintVolume(GRID, (x, y, z) => (MISSING.includes(z / 5) ? 0 : valueAt(x, y, z)), modality)
    return { ...volume, instances: volume.instances.map((uid, k) => (MISSING.includes(k) ? null : uid)) }
  }

  it('keeps the body where no image shows it', () => {
    const volume = gap('MR', (x, y, z) => (TRUNK(x, y, z) ? 300 : 8))
    expect(shareOutside(volume, TRUNK)).toBe(0)
  })

  it('does not join the table to the body', () => {
    expect(shareOutside(gap('CT', chest), TABLE)).toBe(1)
  })
})

describe('midlineNear', () => {
  it('is the body centre in LPS mm', () => {
    expect(midlineNear(bodyOf(paintVolume(GRID, chest)), 5, 10, 2)).toBeCloseTo(15, 0)
  })

  it('follows a patient who lies askew', () => {
    const askew = paintVolume(GRID, (x, y, z) =>
      ellipsoid([z / 2, 0, 0], [120, 100, 1e6])(x, y, z) ? 40 : -1000,
    )
    expect(midlineNear(bodyOf(askew), 0, 0, 0)).toBeCloseTo(0, 0)
    expect(midlineNear(bodyOf(askew), 18, 18, 0)).toBeCloseTo(45, 0)
  })

  it('is not known where the images cut the body at one side', () => {
    const half = paintVolume(GRID, (x, y, z) => chest(x + 150, y, z))
    expect(midlineNear(bodyOf(half), 5, 10, 2)).toBeNull()
  })

  it('is the centre of the stack when slices run from side to side', () => {
    const sagittal = {
      ...gridOf([40, 30, 60]),
      affine: [0, 0, 5, -130, 5, 0, 0, -100, 0, -5, 0, 100, 0, 0, 0, 1],
    }
    const volume = { ...paintVolume(gridOf([40, 30, 60]), () => 0), geometry: sagittal }
    const voxels = Float32Array.from(volume.voxels, (_, n) => {
      const [i, k] = [n % 40, Math.floor(n / 1200)]
      return ((-130 + 5 * k - 20) / 120) ** 2 + ((-100 + 5 * i) / 80) ** 2 <= 1 ? 40 : -1000
    })
    expect(midlineNear(bodyOf({ ...volume, voxels }), 0, 5, 0)).toBeCloseTo(20, 0)
  })
})
