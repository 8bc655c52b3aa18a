import { describe, expect, it } from 'vitest'
import { checkAsymmetricPair } from '../../src/checks/asymmetric-pair.ts'
import type { Structure } from '../../src/domain/knowledge.ts'
import { gridOf, paintMask } from '../support/draw.ts'
import { aStructure, maskContext, named, sibling } from '../support/segment-input.ts'

/** Voxels of 1 cm3. */
const GRID = gridOf([30, 12, 12], { spacingMm: [10, 10, 10] })
const block = (cm3: number, from = 2) =>
  paintMask(GRID, (x, y, z) => y === 50 && z === 50 && x >= from * 10 && x < (from + cm3) * 10)
const kidney = (changes: Partial<Structure> = {}): Structure =>
  aStructure({
    id: 'kidney',
    name: 'Kidney',
    names: ['kidney'],
    paired: true,
    pairRatioMax: { value: 3, source: 'test' },
    ...changes,
  })

function check(own: number, partner: number, changes: Partial<Structure> = {}, from = 2) {
  const structure = kidney(changes)
  const siblings = [sibling(5, block(partner, from), named('kidney_right', structure))]
  return checkAsymmetricPair(maskContext(block(own), { resolved: named('kidney_left', structure), siblings }))
}

describe('left and right', () => {
  const range = (low: number, high: number) => ({ volumeCm3: { low, high, source: 'test' } })
  it.each([
    ['alike', 6, 6, {}, []],
    ['at the limit', 4, 12, {}, []],
    ['beyond it', 4, 13, {}, ['minor']],
    ['beyond it, the larger one', 13, 4, {}, ['minor']],
    ['far beyond it', 2, 14, {}, ['major']],
    ['itself implausible', 2, 14, range(4, 20), ['major']],
    ['the partner implausible', 14, 2, range(4, 20), []],
    ['both implausible', 2, 14, range(4, 10), ['major']],
    ['no limit known', 2, 14, { pairRatioMax: null }, []],
  ])('%s', (_, own, partner, changes, expected) => {
    expect(check(own, partner, changes).findings.map(({ severity }) => severity)).toEqual(expected)
  })

  it('is told with both volumes and which one is off', () => {
    expect(check(2, 14, { volumeCm3: { low: 4, high: 20, source: 'test' } }).findings[0]?.text).toBe(
      'It holds 2.00 cm3 and its partner, segment 5 (Kidney, right), 14.0 cm3: 7.00 times as much in one as in the other, where 3.00 is plausible; its own volume is the implausible one.',
    )
  })

  it('says nothing where the images cut one of them', () => {
    expect(check(14, 2, {}, 0)).toEqual({ evidence: [], findings: [] })
  })

  it('says nothing of a pair that claims the same side', () => {
    const siblings = [sibling(5, block(14), named('kidney_left', kidney()))]
    const found = checkAsymmetricPair(
      maskContext(block(2), { resolved: named('kidney_left', kidney()), siblings }),
    )
    expect(found.evidence).toEqual([])
  })
})
