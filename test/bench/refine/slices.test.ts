import { expect, it } from 'vitest'
import { degrade } from '../../../src/bench/hcr/degrade.ts'
import { sliceRows } from '../../../src/bench/refine/slices.ts'
import { measureMask } from '../../../src/imaging/measure.ts'
import { cut, gapped, nothing, truth } from '../../refinement/scenes.ts'

const agreed = { tooMuch: nothing, missing: nothing }

it('slices that the mask lacks are missing by the truth, and by a pseudo ground truth that knows them', () => {
  const known = sliceRows(cut, truth, { tooMuch: nothing, missing: truth })
  const lacking = known.filter(({ inMask, inTruth }) => !inMask && inTruth)
  expect(lacking.length).toBeGreaterThan(2)
  expect(lacking.every(({ inPseudoTruth, dice }) => inPseudoTruth && dice === 0)).toBe(true)
  const unknown = sliceRows(cut, truth, agreed).filter(({ inMask }) => !inMask)
  expect(unknown.length).toBe(lacking.length)
  expect(unknown.every(({ inPseudoTruth }) => !inPseudoTruth)).toBe(true)
})

it('Dice by slice is that with the truth, pseudo-Dice that with the pseudo ground truth', () => {
  const whole = sliceRows(truth, truth, agreed)
  expect(whole.every(({ dice, pseudoDice }) => dice === 1 && pseudoDice === 1)).toBe(true)
  const empty = sliceRows(gapped, truth, agreed).filter(({ dice }) => dice < 1)
  expect(empty).toHaveLength(3)
  const denied = sliceRows(truth, truth, { tooMuch: truth, missing: nothing })
  expect(
    denied.every(({ dice, pseudoDice, inPseudoTruth }) => dice === 1 && pseudoDice === 0 && !inPseudoTruth),
  ).toBe(true)
})

it('says nothing without pseudo ground truth', () => {
  expect(sliceRows(truth, truth, null)).toEqual([])
})

it('a mask that goes on holds its last slice that many times more', () => {
  const longer = degrade(cut, { kind: 'extend', amount: 3 })
  const [before, after] = [measureMask(cut), measureMask(longer)]
  const end = sliceRows(longer, cut, agreed).filter(({ inMask, inTruth }) => inMask && !inTruth)
  expect(end).toHaveLength(3)
  expect(after?.voxelCount).toBeGreaterThan(before?.voxelCount ?? 0)
})
