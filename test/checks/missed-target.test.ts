/** Pieces that look like the segment and were left out. */
import { describe, expect, it } from 'vitest'
import { checkMissedTarget } from '../../src/checks/missed-target.ts'
import type { Vector3 } from '../../src/domain/geometry.ts'
import { seededRandom } from '../../src/phantom/random.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named, sibling } from '../support/segment-input.ts'
import { volumeContext } from '../support/volume-context.ts'

const GRID = gridOf([70, 60, 50], { spacingMm: [3, 3, 3], origin: [-105, -90, -75] })
const ball = (centre: Vector3, radius: number) => ellipsoid(centre, [radius, radius, radius])
const LESION = ball([0, 0, 0], 12)
const uniform = seededRandom(5)
const random = (): number => 2 * uniform() - 1
const image = (...others: ((x: number, y: number, z: number) => boolean)[]) =>
  paintVolume(GRID, (x, y, z) => (anyOf(LESION, ...others)(x, y, z) ? 8 : 1.5) + random(), 'MR')
const MASK = paintMask(GRID, LESION)
const resolved = named('lesion', aStructure({ names: ['lesion'], kind: 'lesion', missedTarget: true }))
const SECOND = ball([45, 0, 30], 10)

describe('missed target', () => {
  it('finds a second lesion, its size and its slice', () => {
    const { evidence, findings } = checkMissedTarget(volumeContext(MASK, image(SECOND), { resolved }))
    expect(findings).toMatchObject([{ mode: 'missed-target', severity: 'minor', instances: ['2.25.135'] }])
    expect(findings[0]?.text).toMatch(/^1 piece nearby looks like the segment and is in no mask; it has /)
    const cm3 = evidence.find(({ key }) => key === 'missed.largest')?.value ?? 0
    expect(cm3 / ((4 / 3) * Math.PI)).toBeGreaterThan(0.7)
    expect(cm3 / ((4 / 3) * Math.PI)).toBeLessThan(1.3)
  })

  it.each([
    ['nothing else', []],
    ['much larger: another organ', [ball([50, 0, 20], 26)]],
    ['much smaller', [ball([45, 0, 30], 4)]],
    [
      'long and thin: a vessel',
      [(x: number, y: number, z: number) => Math.abs(x - z - 30) < 5 && Math.abs(y) < 4],
    ],
    ['touching: a matter of the boundary', [ball([16, 0, 0], 9)]],
  ])('says nothing of %s', (_, others) => {
    expect(checkMissedTarget(volumeContext(MASK, image(...others), { resolved })).findings).toEqual([])
  })

  it('is no finding on PET, where healthy tissue takes up as much: evidence without an expectation', () => {
    const pet = { ...image(SECOND), modality: 'PT' as const, unit: 'g/ml{SUVbw}' }
    const { evidence, findings } = checkMissedTarget(volumeContext(MASK, pet, { resolved }))
    expect(findings).toEqual([])
    const count = evidence.find(({ key }) => key === 'missed.count')
    expect(count).toMatchObject({ value: 1 })
    expect(count).not.toHaveProperty('expected')
  })

  it('says nothing of what another segment holds', () => {
    const siblings = [sibling(2, paintMask(GRID, SECOND), resolved)]
    expect(checkMissedTarget(volumeContext(MASK, image(SECOND), { resolved, siblings })).findings).toEqual([])
  })

  it('knows no likeness where the segment does not stand out', () => {
    const volume = paintVolume(GRID, (x, y, z) => (anyOf(LESION, SECOND)(x, y, z) ? 50 : 45) + 15 * random())
    const { evidence, findings } = checkMissedTarget(volumeContext(MASK, volume, { resolved }))
    expect(findings).toEqual([])
    expect(evidence[0]?.value).toBeLessThan(0.9)
  })

  it('finds what is dark as well', () => {
    const volume = paintVolume(
      GRID,
      (x, y, z) => (anyOf(LESION, SECOND)(x, y, z) ? 10 : 100) + random(),
      'MR',
    )
    expect(checkMissedTarget(volumeContext(MASK, volume, { resolved })).findings.length).toBe(1)
  })

  it('is asked only of structures made of parts', () => {
    const organ = named('liver', aStructure())
    expect(checkMissedTarget(volumeContext(MASK, image(SECOND), { resolved: organ })).evidence).toEqual([])
  })

  describe('in the organ that the object shows', () => {
    const structure = aStructure({ names: ['lesion'], kind: 'lesion', missedTarget: true, within: ['liver'] })
    const lesion = named('lesion', structure)
    const organ = sibling(2, paintMask(GRID, ball([20, 0, 15], 60)), named('liver', aStructure()))
    const found = (volume: ReturnType<typeof image>) =>
      checkMissedTarget(volumeContext(MASK, volume, { resolved: lesion, siblings: [organ] })).findings

    it('a piece of the very same values was left out', () => {
      expect(found(image(SECOND))).toMatchObject([{ mode: 'missed-target', severity: 'major' }])
    })

    it.each([
      ['outside of it', image(ball([-60, 0, -40], 10))],
      [
        'of other values: a cyst',
        paintVolume(GRID, (x, y, z) => (LESION(x, y, z) ? 8 : SECOND(x, y, z) ? 11 : 1.5) + random(), 'MR'),
      ],
    ])('nothing is said of one %s', (_, volume) => {
      expect(found(volume)).toEqual([])
    })
  })
})
