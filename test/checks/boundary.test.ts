/** Does the outline lie on the edges of the image? */
import { describe, expect, it } from 'vitest'
import { checkBoundary } from '../../src/checks/boundary.ts'
import type { Vector3 } from '../../src/domain/geometry.ts'
import type { Structure } from '../../src/domain/knowledge.ts'
import { seededRandom } from '../../src/phantom/random.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named } from '../support/segment-input.ts'
import { volumeContext } from '../support/volume-context.ts'

const GRID = gridOf([50, 50, 40], { spacingMm: [2, 2, 3], origin: [-49, -49, -58] })
const ORGAN = ellipsoid([0, 0, 0], [24, 20, 28])
const uniform = seededRandom(7)
const random = (): number => 2 * uniform() - 1
const VOLUME = paintVolume(GRID, (x, y, z) => (ORGAN(x, y, z) ? 110 : 30) + 12 * random())
const MR = paintVolume(GRID, (x, y, z) => (ORGAN(x, y, z) ? 0.9 : 0.3) + 0.05 * random(), 'MR')
const drawn = (shift: Vector3, grownMm: number) =>
  paintMask(GRID, ellipsoid(shift, [24 + grownMm, 20 + grownMm, 28 + grownMm]))
const resolved = (boundary: Structure['boundary']) => named('liver', aStructure({ boundary }))
const check = (shift: Vector3, grownMm: number, boundary: Structure['boundary'] = 'sharp', volume = VOLUME) =>
  checkBoundary(volumeContext(drawn(shift, grownMm), volume, { resolved: resolved(boundary) }))
const measured = (result: ReturnType<typeof check>, key: string): number =>
  result.evidence.find((item) => item.key === key)?.value ?? NaN

describe('boundary', () => {
  it('is on the edges for a good mask, whatever the scale of values', () => {
    for (const volume of [VOLUME, MR]) {
      const result = check([0, 0, 0], 0, 'sharp', volume)
      expect(result.findings).toEqual([])
      expect(measured(result, 'boundary.support')).toBeGreaterThan(2)
      expect(measured(result, 'boundary.edgeless')).toBeLessThan(0.1)
      expect(Math.abs(measured(result, 'boundary.offset'))).toBeLessThan(1)
      expect(measured(result, 'boundary.shift')).toBeLessThanOrEqual(1.5)
    }
  })

  it.each([
    [6, 'shrunk by 6'],
    [-6, 'grown by 6'],
  ])('drawn %i mm beyond the edge', (mm, how) => {
    const { findings } = check([0, 0, 0], mm)
    expect(findings.map(({ mode, severity }) => [mode, severity])).toEqual([
      ['boundary-unsupported', 'major'],
    ])
    const stated = Number(/(?:shrunk|grown) by ([\d.]+) mm/.exec(findings[0]?.text ?? '')?.[1])
    expect(Math.abs(stated - Math.abs(mm))).toBeLessThan(1.2)
    expect(findings[0]?.text).toContain(how.split(' ')[0])
  })

  it.each<[Vector3, string]>([
    [[8, 0, 0], 'right'],
    [[-8, 0, 0], 'left'],
    [[0, 8, 0], 'front'],
    [[0, 0, 9], 'lower'],
  ])('moved by %o: says by how much, and back to the %s', (shift, back) => {
    const { findings } = check(shift, 0)
    expect(findings.map(({ mode, severity }) => [mode, severity])).toEqual([
      ['boundary-unsupported', 'major'],
    ])
    const [, mm, side] =
      /moved by ([\d.]+) mm, mostly towards the (\w+) end/.exec(findings[0]?.text ?? '') ?? []
    expect(side).toBe(back)
    expect(Math.abs(Number(mm) - Math.hypot(...shift))).toBeLessThan(2)
    expect(findings[0]?.instances.length).toBe(10)
  })

  it('follows no edge where these lie farther off than anyone can say how far', () => {
    const { findings } = check([0, 0, 0], -10)
    expect(findings.map(({ mode, severity }) => [mode, severity])).toEqual([
      ['boundary-unsupported', 'major'],
    ])
    expect(findings[0]?.text).toMatch(
      /^The outline follows no edge of the image: edges are 0\.\d+ times as frequent on it as around it, and \d+ % of it/,
    )
  })

  it('is judged mildly where the edge is soft, and not at all where there is none to follow', () => {
    expect(check([0, 0, 0], 6, 'soft').findings.map(({ severity }) => severity)).toEqual(['minor'])
    const none = check([0, 0, 0], 6, 'none')
    expect(none.findings).toEqual([])
    expect(none.evidence.length).toBeGreaterThan(0)
  })

  it('says nothing of a mask with hardly a surface, nor of PET', () => {
    const speck = paintMask(GRID, ellipsoid([0, 0, 0], [4, 4, 4]))
    expect(checkBoundary(volumeContext(speck, VOLUME, { resolved: resolved('sharp') })).evidence).toEqual([])
    const pet = { ...VOLUME, modality: 'PT' as const }
    expect(check([0, 0, 0], 6, 'sharp', pet).evidence).toEqual([])
  })

  it('leaves out slices without an image, and gives the same answer twice', () => {
    const instances = VOLUME.instances.map((uid, k) => (k > 25 ? null : uid))
    const voxels = VOLUME.voxels.slice().fill(0, 26 * 2500)
    const cut = check([0, 0, 0], 0, 'sharp', { ...VOLUME, voxels, instances })
    expect(cut.findings).toEqual([])
    expect(measured(cut, 'boundary.support')).toBeGreaterThan(2)
    expect(check([0, 0, 0], 0)).toEqual(check([0, 0, 0], 0))
  })
})
