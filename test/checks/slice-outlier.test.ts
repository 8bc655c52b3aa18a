import { describe, expect, it } from 'vitest'
import type { SegmentInput } from '../../src/checks/check.ts'
import { runChecks } from '../../src/checks/run.ts'
import type { Finding } from '../../src/domain/evidence.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named, segmentInput } from '../support/segment-input.ts'

const GRID = gridOf([100, 80, 40], { spacingMm: [1, 1, 3], origin: [-50, -40, -60] })
const VOLUME = paintVolume(GRID, (x, y) => (Math.hypot(x, y) < 39 ? 40 : -1000))
const ORGAN = ellipsoid([0, 0, 0], [25, 20, 45])
/** Position of the slice that is damaged: slice 21 of 40. */
const BAD_Z = 0

type Shape = (x: number, y: number, z: number) => boolean
/** The organ, drawn by another rule in some slices. */
const redrawn = (isBad: (z: number) => boolean, bad: Shape): Mask =>
  paintMask(GRID, (x, y, z) => (isBad(z) ? bad(x, y, z) : ORGAN(x, y, z)))
const inOne = (z: number): boolean => z === BAD_Z

function outliers(mask: Mask, changes: Partial<SegmentInput> = {}): Finding[] {
  const { findings } = runChecks(segmentInput(mask, { volume: VOLUME, ...changes }))
  return findings.filter(({ mode }) => mode === 'slice-outlier')
}
const severities = (mask: Mask, changes: Partial<SegmentInput> = {}): string[] =>
  outliers(mask, changes).map(({ severity }) => severity)
const kind = (of: 'vessel' | 'bone' | 'muscle' | 'lesion') => ({
  resolved: named('liver', aStructure({ kind: of })),
})

describe('slice outlier', () => {
  it('finds nothing wrong with a smooth organ, and measures it', () => {
    const { evidence, findings } = runChecks(segmentInput(paintMask(GRID, ORGAN), { volume: VOLUME }))
    expect(findings).toEqual([])
    expect(evidence.find(({ name }) => name === 'one-slice loss')).toMatchObject({ value: 0, unit: 'mm' })
    expect(evidence.find(({ name }) => name === 'sideways step')?.value).toBeLessThan(1)
  })

  it.each([
    ['moved by 10 pixels', (x: number, y: number) => ORGAN(x - 10, y, 0), ['major']],
    ['moved by 5 pixels', (x: number, y: number) => ORGAN(x - 5, y, 0), ['minor']],
    ['moved by 1 pixel', (x: number, y: number) => ORGAN(x - 1, y, 0), []],
    ['drawn 3 pixels too small', ellipsoid([0, 0, 0], [22, 17, 45]), ['major']],
    ['drawn 1 pixel too small', ellipsoid([0, 0, 0], [24, 19, 45]), []],
    ['drawn 4 pixels too large', ellipsoid([0, 0, 0], [29, 24, 45]), ['major']],
    ['drawn 1 pixel too large', ellipsoid([0, 0, 0], [26, 21, 45]), []],
    ['with a spike', anyOf(ORGAN, (x, y) => x > 0 && x < 45 && Math.abs(y) < 15), ['major']],
    ['replaced by a small one from the tip', (x: number, y: number) => ORGAN(x, y, 40), ['major']],
  ] as const)('one slice %s', (_, bad, expected) => {
    const mask = redrawn(inOne, bad)
    expect(severities(mask)).toEqual(expected)
    for (const { instances } of outliers(mask)) expect(instances).toEqual(['2.25.120'])
  })

  it('says in words what does not fit', () => {
    const moved = outliers(redrawn(inOne, (x, y) => ORGAN(x - 10, y, 0)))
    expect(moved[0]?.text).toMatch(
      /^Slice 21 of 40 \(z = 0\.0 mm\) does not fit between its neighbours: it lacks 2\d % of what both of them hold, and 2\d % of it lies where neither of them has any\.$/,
    )
    const small = outliers(redrawn(inOne, ellipsoid([0, 0, 0], [20, 15, 45])))
    expect(small[0]?.text).toMatch(/: it lacks 4\d % of what both of them hold\.$/)
  })

  it('names the farthest slice first and counts the others', () => {
    const mask = redrawn(
      (z) => z === 0 || z === 12,
      (x, y, z) => ORGAN(z === 0 ? x - 5 : x - 12, y, z),
    )
    const [found] = outliers(mask)
    expect(found?.instances).toEqual(['2.25.124', '2.25.120'])
    expect(found?.text).toMatch(/ 1 more slice is out of line\.$/)
  })

  it('is critical when every third slice is out of line', () => {
    const mask = redrawn(
      (z) => (z / 3) % 3 === 0,
      (x, y, z) => ORGAN(x - 8, y, z),
    )
    expect(severities(mask)).toEqual(['critical'])
  })

  it('finds a sideways step, once', () => {
    const found = outliers(
      redrawn(
        (z) => z >= BAD_Z,
        (x, y, z) => ORGAN(x - 12, y, z),
      ),
    )
    expect(found.map(({ severity }) => severity)).toEqual(['major'])
    expect(found[0]?.text).toMatch(
      /^From the slice before to slice 21 of 40 .* the whole outline steps sideways by about 1[0-3]\.\d mm\.$/,
    )
    expect(found[0]?.instances).toEqual(['2.25.120'])
  })

  it('expects of bones and vessels that parts of them run within a slice, but not that a slice lacks what both neighbours have', () => {
    const spike = redrawn(
      inOne,
      anyOf(ORGAN, (x, y) => x > 0 && x < 45 && Math.abs(y) < 15),
    )
    const hollow = redrawn(inOne, (x, y) => ORGAN(x - 10, y, 0))
    expect(severities(spike, kind('bone'))).toEqual([])
    expect(severities(spike, kind('vessel'))).toEqual([])
    expect(severities(spike, kind('muscle'))).toEqual(['major'])
    expect(severities(hollow, kind('vessel'))).toEqual(['major'])
    expect(severities(hollow, kind('lesion'))).toEqual(['minor'])
  })

  it.each([
    [
      'a tube that leans by its own width per slice',
      (x, y, z) => Math.hypot(x - z, y) < 3 && Math.abs(z) < 45,
    ],
    ['a fork', (x, y, z) => Math.hypot(Math.abs(x) - Math.max(0, z) / 2, y) < 5 && Math.abs(z) < 45],
    [
      'a shelf within one slice of a bent tube',
      (x, y, z) => Math.hypot(x, y) < 4 || (z === 0 && Math.abs(y) < 3 && x > 0 && x < 30),
    ],
  ] as const satisfies [string, Shape][])('does not accuse %s', (_, shape) => {
    expect(severities(paintMask(GRID, shape), kind('vessel'))).toEqual([])
  })

  it('leaves what lies beside an empty slice, and few slices, alone', () => {
    expect(severities(paintMask(GRID, (x, y, z) => ORGAN(x, y, z) && z !== 0))).toEqual([])
    const few = paintMask(GRID, (x, y, z) => ORGAN(z === 0 ? x - 10 : x, y, z) && Math.abs(z) < 6)
    expect(severities(few)).toEqual([])
  })

  it('takes pixels below 1 mm for what hands do: by millimetres', () => {
    const fine = { ...GRID, affine: GRID.affine.map((value, n) => (n === 0 || n === 5 ? value / 2 : value)) }
    const onFine = ({ box, voxels }: Mask): Mask => ({ geometry: fine, box, voxels })
    const volume = { ...VOLUME, geometry: fine }
    expect(severities(redrawn(inOne, (x, y) => ORGAN(x - 6, y, 0)))).toEqual(['major'])
    expect(severities(onFine(redrawn(inOne, (x, y) => ORGAN(x - 6, y, 0))), { volume })).toEqual([])
  })
})
