import { describe, expect, it } from 'vitest'
import { consequenceOf, type Consequence } from '../../../src/bench/perturb/consequence.ts'
import { FAMILIES } from '../../../src/bench/perturb/families.ts'
import { othersOf, targetOf, type Edit, type Scene } from '../../../src/bench/perturb/scene.ts'
import { seededRandom } from '../../../src/phantom/random.ts'
import { smallScene } from '../../support/perturbed-scene.ts'

const ROWS = FAMILIES.flatMap((family) =>
  Object.entries(family.edits).map(([name, edit]) => ({ ...family, name, edit })),
)

/** What lesions are for is tried on lesions, the rest on the organ with a side. */
function sceneFor(id: string): Scene {
  return smallScene(id === 'X8' ? 3 : 2)
}

async function tried(scene: Scene, edit: Edit, amount: number): Promise<Consequence | null> {
  const edited = await edit(scene, amount, seededRandom(7))
  if (edited === null) return null
  const after = targetOf({ ...scene, ...edited })
  return consequenceOf({
    reference: targetOf(scene).mask,
    edited: after.mask,
    claimHolds: edited.claimHolds,
    isLesion: scene.number === 3,
    toleranceMm: 3,
    neighbours: othersOf(scene).map(({ mask }) => mask),
  })
}

const SIGNIFICANT = ROWS.filter(({ kind }) => kind === 'significant')
const HARMLESS = ROWS.filter(({ kind }) => kind === 'harmless')

it('has every family once, and each is tried by an edit or says where it is tried', () => {
  const ids = [
    ...Array.from({ length: 16 }, (_, n) => `X${n + 1}`),
    ...Array.from({ length: 13 }, (_, n) => `N${n + 1}`),
  ]
  expect(FAMILIES.map(({ id }) => id)).toEqual(ids)
  for (const { id, edits, elsewhere, levels } of FAMILIES) {
    expect(Object.keys(edits).length > 0, id).toBe(elsewhere === undefined)
    expect(levels.length, id).toBeGreaterThan(0)
  }
})

describe('families that do harm', () => {
  it.each(SIGNIFICANT)('$id $name: the highest level is significant', async ({ id, edit, levels }) => {
    const worst = await tried(sceneFor(id), edit, levels.at(-1) ?? 0)
    expect(worst?.label).toBe('significant')
  })

  it.each(SIGNIFICANT.filter(({ levels }) => levels.length > 1))(
    '$id $name: more of it does more',
    async ({ id, edit, levels }) => {
      const scene = sceneFor(id)
      const found = await Promise.all(levels.map((amount) => tried(scene, edit, amount)))
      const dice = found.flatMap((one) => one?.dice ?? [])
      expect(dice[0]).toBeLessThan(1)
      for (let n = 1; n < dice.length; n++) expect(dice[n]).toBeLessThan(dice[n - 1] ?? 1)
    },
  )

  it.each(SIGNIFICANT.filter(({ at }) => at !== 'voxels'))(
    '$id $name: wrong whatever the mask looks like',
    async ({ id, edit, levels }) => {
      expect((await tried(sceneFor(id), edit, levels[0] ?? 1))?.reasons).toContain('claim')
    },
  )
})

describe('families that do none', () => {
  it.each(HARMLESS.filter(({ id }) => id !== 'N4'))(
    '$id $name: never significant, the surface is where it was',
    async ({ edit, id, levels }) => {
      const found = await Promise.all(levels.map((amount) => tried(sceneFor(id), edit, amount)))
      const edits = found.flatMap((one) => one ?? [])
      expect(edits.length).toBeGreaterThan(0)
      for (const { label, surfaceDice } of edits) {
        expect(label).not.toBe('significant')
        expect(surfaceDice).toBeGreaterThanOrEqual(0.99)
      }
    },
  )

  it('N4 leaves structures alone of which a voxel is much', async () => {
    const [more] = HARMLESS.filter(({ id }) => id === 'N4')
    expect(more?.edit(smallScene(1), 1, seededRandom(1))).toBeNull()
  })

  it.each(HARMLESS.filter(({ at, id }) => (at === 'dicom' && id !== 'N5') || at === 'claim'))(
    '$id $name: leaves every voxel as it was',
    async ({ id, edit }) => {
      expect(await tried(sceneFor(id), edit, 1)).toMatchObject({ dice: 1, label: 'harmless', slices: [] })
    },
  )
})

it.each(ROWS)('$id $name: the same seed does the same', async ({ id, edit, levels }) => {
  const scene = sceneFor(id)
  const once = async () => edit(scene, levels.at(-1) ?? 1, seededRandom(7))
  const twice = await Promise.all([once(), once()])
  const [first, second] = twice.map((edited) => edited && targetOf({ ...scene, ...edited }))
  expect(first?.mask.voxels).toEqual(second?.mask.voxels)
  expect(first?.segment).toEqual(second?.segment)
})

it('leaves the scene that it was given as it was', async () => {
  const scene = smallScene(2)
  const before = targetOf(scene).mask.voxels.slice()
  for (const { edit, levels } of ROWS) await edit(scene, levels.at(-1) ?? 1, seededRandom(1))
  expect(targetOf(scene).mask.voxels).toEqual(before)
})
