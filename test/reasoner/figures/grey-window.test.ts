import { describe, expect, test } from 'vitest'
import type { Modality } from '../../../src/domain/geometry.ts'
import type { Structure } from '../../../src/domain/knowledge.ts'
import { loadKnowledge } from '../../../src/knowledge.ts'
import { CT_WINDOWS, windowsFor } from '../../../src/reasoner/figures/grey-window.ts'
import { gridOf, paintMask, paintVolume } from '../../support/draw.ts'

const grid = gridOf([8, 8, 8])
const mask = paintMask(grid, (x, y, z) => x > 2 && y > 2 && z > 2)
type About = Pick<Structure, 'id' | 'kind'>

describe('CT windows', () => {
  test.each<{ about: About | null; hu: number; windows: string[] }>([
    { about: { id: 'lung-nodule', kind: 'lesion' }, hu: 20, windows: ['W1500 L-600', 'W350 L50'] },
    { about: { id: 'lung', kind: 'organ' }, hu: -800, windows: ['W1500 L-600'] },
    { about: { id: 'liver', kind: 'organ' }, hu: 60, windows: ['W160 L60'] },
    { about: { id: 'brain', kind: 'organ' }, hu: 30, windows: ['W80 L40'] },
    { about: { id: 'femur', kind: 'bone' }, hu: 500, windows: ['W1800 L400'] },
    { about: { id: 'aorta', kind: 'vessel' }, hu: 200, windows: ['W600 L200'] },
    { about: { id: 'spleen', kind: 'organ' }, hu: 50, windows: ['W400 L50'] },
    { about: { id: 'lesion', kind: 'lesion' }, hu: -500, windows: ['W1500 L-600', 'W350 L50'] },
    { about: { id: 'lesion', kind: 'lesion' }, hu: 400, windows: ['W1800 L400'] },
    { about: null, hu: 0, windows: ['W400 L50'] },
  ])('$about.id at $hu HU', ({ about, hu, windows }) => {
    const found = windowsFor(
      about,
      mask,
      paintVolume(grid, () => hu),
    )
    expect(found.map(({ name }) => name)).toEqual(windows)
  })

  test('level and width are what black and white are of', () => {
    const [window] = windowsFor(
      { id: 'liver', kind: 'organ' },
      mask,
      paintVolume(grid, () => 0),
    )
    expect(window).toMatchObject({ low: -20, high: 140, inverse: false })
  })

  test('every structure that the table names is in the knowledge', () => {
    const { structures } = loadKnowledge(new URL('../../../config/knowledge', import.meta.url))
    const known = new Set(structures.map(({ id }) => id))
    expect(CT_WINDOWS.flatMap((row) => row.structures).filter((id) => !known.has(id))).toEqual([])
  })
})

describe('other modalities', () => {
  const ramp = (modality: Modality, unit: string) => ({
    ...paintVolume(grid, (x, y, z) => x + 8 * y + 64 * z, modality),
    unit,
  })

  test('MR: half a percent is cut at either end', () => {
    const [window] = windowsFor(null, mask, ramp('MR', '1'))
    expect(window).toMatchObject({ low: 3, high: 508, inverse: false })
  })

  test('PET in SUV: 0 to 10, dark is high', () => {
    expect(windowsFor(null, mask, ramp('PT', 'g/ml{SUVbw}'))[0]).toMatchObject({
      low: 0,
      high: 10,
      inverse: true,
    })
  })

  test('PET on another scale is inverse too', () => {
    expect(windowsFor(null, mask, ramp('PT', 'Bq/ml'))[0]).toMatchObject({ low: 3, inverse: true })
  })

  test('an image of one value has a window all the same', () => {
    const [window] = windowsFor(
      null,
      mask,
      paintVolume(grid, () => 7, 'MR'),
    )
    expect(window).toMatchObject({ low: 7, high: 8 })
  })
})
