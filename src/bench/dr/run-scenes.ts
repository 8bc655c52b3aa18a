/** Every family on every scene that is accepted as it was drawn. */
import type { Judge } from '../../judge-adapters.ts'
import type { Mask } from '../../domain/geometry.ts'
import { voxelVolumeMm3 } from '../../imaging/geometry.ts'
import { seededRandom } from '../../phantom/random.ts'
import { consequenceOf } from '../perturb/consequence.ts'
import { qualityFeatures } from '../quality/features.ts'
import { FAMILIES } from '../perturb/families.ts'
import type { Family } from '../perturb/family.ts'
import { voxelCountOf } from '../perturb/mask-edits.ts'
import { othersOf, targetOf, type Edited, type Scene } from '../perturb/scene.ts'
import { answerOf, judgeSegment, type Judged } from './judge.ts'
import type { Base, Outcome } from './outcome.ts'

export interface RunOptions {
  readonly judge: Judge
  readonly seed: number
  /** Told of every edit that was judged. */
  readonly onEdit: (outcome: Outcome, scene: Scene, edited: Edited) => void
}

/** mm; a surface that lies no farther off is the same (docs/measured-quality.md). */
const TOLERANCE_MM: Readonly<Record<string, number>> = {
  hippocampus: 1,
  'spinal-cord': 1,
  'brain-lesion': 2,
  'breast-lesion': 2,
  'liver-lesion': 2,
}
const TOLERANCE_OTHERS_MM = 3

export async function runScene(
  scene: Scene,
  { judge, seed, onEdit }: RunOptions,
): Promise<{ base: Base; outcomes: Outcome[] }> {
  const before = judgeSegment(scene.prepared, scene.number, judge)
  const again = judgeSegment(scene.prepared, scene.number, judge)
  const about = { set: scene.set, patient: scene.patient, structure: nameOf(scene, before) }
  const flipped = again.verdict !== before.verdict || again.score !== before.score
  const base = { ...about, isAccepted: before.verdict === 'accept', flipped }
  const outcomes: Outcome[] = []
  if (!base.isAccepted) return { base, outcomes }
  for (const family of FAMILIES)
    for (const [name, edit] of Object.entries(family.edits))
      for (const [n, amount] of family.levels.entries()) {
        const key = `${scene.patient} ${scene.number} ${family.id} ${name}`
        const edited = await edit(scene, amount, seededRandom(seed + hashOf(key)))
        if (edited === null) continue
        const outcome = outcomeOf(scene, before, family, edited, judge)
        const row = { ...about, ...outcome, edit: name, level: n + 1, amount }
        onEdit(row, scene, edited)
        outcomes.push(row)
      }
  return { base, outcomes }
}

function outcomeOf(scene: Scene, before: Judged, family: Family, edited: Edited, judge: Judge) {
  const reference = targetOf(scene).mask
  const structure = judge.knowledge.structures.find(({ id }) => id === before.structure)
  const consequence = consequenceOf({
    reference,
    edited: targetOf({ ...scene, ...edited }).mask,
    claimHolds: edited.claimHolds,
    isLesion: structure?.kind === 'lesion',
    toleranceMm: TOLERANCE_MM[before.structure ?? ''] ?? TOLERANCE_OTHERS_MM,
    neighbours: othersOf(scene).map(({ mask }) => mask),
  })
  const after = judgeSegment(edited.prepared, edited.number, judge)
  const { slices: _, ...measured } = consequence
  return {
    ...measured,
    ...answerOf(before, after, family, consequence, edited.prepared),
    family: family.id,
    cm3: cm3Of(reference),
    features: qualityFeatures(after),
  }
}

function cm3Of(mask: Mask): number {
  return (voxelCountOf(mask) * voxelVolumeMm3(mask.geometry)) / 1000
}

/** As it is known, with its side; no words of an object. */
function nameOf(scene: Scene, { structure }: Judged): string {
  const { laterality, label } = targetOf(scene).segment
  const side = laterality ?? /left|right/i.exec(label)?.[0].toLowerCase() ?? ''
  return `${structure ?? 'not in the knowledge base'} ${side}`.trim()
}

/** FNV-1a, 32 bit. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193) >>> 0
  return hash
}
