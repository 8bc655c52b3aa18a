/** Can the structure lie in this region of the body? */
import { describe, expect, it } from 'vitest'
import { checkBodyRegion } from '../../src/checks/body-region.ts'
import type { Vector3 } from '../../src/domain/geometry.ts'
import type { Structure } from '../../src/domain/knowledge.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named } from '../support/segment-input.ts'
import { volumeContext } from '../support/volume-context.ts'

/** Lungs from z = 0 to 150; the body from -300 to 300. */
const GRID = gridOf([70, 50, 100], { spacingMm: [6, 6, 6], origin: [-207, -147, -297] })
const isLung = (x: number, y: number, z: number): boolean =>
  Math.hypot(Math.abs(x) - 70, y) < 50 && z > 0 && z < 150
const BODY = (x: number, y: number): boolean => Math.hypot(x / 1.5, y) < 120
/** Half tissue, half air. */
const SKIN = (x: number, y: number): boolean => Math.hypot(x / 1.5, y) < 126 && !BODY(x, y)
const CT = paintVolume(GRID, (x, y, z) =>
  isLung(x, y, z) ? -850 : BODY(x, y) ? 40 : SKIN(x, y) ? -600 : -1000,
)
const WITHOUT_LUNGS = paintVolume(GRID, (x, y) => (BODY(x, y) ? 40 : -1000))

function check(centre: Vector3, changes: Partial<Structure>, volume = CT) {
  const mask = paintMask(GRID, ellipsoid(centre, [25, 25, 25]))
  return checkBodyRegion(volumeContext(mask, volume, { resolved: named('liver', aStructure(changes)) }))
}
const textOf = (found: ReturnType<typeof check>) => found.findings[0]?.text ?? null

describe('against the lungs', () => {
  it.each<[string, Vector3, Structure['fromLungs'], RegExp | null]>([
    ['a bladder in the pelvis', [0, 0, -200], 'below', null],
    ['just far enough', [0, 0, -75], 'below', null],
    ['a bladder under the diaphragm', [40, 0, -30], 'below', /should lie below by at least 60 mm/],
    ['a bladder in the chest', [0, 0, 80], 'below', /lies [\d.]+ mm above the lower end of the lungs/],
    ['a brain in the head', [0, 0, 230], 'above', null],
    ['a brain in the belly', [0, 0, -100], 'above', /lies [\d.]+ mm below the upper end of the lungs/],
    ['what may be anywhere', [0, 0, 80], null, null],
  ])('%s', (_, centre, fromLungs, expected) => {
    const text = textOf(check(centre, { fromLungs }))
    if (expected === null) expect(text).toBeNull()
    else expect(text).toMatch(expected)
  })

  it('is critical, with the distance as evidence', () => {
    const { evidence, findings } = check([0, 0, 80], { fromLungs: 'below' })
    expect(findings).toMatchObject([
      { mode: 'wrong-structure', severity: 'critical', evidence: ['region.lungs'] },
    ])
    expect(evidence[0]?.value).toBeCloseTo(-80, -1)
  })

  it('is not asked where no lung shows, or on MR', () => {
    expect(check([0, 0, 80], { fromLungs: 'below' }, WITHOUT_LUNGS).findings).toEqual([])
    const mr = { ...CT, modality: 'MR' as const, unit: '1' }
    expect(check([0, 0, 80], { fromLungs: 'below' }, mr).findings).toEqual([])
  })
})

describe('against the midline', () => {
  it.each<[string, number, Partial<Structure>, boolean]>([
    ['in the middle', 5, { usualSide: 'midline' }, false],
    ['a little beside it', 30, { usualSide: 'midline' }, false],
    ['far from it', -60, { usualSide: 'midline' }, true],
    ['where it may be', -60, {}, false],
    ['a bent spine', -60, { usualSide: 'midline', kind: 'bone' }, false],
  ])('%s', (_, x, changes, isWrong) => {
    expect(textOf(check([x, 0, -150], changes)) !== null).toBe(isWrong)
  })

  it('is told with the side', () => {
    expect(textOf(check([-60, 0, -150], { usualSide: 'midline' }))).toMatch(/6\d\.\d mm to the right of/)
  })
})
