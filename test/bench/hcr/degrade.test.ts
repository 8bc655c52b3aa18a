import { expect, it } from 'vitest'
import { degrade, type Degradation } from '../../../src/bench/hcr/degrade.ts'
import { volumeAgreement } from '../../../src/imaging/agreement.ts'
import { ellipsoid, gridOf, paintMask } from '../../support/draw.ts'

const MASK = paintMask(gridOf([50, 50, 50]), ellipsoid([20, 18, 18], [10, 8, 9]))
const count = (kind: Degradation['kind'], amount: number) => {
  const { firstMm3, secondMm3, dice } = volumeAgreement(MASK, degrade(MASK, { kind, amount }))
  return { ratio: secondMm3 / firstMm3, dice }
}

it('nothing done is the same mask', () => {
  expect(degrade(MASK, { kind: 'none', amount: 0 })).toBe(MASK)
})

it.each([
  ['grow', 1, 1.2, 1.5],
  ['shrink', 1, 0.6, 0.85],
  ['shift', 3, 1, 1],
  ['cut', 0.4, 0.55, 0.7],
  ['gap', 3, 0.72, 0.8],
  ['blob', 0.3, 1.25, 1.35],
] as const)('%s by %f changes the volume by a factor of %f to %f', (kind, amount, low, high) => {
  const { ratio, dice } = count(kind, amount)
  expect(ratio).toBeGreaterThanOrEqual(low)
  expect(ratio).toBeLessThanOrEqual(high)
  expect(dice).toBeLessThan(1)
})

it('more of the same is worse', () => {
  for (const [kind, little, much] of [
    ['grow', 1, 3],
    ['shrink', 1, 3],
    ['shift', 3, 10],
    ['cut', 0.1, 0.4],
    ['gap', 1, 3],
    ['blob', 0.05, 0.2],
  ] as const)
    expect(count(kind, much).dice).toBeLessThan(count(kind, little).dice)
})
