/** The mean under the mask against the structure's range. */
import { describe, expect, it } from 'vitest'
import { checkIntensity } from '../../src/checks/intensity.ts'
import { runChecks } from '../../src/checks/run.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named, segmentInput } from '../support/segment-input.ts'
import { volumeContext } from '../support/volume-context.ts'

const GRID = gridOf([30, 30, 30], { spacingMm: [3, 3, 3], origin: [-45, -45, -45] })
const MASK = paintMask(GRID, ellipsoid([0, 0, 0], [20, 20, 20]))
const resolved = named(
  'liver',
  aStructure({
    intensity: [{ modality: 'CT', unit: "[hnsf'U]", low: -40, high: 250, source: 'Author 2001' }],
  }),
)

describe('implausible intensity', () => {
  it.each([
    [-41, 1, 'below the plausible -40.0'],
    [-40, 0, ''],
    [250, 0, ''],
    [900, 1, 'above the plausible 250'],
  ])('a mean of %i HU', (value, count, text) => {
    const input = segmentInput(MASK, { volume: paintVolume(GRID, () => value), resolved })
    const found = runChecks(input).findings.filter(({ mode }) => mode === 'implausible-intensity')
    expect(found.length).toBe(count)
    if (count === 0) return
    expect(found[0]).toMatchObject({ severity: 'major' })
    expect(found[0]?.text).toContain(text)
    expect(found[0]?.text).toContain('HU')
    expect(found[0]?.text).toContain('(Author 2001)')
  })

  it('names the slices that hold most of the wrong values first', () => {
    const volume = paintVolume(GRID, (_x, _y, z) => (z < -6 ? 4000 : 60))
    const { findings } = checkIntensity(volumeContext(MASK, volume, { resolved }))
    // The widest of the slices with z < -6 is the one at z = -9: slice 12 of the grid.
    expect(findings[0]?.instances[0]).toBe('2.25.112')
  })

  it('has no opinion without a range for this modality and unit, but says what it measured', () => {
    const volume = paintVolume(GRID, () => 9000, 'MR')
    const { evidence, findings } = checkIntensity(volumeContext(MASK, volume, { resolved }))
    expect(findings).toEqual([])
    expect(evidence.map(({ name, value }) => [name, value])).toEqual([
      ['mean value', 9000],
      ['standard deviation of the values', 0],
    ])
  })

  it('says nothing where the series has no image at all', () => {
    const painted = paintVolume(GRID, () => 9000)
    const volume = { ...painted, instances: painted.instances.map(() => null) }
    expect(checkIntensity(volumeContext(MASK, volume, { resolved })).evidence).toEqual([])
  })
})
