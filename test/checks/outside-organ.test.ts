/** Does a lesion lie in or at its organ? */
import { describe, expect, it } from 'vitest'
import { checkOutsideOrgan } from '../../src/checks/outside-organ.ts'
import type { Mask, Vector3 } from '../../src/domain/geometry.ts'
import { anyOf, ellipsoid, gridOf, paintMask } from '../support/draw.ts'
import { aStructure, maskContext, named, sibling } from '../support/segment-input.ts'

const GRID = gridOf([60, 40, 40], { spacingMm: [2, 2, 2], origin: [-59, -39, -39] })
const ball = ([x, y, z]: Vector3, radius: number) => ellipsoid([x, y, z], [radius, radius, radius])
const LIVER = ball([-20, 0, 0], 28)
const LIVER_MASK = paintMask(GRID, LIVER)
const LESION = aStructure({ id: 'liver-lesion', names: ['lesion'], kind: 'lesion', within: ['liver'] })
const inside = ball([-20, 0, 5], 8)

function check(mask: Mask, organ: Mask | null = LIVER_MASK) {
  const siblings = organ === null ? [] : [sibling(2, organ, named('liver', aStructure()))]
  return checkOutsideOrgan(maskContext(mask, { resolved: named('lesion', LESION), siblings }))
}

describe('a lesion', () => {
  it.each<[string, Mask, Mask | null]>([
    ['in its organ', paintMask(GRID, inside), LIVER_MASK],
    [
      'that the organ leaves out',
      paintMask(GRID, inside),
      paintMask(GRID, (x, y, z) => LIVER(x, y, z) && !inside(x, y, z)),
    ],
    ['that grows out of it', paintMask(GRID, ball([10, 0, 0], 8)), LIVER_MASK],
    ['of several pieces in it', paintMask(GRID, anyOf(inside, ball([-20, 0, -14], 5))), LIVER_MASK],
    ['without the organ in the object', paintMask(GRID, ball([40, 0, 0], 8)), null],
  ])('%s is where it may be', (_, mask, organ) => {
    expect(check(mask, organ).findings).toEqual([])
  })

  it('elsewhere is something else', () => {
    expect(check(paintMask(GRID, ball([40, 0, 0], 8))).findings).toMatchObject([
      {
        mode: 'wrong-structure',
        severity: 'critical',
        text: 'No part of it lies in or at segment 2 (Liver), which it is said to be a lesion of.',
        evidence: ['organ.away'],
      },
    ])
  })

  it('that only borders on it like a neighbour is something else, too', () => {
    expect(check(paintMask(GRID, ball([19, 0, 0], 11))).findings).toMatchObject([{ severity: 'critical' }])
  })

  it.each([
    [8, 'critical'],
    [5, 'major'],
    [2, 'minor'],
  ])('with a piece of radius %i elsewhere', (radius, severity) => {
    const { findings } = check(paintMask(GRID, anyOf(inside, ball([40, 0, 0], radius))))
    expect(findings).toMatchObject([{ mode: 'fragmented', severity }])
    expect(findings[0]?.text).toMatch(/^1 piece of it, .* lies neither in nor at segment 2 \(Liver\)/)
  })
})
