import { describe, expect, it } from 'vitest'
import { decode } from 'fast-png'
import { drawSegment } from '../../src/compute/draw.ts'
import { maskOnPet, uptakeEvidence } from '../../src/compute/uptake.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { knowledgeOf } from '../support/segment-input.ts'

/** A lesion on CT, and its uptake on a PET of larger voxels that begins elsewhere. */
const lesion = ellipsoid([40, 40, 30], [14, 12, 12])
const ctGrid = gridOf([80, 80, 20], { spacingMm: [1, 1, 3] })
const petGrid = gridOf([24, 24, 20], { spacingMm: [4, 4, 3], origin: [-8, -8, 0] })
const mask = paintMask(ctGrid, lesion)
const ct = paintVolume(ctGrid, (x, y, z) => (lesion(x, y, z) ? 60 : 0))
const pet = {
  ...paintVolume(petGrid, (x, y, z) => (lesion(x, y, z) ? 7 : 1), 'PT'),
  unit: 'g/ml{SUVbw}',
  instances: Array.from({ length: 20 }, (_, k) => `2.25.9${k}`),
}

describe('uptake on a PET beside the images', () => {
  it('is measured where the segment lies in the patient, and numbered on', () => {
    const evidence = uptakeEvidence(mask, pet, 4)
    expect(evidence.map(({ id, name }) => `${id} ${name}`)).toEqual([
      'E5 SUV maximum',
      'E6 SUV peak',
      'E7 SUV mean',
    ])
    expect(evidence.map(({ value }) => Number(value.toFixed(3)))).toEqual([7, 7, 7])
    expect(new Set(evidence.map(({ unit, where }) => `${unit} ${where}`))).toEqual(
      new Set(['g/ml{SUVbw} whole segment, PT']),
    )
  })

  it('is none on another scale, without a PET, and beyond it', () => {
    expect(uptakeEvidence(mask, { ...pet, unit: 'Bq/ml' }, 4)).toEqual([])
    expect(uptakeEvidence(mask, null, 4)).toEqual([])
    const far = paintVolume(gridOf([24, 24, 20], { origin: [500, 0, 0] }), () => 1, 'PT')
    expect(uptakeEvidence(mask, { ...far, unit: pet.unit }, 4)).toEqual([])
    expect(maskOnPet(mask, far)).toBeNull()
  })
})

describe('pictures', () => {
  const segment = { number: 2, structure: null, findings: [], sheetBytesMax: 10_000_000 }
  const draw = (beside: typeof pet | null) =>
    drawSegment({ volume: ct, mask, ownMask: null, body: null, pet: beside, segment }, knowledgeOf())

  it('have the PET beside the image, dark where uptake is high', () => {
    const [sheet] = draw(pet).figures.filter(({ figure: { name } }) => name === '2-pet')
    expect(sheet?.figure.panels.map(({ label }) => label)).toEqual([
      'A1',
      'A2',
      'A3',
      'B1',
      'B2',
      'B3',
      'C1',
      'C2',
      'C3',
    ])
    expect(sheet?.figure.panels.map(({ sopInstanceUid: uid }) => uid?.slice(0, 6))).toEqual([
      '2.25.1',
      '2.25.9',
      '2.25.9',
      '2.25.1',
      '2.25.9',
      '2.25.9',
      '2.25.1',
      '2.25.9',
      '2.25.9',
    ])
    expect(sheet?.figure.panels[4]?.text).toMatch(/PET of this place; SUV from 0 \(white\) to 10 \(black\)/)
    const { width, height, data } = decode(sheet?.png ?? new Uint8Array())
    const at = (column: number, dx: number) =>
      data[Math.round(height / 2) * width + Math.round(((column + 0.5) * width) / 3) + dx] ?? 0
    expect(at(1, 0)).toBeLessThan(at(1, 200))
    expect(at(0, 0)).toBeGreaterThan(at(0, 200))
  })

  it('are as before without one', () => {
    const names = draw(null).figures.map(({ figure }) => figure.name)
    expect(names).not.toContain('2-pet')
    expect(draw(pet).figures.map(({ figure }) => figure.name)).toEqual([...names, '2-pet'])
  })
})
