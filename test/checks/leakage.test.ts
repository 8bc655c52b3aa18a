/** A part of the mask that belongs to the neighbour. */
import { describe, expect, it } from 'vitest'
import { checkLeakage } from '../../src/checks/leakage.ts'
import { seededRandom } from '../../src/phantom/random.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named } from '../support/segment-input.ts'
import { volumeContext } from '../support/volume-context.ts'

const GRID = gridOf([60, 50, 40], { spacingMm: [2, 2, 2], origin: [-49, -49, -39] })
const ORGAN = ellipsoid([-10, 0, 0], [26, 26, 26])
const NEIGHBOUR = ellipsoid([42, 0, 0], [26, 30, 30])
const uniform = seededRandom(3)
const random = (): number => 2 * uniform() - 1
const valueAt = (x: number, y: number, z: number): number =>
  (ORGAN(x, y, z) ? 100 : NEIGHBOUR(x, y, z) ? 30 : -100) + 8 * random()
const VOLUME = paintVolume(GRID, valueAt)
const ball = (radius: number, x = 22) => ellipsoid([x, 0, 4], [radius, radius, radius])
const resolved = named('liver', aStructure({ names: ['liver'], boundary: 'sharp' }))

describe('leakage', () => {
  it.each([
    ['nothing', 0, []],
    ['a small ball', 9, ['minor']],
    ['a ball', 14, ['major']],
  ])('%s in the neighbour', (_, radius, expected) => {
    const mask = paintMask(GRID, anyOf(ORGAN, ball(radius)))
    const { findings } = checkLeakage(volumeContext(mask, VOLUME, { resolved }))
    expect(findings.map(({ severity }) => severity)).toEqual(expected)
    for (const finding of findings) {
      expect(finding.mode).toBe('leakage')
      expect(finding.text).toMatch(/^\d+ % of the segment \([\d.]+ cm3\), most in slice \d+ of 40 /)
      // The ball's middle, z = 4: within 3 slices.
      const worst = Number(finding.instances[0]?.slice('2.25.'.length)) - 100
      expect(Math.abs(worst * 2 - 39 - 4)).toBeLessThanOrEqual(6)
    }
  })

  it('is none where the other tissue ends with the mask: a tumour of the organ', () => {
    const tumour = ball(12)
    const volume = paintVolume(GRID, (x, y, z) =>
      tumour(x, y, z) && !ORGAN(x, y, z) ? 30 + 8 * random() : ORGAN(x, y, z) ? 100 + 8 * random() : -100,
    )
    const mask = paintMask(GRID, anyOf(ORGAN, tumour))
    const { evidence, findings } = checkLeakage(volumeContext(mask, volume, { resolved }))
    expect(findings).toEqual([])
    expect(evidence.find(({ key }) => key === 'leak.share')?.value).toBeGreaterThan(0.02)
  })

  it('is not told from an organ that is no more homogeneous than the neighbour is different', () => {
    const mixed = paintVolume(GRID, (x, y, z) => (ORGAN(x, y, z) ? 60 + 400 * random() : valueAt(x, y, z)))
    const mask = paintMask(GRID, anyOf(ORGAN, ball(14)))
    expect(checkLeakage(volumeContext(mask, mixed, { resolved })).findings).toEqual([])
  })

  it('is at most a note in muscle, whose fat goes on around it', () => {
    const muscle = named('liver', aStructure({ kind: 'muscle', boundary: 'sharp' }))
    const mask = paintMask(GRID, anyOf(ORGAN, ball(14)))
    const { findings } = checkLeakage(volumeContext(mask, VOLUME, { resolved: muscle }))
    expect(findings.map(({ severity }) => severity)).toEqual(['minor'])
  })

  it('is evidence only where no sharp boundary is expected', () => {
    const mask = paintMask(GRID, anyOf(ORGAN, ball(14)))
    const soft = named('liver', aStructure({ boundary: 'soft' }))
    const { evidence, findings } = checkLeakage(volumeContext(mask, VOLUME, { resolved: soft }))
    expect(findings).toEqual([])
    expect(evidence.map(({ key }) => key)).toContain('leak.share')
  })

  it('is no question of lesions, nor of structures that are not known', () => {
    const mask = paintMask(GRID, anyOf(ORGAN, ball(14)))
    const lesion = named('liver', aStructure({ kind: 'lesion' }))
    expect(checkLeakage(volumeContext(mask, VOLUME, { resolved: lesion })).evidence).toEqual([])
    const unknown = { ...resolved, structure: null }
    const result = checkLeakage(volumeContext(mask, VOLUME, { resolved: unknown }))
    expect(result.findings).toEqual([])
    expect(result.evidence.length).toBe(3)
  })

  it('looks at no slice without an image', () => {
    const mask = paintMask(GRID, anyOf(ORGAN, ball(14)))
    const volume = { ...VOLUME, instances: VOLUME.instances.map(() => null) }
    expect(checkLeakage(volumeContext(mask, volume, { resolved })).evidence).toEqual([])
  })
})
