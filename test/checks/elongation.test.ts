import { describe, expect, it } from 'vitest'
import { runChecks } from '../../src/checks/run.ts'
import type { Structure } from '../../src/domain/knowledge.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named, segmentInput } from '../support/segment-input.ts'

const GRID = gridOf([80, 80, 80], { spacingMm: [2, 2, 2], origin: [-80, -80, -80] })
const VOLUME = paintVolume(GRID, (x, y) => (Math.hypot(x, y) < 78 ? 40 : -1000))
/** Twice as long as broad, and askew. */
const ASKEW = paintMask(GRID, (x, y, z) =>
  ellipsoid([0, 0, 0], [50, 25, 20])((x + z) / Math.SQRT2, y, (z - x) / Math.SQRT2),
)

function check(mask: Mask, changes: Partial<Structure> = {}, label = 'liver') {
  const resolved = named(label, aStructure(changes))
  const { evidence, findings } = runChecks(segmentInput(mask, { volume: VOLUME, resolved }))
  return {
    value: (name: string) => evidence.find((one) => one.name === name)?.value,
    found: findings.filter(({ mode }) => mode === 'implausible-shape'),
  }
}
const range = (low: number | null, high: number | null) => ({
  elongation: { low, high, source: 'Author 2000' },
})

describe('elongation', () => {
  it('is measured along the main axis, however that lies', () => {
    const { value } = check(ASKEW)
    expect(value('elongation')).toBeCloseTo(2, 1)
    expect(value('fill of its ellipsoid')).toBeCloseTo(1, 1)
    expect(value('length along the main axis')).toBeGreaterThan(97)
    expect(value('length along the main axis')).toBeLessThan(105)
  })

  it('sees that a mask in two pieces does not fill its ellipsoid', () => {
    const pieces = anyOf(ellipsoid([0, 0, 50], [15, 15, 15]), ellipsoid([0, 0, -50], [15, 15, 15]))
    expect(check(paintMask(GRID, pieces)).value('fill of its ellipsoid')).toBeLessThan(0.5)
  })

  it.each([
    [range(1.5, 2.5), []],
    [range(2.2, null), ['major']],
    [range(4.2, null), ['critical']],
    [range(null, 1.8), ['major']],
    [range(null, 0.9), ['critical']],
  ])('against %o', (changes, severities) => {
    const { found } = check(ASKEW, changes)
    expect(found.map(({ severity }) => severity)).toEqual(severities)
    for (const { text } of found)
      expect(text).toMatch(
        /^It is (1\.9\d|2\.0\d) times as long as broad, (below|above) the plausible \d\.\d+ \(Author 2000\)/,
      )
  })

  it('says nothing against what the images cut, a pair without a side, or few voxels', () => {
    const cut = paintMask(GRID, ellipsoid([0, 0, 80], [30, 30, 60]))
    expect(check(cut, range(5, null)).found).toEqual([])
    expect(check(ASKEW, { ...range(5, null), paired: true }).found).toEqual([])
    expect(check(ASKEW, { ...range(5, null), paired: true }, 'left liver').found).toHaveLength(1)
    const thin = paintMask(GRID, (x, y, z) => Math.abs(x) < 3 && Math.abs(y) < 30 && Math.abs(z) < 30)
    expect(check(thin, range(5, null)).found).toEqual([])
    expect(check(thin).value('elongation')).toBeUndefined()
    expect(check(thin).value('length along the main axis')).toBeGreaterThan(57)
  })
})
