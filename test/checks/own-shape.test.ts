import { describe, expect, it } from 'vitest'
import { runChecks } from '../../src/checks/run.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named, segmentInput } from '../support/segment-input.ts'

/** Images of 1 mm slices, and a segmentation of the same place with 6 mm slices. */
const THIN = gridOf([50, 50, 120], { spacingMm: [4, 4, 1], origin: [-98, -98, -60] })
const THICK = gridOf([50, 50, 20], { spacingMm: [4, 4, 6], origin: [-98, -98, -57.5] })
const VOLUME = paintVolume(THIN, (x, y) => (Math.hypot(x, y) < 90 ? 40 : -1000))
const ORGAN = ellipsoid([0, 0, 0], [40, 40, 32])
const TAPERING = named(
  'liver',
  aStructure({ tapers: true, volumeCm3: { low: 50, high: 300, source: 'test' } }),
)

/** Nearest slice: every thick slice becomes six equal thin ones. */
function laidOver(thick: Mask): Mask {
  const area = 2500
  const voxels = new Uint8Array(area * 120)
  for (let k = 0; k < 120; k++) {
    const from = Math.min(19, Math.floor(k / 6)) * area
    voxels.set(thick.voxels.subarray(from, from + area), k * area)
  }
  return { geometry: THIN, box: { origin: [0, 0, 0], size: THIN.size }, voxels }
}

describe('a segmentation with slices of its own', () => {
  const check = (ownMask: Mask) =>
    runChecks(segmentInput(laidOver(ownMask), { ownMask, volume: VOLUME, resolved: TAPERING }))

  it('is judged by its own ends, not by the steps that laying it over the images makes', () => {
    const whole = paintMask(THICK, ORGAN)
    expect(check(whole).findings).toEqual([])
    const steps = runChecks(segmentInput(laidOver(whole), { volume: VOLUME, resolved: TAPERING }))
    expect(steps.findings.map(({ mode }) => mode)).toContain('truncated')
  })

  it('has the volume that it stores', () => {
    const whole = paintMask(THICK, ORGAN)
    const stored = (whole.voxels.reduce((sum, voxel) => sum + voxel, 0) * 96) / 1000
    expect(check(whole).evidence.find(({ name }) => name === 'volume')?.value).toBeCloseTo(stored, 9)
  })

  it('has the volume of its fractions where it stores some', () => {
    const fractional: Mask = { ...paintMask(THICK, ORGAN), fractionSum: 1000.5 }
    expect(check(fractional).evidence.find(({ name }) => name === 'volume')?.value).toBeCloseTo(96.048, 9)
  })

  it('still names the images that show a fault', () => {
    const { findings } = check(paintMask(THICK, (x, y, z) => ORGAN(x, y, z) && z < 18))
    expect(findings.map(({ mode }) => mode)).toEqual(['truncated'])
    const k = Number(findings[0]?.instances[0]?.slice(5)) - 100
    expect(Math.abs(k - 60 - 14.5)).toBeLessThanOrEqual(1)
  })

  it('that lies outside the images is not called empty', () => {
    const elsewhere: Mask = {
      geometry: THIN,
      box: { origin: [0, 0, 0], size: [0, 0, 0] },
      voxels: new Uint8Array(),
    }
    const shapeProblems = [
      {
        kind: 'out-of-image' as const,
        text: 'All of it lies outside the images.',
        count: 9,
        total: 9,
        slices: [],
      },
    ]
    const input = segmentInput(elsewhere, { ownMask: paintMask(THICK, ORGAN), volume: VOLUME, shapeProblems })
    expect(runChecks(input).findings.map(({ mode, severity }) => `${mode} ${severity}`)).toEqual([
      'out-of-image critical',
    ])
  })
})
