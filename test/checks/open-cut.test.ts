/** Does the image go on where the mask ends? */
import { describe, expect, it } from 'vitest'
import { checkOpenCut } from '../../src/checks/open-cut.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import type { Structure } from '../../src/domain/knowledge.ts'
import { seededRandom } from '../../src/phantom/random.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named } from '../support/segment-input.ts'
import { volumeContext } from '../support/volume-context.ts'

const GRID = gridOf([60, 50, 50], { spacingMm: [2, 2, 3], origin: [-59, -49, -73] })
const uniform = seededRandom(11)
const random = (): number => 2 * uniform() - 1
const ORGAN = ellipsoid([0, 0, 0], [36, 28, 45])
const ORGAN_VOLUME = paintVolume(GRID, (x, y, z) => (ORGAN(x, y, z) ? 110 : 30) + 12 * random())
type Inside = (x: number, y: number, z: number) => boolean

const check = (mask: Mask, changes: Partial<Structure> = {}, volume = ORGAN_VOLUME) =>
  checkOpenCut(
    volumeContext(mask, volume, {
      resolved: named('liver', aStructure({ boundary: 'sharp', ...changes })),
    }),
  )
const severities = (found: ReturnType<typeof check>) => found.findings.map(({ severity }) => severity)
const organ = (isKept: Inside) => paintMask(GRID, (x, y, z) => ORGAN(x, y, z) && isKept(x, y, z))

describe('an organ', () => {
  it.each<[string, Inside, string[]]>([
    ['whole', () => true, []],
    ['a voxel too large', (x) => x > -1000, []],
    ['without 10 % at its upper end', (_x, _y, z) => z < 36, ['major']],
    ['without 25 % at its lower end', (_x, _y, z) => z > -22, ['critical']],
    ['with a gap, which is no end', (_x, _y, z) => z < 4 || z > 16, []],
    ['without its left half', (x) => x < 0, ['critical']],
    ['without its front half', (_x, y) => y > 0, ['critical']],
  ])('%s', (_, isKept, expected) => {
    expect(severities(check(organ(isKept)))).toEqual(expected)
  })

  it.each<[string, Mask]>([
    ['drawn a voxel too small', paintMask(GRID, ellipsoid([0, 0, 0], [34, 26, 42]))],
    ['drawn a voxel too large', paintMask(GRID, ellipsoid([0, 0, 0], [38, 30, 48]))],
  ])('%s is not cut', (_, mask) => {
    expect(severities(check(mask))).toEqual([])
  })

  it('says where, and names the slice at the cut first', () => {
    const [finding] = check(organ((_x, _y, z) => z < 22)).findings
    expect(finding).toMatchObject({ mode: 'truncated', evidence: ['cut.open'] })
    expect(finding?.text).toMatch(
      /^It ends in one plane on its upper side, at slice 32 of 50 \(z = 20\.0 mm\)/,
    )
    expect(finding?.instances[0]).toBe('2.25.131')
  })

  it.each<[string, Partial<Structure>]>([
    ['whose boundary is soft', { boundary: 'soft' }],
    ['whose outline is a decision', { boundary: 'none' }],
    ['of bone, whose marrow goes on', { kind: 'bone' }],
    ['that may be drawn in part, like a cord', { mayReachImageEdge: true }],
  ])('nothing is said of a structure %s', (_, changes) => {
    expect(
      check(
        organ((_x, _y, z) => z < 22),
        changes,
      ),
    ).toEqual({ evidence: [], findings: [] })
  })

  it('is not judged where no edge shows anywhere', () => {
    const blank = paintVolume(GRID, () => 100 + 12 * random())
    expect(
      severities(
        check(
          organ(() => true),
          {},
          blank,
        ),
      ),
    ).toEqual([])
  })
})

describe('a vessel', () => {
  const TUBE: Inside = (x, y, z) => Math.hypot(x, y) < 12 && z > -60
  /** Two thinner ones that part below. */
  const BRANCHES: Inside = (x, y, z) => z <= -15 && Math.hypot(Math.abs(x) - 6 + (z + 15) / 1.5, y) < 6
  const vessel = { kind: 'vessel', mayReachImageEdge: true } as const
  const image = (isVessel: Inside) =>
    paintVolume(GRID, (x, y, z) => (isVessel(x, y, z) ? 160 : 20) + 12 * random())
  const straight = image(TUBE)
  const parting = image((x, y, z) => (TUBE(x, y, z) && z > -15) || BRANCHES(x, y, z))

  it('that ends within the images although it goes on is cut', () => {
    const mask = paintMask(GRID, (x, y, z) => TUBE(x, y, z) && z > -20)
    const [finding] = check(mask, vessel, straight).findings
    expect(finding).toMatchObject({ mode: 'truncated', severity: 'critical' })
    expect(finding?.text).toContain('lower side')
  })

  it.each([
    ['ends where it ends', straight, paintMask(GRID, TUBE)],
    ['parts into its branches', parting, paintMask(GRID, (x, y, z) => TUBE(x, y, z) && z > -15)],
  ])('that %s is whole', (_, volume, mask) => {
    expect(severities(check(mask, vessel, volume))).toEqual([])
  })
})
