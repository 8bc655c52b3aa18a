import { describe, expect, it } from 'vitest'
import { runChecks } from '../../src/checks/run.ts'
import type { Structure } from '../../src/domain/knowledge.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named, segmentInput } from '../support/segment-input.ts'

const GRID = gridOf([60, 60, 60], { spacingMm: [3, 3, 3], origin: [-90, -90, -90] })
const VOLUME = paintVolume(GRID, (x, y) => (Math.hypot(x, y) < 85 ? 40 : -1000))
/** 40 slices of 3 mm: z from -60 to 57. */
const ORGAN = paintMask(GRID, ellipsoid([0, 0, -1.5], [30, 30, 60]))

function check(mask: Mask, changes: Partial<Structure> = {}, label = 'liver') {
  const resolved = named(label, aStructure(changes))
  const { evidence, findings } = runChecks(segmentInput(mask, { volume: VOLUME, resolved }))
  return {
    extent: evidence.find(({ name }) => name === 'craniocaudal extent'),
    found: findings.filter(({ mode }) => mode === 'implausible-extent'),
  }
}
const range = (low: number | null, high: number | null) => ({
  extentMm: { low, high, source: 'Author 2000' },
})

describe('extent', () => {
  it.each([
    [range(100, 140), []],
    [range(120, 120), []],
    [range(121, null), ['major']],
    [range(250, null), ['critical']],
    [range(null, 119), ['major']],
    [range(null, 59), ['critical']],
  ])('of 120 mm against %o', (changes, severities) => {
    const { extent, found } = check(ORGAN, changes)
    expect(extent).toMatchObject({ value: 120, unit: 'mm', expected: changes.extentMm })
    expect(found.map(({ severity }) => severity)).toEqual(severities)
    for (const { text, instances } of found) {
      expect(text).toMatch(
        /^From lower to upper end it measures 120 mm, (below|above) the plausible [\d.]+ mm \(Author 2000\)\.$/,
      )
      expect(instances).toEqual(['2.25.110', '2.25.149'])
    }
  })

  it('is measured without an expectation, too', () => {
    expect(check(ORGAN).extent).toEqual({
      id: expect.any(String),
      name: 'craniocaudal extent',
      value: 120,
      unit: 'mm',
      where: 'whole segment',
    })
  })

  it('has no lower limit where the images cut it, and keeps the upper one', () => {
    const upper = paintMask(GRID, ellipsoid([0, 0, 90], [30, 30, 60]))
    expect(check(upper, range(100, null)).found).toEqual([])
    expect(check(upper, range(null, 50)).found).toHaveLength(1)
  })

  it('is not long by an island far away', () => {
    const withIsland = paintMask(
      GRID,
      anyOf(ellipsoid([0, 0, -1.5], [30, 30, 60]), ellipsoid([0, 0, 80], [5, 5, 5])),
    )
    expect(check(withIsland, range(null, 140)).found).toEqual([])
    expect(
      check(withIsland, { ...range(null, 140), components: { max: 2, source: 'test' } }).found,
    ).toHaveLength(1)
    expect(check(withIsland, range(null, 110)).found).toHaveLength(1)
  })

  it('of a pair without a side has no upper limit', () => {
    const pair = { ...range(null, 100), paired: true }
    expect(check(ORGAN, pair).found).toEqual([])
    expect(check(ORGAN, pair, 'left liver').found).toHaveLength(1)
  })
})
