/** Does every piece of a lesion stand out? */
import { describe, expect, it } from 'vitest'
import { checkLesionContrast } from '../../src/checks/lesion-contrast.ts'
import type { Vector3 } from '../../src/domain/geometry.ts'
import type { Structure } from '../../src/domain/knowledge.ts'
import { seededRandom } from '../../src/phantom/random.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named } from '../support/segment-input.ts'
import { volumeContext } from '../support/volume-context.ts'

const GRID = gridOf([60, 40, 40], { spacingMm: [2, 2, 2], origin: [-59, -39, -39] })
const ball = ([x, y, z]: Vector3, radius: number) => ellipsoid([x, y, z], [radius, radius, radius])
const uniform = seededRandom(3)
const random = (): number => 2 * uniform() - 1
const [ONE, TWO, ELSEWHERE] = [ball([-30, 0, 0], 12), ball([0, 0, 0], 8), ball([35, 0, 0], 10)]
const VOLUME = paintVolume(GRID, (x, y, z) => (anyOf(ONE, TWO)(x, y, z) ? 50 : 105) + 40 * random())
const [HOT, COLD] = [ONE, TWO]
const PET = {
  ...paintVolume(GRID, (x, y, z) => (HOT(x, y, z) ? 90 : COLD(x, y, z) ? 5 : 30) + 5 * random()),
  modality: 'PT' as const,
}

const check = (
  isInside: (x: number, y: number, z: number) => boolean,
  changes: Partial<Structure> = {},
  volume = VOLUME,
) =>
  checkLesionContrast(
    volumeContext(paintMask(GRID, isInside), volume, {
      resolved: named(
        'lesion',
        aStructure({ names: ['lesion'], kind: 'lesion', boundary: 'sharp', ...changes }),
      ),
    }),
  ).findings

describe('lesion contrast', () => {
  it.each([
    ['both', anyOf(ONE, TWO)],
    ['one of them', ONE],
    ['a voxel too large', anyOf(ball([-30, 0, 0], 13), ball([0, 0, 0], 9))],
    ['with a crumb elsewhere', anyOf(ONE, TWO, ball([35, 0, 0], 3))],
  ])('says nothing of %s', (_, isInside) => {
    expect(check(isInside)).toEqual([])
  })

  it('finds the piece that is none', () => {
    const findings = check(anyOf(ONE, TWO, ELSEWHERE))
    expect(findings).toMatchObject([{ mode: 'fragmented', severity: 'major' }])
    expect(findings[0]?.text).toMatch(/^1 piece of it \(.*\) looks like what lies around, while the rest/)
  })

  it('says where nothing shows at all', () => {
    expect(check(ELSEWHERE)).toMatchObject([{ mode: 'boundary-unsupported', severity: 'major' }])
  })

  it('a soft boundary is no fault: a note beside clear pieces, nothing alone', () => {
    expect(check(anyOf(ONE, ELSEWHERE), { boundary: 'soft' })).toMatchObject([{ severity: 'minor' }])
    expect(check(ELSEWHERE, { boundary: 'soft' })).toEqual([])
  })

  it('organs are not asked', () => {
    expect(check(ELSEWHERE, { kind: 'organ' })).toEqual([])
  })
})

describe('lesion contrast on PET', () => {
  const soft = { boundary: 'soft' as const }
  it('uptake is what shows, whatever the edge is elsewhere', () => {
    expect(check(HOT, soft, PET)).toEqual([])
    const findings = check(ELSEWHERE, soft, PET)
    expect(findings).toMatchObject([{ mode: 'boundary-unsupported', severity: 'major' }])
    expect(findings[0]?.text).toMatch(/^What it outlines hardly takes up more than what lies around it/)
  })

  it('less uptake than around is no lesion', () => {
    expect(check(COLD, soft, PET)).toMatchObject([{ mode: 'boundary-unsupported', severity: 'major' }])
  })

  it('within the brain it is not asked', () => {
    expect(check(ELSEWHERE, { ...soft, within: ['brain'] }, PET)).toEqual([])
  })
})
