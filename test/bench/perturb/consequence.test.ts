import { expect, it } from 'vitest'
import { consequenceOf, type EditedMask } from '../../../src/bench/perturb/consequence.ts'
import type { Mask } from '../../../src/domain/geometry.ts'
import { grown } from '../../../src/bench/perturb/mask-edits.ts'
import { anyOf, ellipsoid, gridOf, paintMask } from '../../support/draw.ts'

const GRID = gridOf([70, 60, 60])
const ball = (radiusMm: number, x = 30): ReturnType<typeof ellipsoid> =>
  ellipsoid([x, 30, 30], [radiusMm, radiusMm, radiusMm])
const BALL = paintMask(GRID, ball(20))
const SMALL = paintMask(GRID, ball(3))

function consequence(edited: Mask, changes: Partial<EditedMask> = {}) {
  return consequenceOf({
    reference: BALL,
    edited,
    claimHolds: true,
    isLesion: false,
    toleranceMm: 2,
    neighbours: [],
    ...changes,
  })
}

it('the same mask is harmless, unless it is not what it says it is', () => {
  expect(consequence(BALL)).toMatchObject({
    label: 'harmless',
    reasons: [],
    dice: 1,
    surfaceDice: 1,
    slices: [],
  })
  expect(consequence(BALL, { claimHolds: false })).toMatchObject({ label: 'significant', reasons: ['claim'] })
})

it.each<[string, () => Mask, Partial<EditedMask>, string]>([
  ['slices gone at an end', () => paintMask(GRID, (x, y, z) => ball(20)(x, y, z) && z < 46), {}, 'extent'],
  [
    'slices gone within',
    () => paintMask(GRID, (x, y, z) => ball(20)(x, y, z) && Math.abs(z - 30) > 1),
    {},
    'extent',
  ],
  ['a piece elsewhere', () => paintMask(GRID, anyOf(ball(20), ball(7, 60))), {}, 'invented-piece'],
  [
    'a piece missed',
    () => BALL,
    { reference: paintMask(GRID, anyOf(ball(20), ball(7, 60))) },
    'missed-piece',
  ],
  ['30 % less', () => paintMask(GRID, ball(17.7)), {}, 'volume'],
  ['3 mm farther out', () => grown(BALL, 3), {}, 'surface'],
  [
    'into a neighbour',
    () =>
      paintMask(
        GRID,
        anyOf(ball(20), (x, y, z) => ball(12, 44)(x, y, z) && x > 44),
      ),
    { neighbours: [paintMask(GRID, (x, y, z) => ball(20, 62)(x, y, z) && x > 44)] },
    'neighbour',
  ],
  [
    'a lesion of another size',
    () => paintMask(GRID, ball(5)),
    { reference: SMALL, isLesion: true },
    'diameter',
  ],
])('%s: %s', (_, edited, changes, reason) => {
  const found = consequence(edited(), changes)
  expect(found.label).toBe('significant')
  expect(found.reasons).toContain(reason)
})

it('a voxel around a small lesion is no other lesion, though it is half as large again', () => {
  const edited = grown(SMALL, 1)
  const organ = consequence(edited, { reference: SMALL })
  const lesion = consequence(edited, { reference: SMALL, isLesion: true })
  expect(organ.volumeChange).toBeGreaterThan(0.5)
  expect(organ.reasons).toEqual(['volume'])
  expect(lesion.label).toBe('grey')
})

it('names the slices on which something changed', () => {
  const cut = paintMask(GRID, (x, y, z) => ball(20)(x, y, z) && z < 46)
  expect(consequence(cut).slices).toEqual([46, 47, 48, 49, 50])
})
