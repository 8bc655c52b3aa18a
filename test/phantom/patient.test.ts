import { describe, expect, it } from 'vitest'
import type { Mask } from '../../src/domain/geometry.ts'
import { findComponents } from '../../src/imaging/components.ts'
import { indexToLps, voxelVolumeMm3 } from '../../src/imaging/geometry.ts'
import { makeCtPatient, makeMrPatient, type PhantomPatient } from '../../src/phantom/patient.ts'
import type { StructureId } from '../../src/phantom/structures.ts'

const frameOfReferenceUid = '2.25.1'

function volumeCm3(mask: Mask): number {
  return (mask.voxels.reduce((sum, voxel) => sum + voxel, 0) * voxelVolumeMm3(mask.geometry)) / 1000
}

/** Centre of the largest part, LPS mm. */
function centre(mask: Mask): readonly number[] {
  const [largest] = findComponents(mask).components
  return largest === undefined ? [NaN, NaN, NaN] : indexToLps(mask.geometry, largest.centroid)
}

function meanUnder(patient: PhantomPatient, structure: StructureId): number {
  const { box, voxels } = patient.truth(structure)
  const [columns, rows] = patient.geometry.size
  let [sum, count] = [0, 0]
  voxels.forEach((voxel, n) => {
    if (voxel === 0) return
    const i = box.origin[0] + (n % box.size[0])
    const j = box.origin[1] + (Math.floor(n / box.size[0]) % box.size[1])
    const k = box.origin[2] + Math.floor(n / (box.size[0] * box.size[1]))
    sum += patient.voxels[(k * rows + j) * columns + i] ?? NaN
    count += 1
  })
  return sum / count
}

function bytesOf(patient: PhantomPatient | undefined): Uint8Array {
  if (patient === undefined) throw new Error('no patient')
  return new Uint8Array(patient.voxels.buffer)
}

describe.each([11, 22, 33])('synthetic CT patient with seed %i', (seed) => {
  const patient = makeCtPatient({ seed, frameOfReferenceUid })

  it.each<[StructureId, number, number]>([
    ['liver', 1200, 1900],
    ['spleen', 140, 280],
    ['kidney-right', 120, 210],
    ['kidney-left', 120, 210],
    ['aorta', 120, 280],
  ])('has a %s between %i and %i cm3', (structure, low, high) => {
    const volume = volumeCm3(patient.truth(structure))
    expect(volume).toBeGreaterThan(low)
    expect(volume).toBeLessThan(high)
  })

  it('has its organs where they belong, in patient coordinates', () => {
    const [liver, spleen] = [centre(patient.truth('liver')), centre(patient.truth('spleen'))]
    const [right, left] = [centre(patient.truth('kidney-right')), centre(patient.truth('kidney-left'))]
    expect(liver[0]).toBeLessThan(-20)
    expect(spleen[0]).toBeGreaterThan(50)
    expect(right[0]).toBeLessThan(-30)
    expect(left[0]).toBeGreaterThan(30)
    expect(right[2]).toBeLessThan(left[2] ?? NaN)
  })

  it.each<StructureId>(['liver', 'spleen', 'kidney-right', 'kidney-left'])(
    'shows the whole %s in one piece, with room above and below',
    (structure) => {
      const mask = patient.truth(structure)
      expect(findComponents(mask).components).toHaveLength(1)
      expect(mask.box.origin[2]).toBeGreaterThan(3)
      expect(mask.box.origin[2] + mask.box.size[2]).toBeLessThan(80)
    },
  )

  it('has plausible Hounsfield values', () => {
    expect(meanUnder(patient, 'liver')).toBeGreaterThan(90)
    expect(meanUnder(patient, 'liver')).toBeLessThan(125)
    expect(meanUnder(patient, 'kidney-left')).toBeGreaterThan(meanUnder(patient, 'spleen'))
    expect(patient.voxels[0]).toBeLessThan(-900)
  })
})

describe('synthetic patients', () => {
  it('are the same bit for bit for the same seed and differ for another', () => {
    const [a, b, c] = [5, 5, 6].map((seed) => makeMrPatient({ seed, frameOfReferenceUid }))
    expect(Buffer.compare(bytesOf(a), bytesOf(b))).toBe(0)
    expect(Buffer.compare(bytesOf(a), bytesOf(c))).not.toBe(0)
  })

  it('have a prostate of about 40 cm3 in one piece on a tilted MR grid', () => {
    const patient = makeMrPatient({ seed: 44, frameOfReferenceUid })
    const prostate = patient.truth('prostate')
    expect(volumeCm3(prostate)).toBeGreaterThan(34)
    expect(volumeCm3(prostate)).toBeLessThan(50)
    expect(findComponents(prostate).components).toHaveLength(1)
    expect(patient.geometry.affine[9]).toBeGreaterThan(0.1)
    expect(Math.min(...patient.voxels.subarray(0, 5000))).toBeGreaterThanOrEqual(0)
  })

  it('refuse a structure that their scan does not show', () => {
    expect(() => makeMrPatient({ seed: 1, frameOfReferenceUid }).truth('liver')).toThrow(/no liver/)
  })
})
