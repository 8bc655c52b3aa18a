import { describe, expect, it } from 'vitest'
import { checkDuplicate } from '../../src/checks/duplicate.ts'
import { ellipsoid, gridOf, paintMask } from '../support/draw.ts'
import { aStructure, maskContext, named, sibling } from '../support/segment-input.ts'

const GRID = gridOf([40, 40, 40])
const ball = (radius: number) => paintMask(GRID, ellipsoid([20, 20, 20], [radius, radius, radius]))
const KIDNEY = aStructure({ id: 'kidney', name: 'Kidney', names: ['kidney'], paired: true })
const LIVER = aStructure({ id: 'liver' })
const claim = (label: string) => named(label, KIDNEY, LIVER)

function check(own: string, other: string, radius = 12) {
  const siblings = [sibling(7, ball(radius), claim(other))]
  return checkDuplicate(maskContext(ball(12), { resolved: claim(own), siblings }))
}

describe('the same voxels twice', () => {
  it.each([
    ['liver', 'kidney_left', 'major'],
    ['kidney_left', 'kidney_right', 'major'],
    ['kidney_left', 'kidney_left', 'minor'],
    ['something', 'something', 'major'],
    ['something', 'liver', 'major'],
  ])('as %s and as %s: %s', (own, other, severity) => {
    expect(check(own, other).findings.map((one) => one.severity)).toEqual([severity])
  })

  it('are told with the number of the other one and never with its label', () => {
    const { findings, evidence } = check('liver', 'Kidney_L')
    expect(findings[0]?.text).toBe(
      'It holds the same voxels as segment 7 (Kidney, left) (Dice 1.00) but claims something else: at least one of them is not what it claims.',
    )
    expect(evidence).toMatchObject([{ key: 'duplicate.7', value: 1, unit: '1' }])
    expect(check('liver', 'Mr Miller').findings[0]?.text).not.toContain('Miller')
  })

  it('are not found where a shell is missing, nor in another place', () => {
    expect(check('liver', 'kidney_left', 11).findings).toEqual([])
    const apart = paintMask(GRID, ellipsoid([24, 20, 20], [12, 12, 12]))
    const siblings = [sibling(7, apart, claim('kidney_left'))]
    expect(checkDuplicate(maskContext(ball(12), { siblings })).findings).toEqual([])
  })
})
