/** The gravest errors that were accepted, kept to be looked at: the worst of each family and structure. */
import type { Mask, Volume } from '../../domain/geometry.ts'
import { slicePicture } from '../findings/picture.ts'
import { targetOf, type Edited, type Scene } from '../perturb/scene.ts'
import type { Outcome } from './outcome.ts'

export interface Miss {
  readonly outcome: Outcome
  readonly png: Uint8Array
}

export interface Misses {
  consider(outcome: Outcome, scene: Scene, edited: Edited): void
  worst(count: number): Miss[]
}

interface Kept {
  readonly outcome: Outcome
  readonly mask: Mask
  readonly reference: Mask
  readonly volume: Volume
}

export function collectMisses(): Misses {
  const kept = new Map<string, Kept>()
  return {
    consider(outcome, scene, edited) {
      const { volume } = edited.prepared
      if (outcome.label !== 'significant' || outcome.isDetected || volume === null) return
      const key = `${outcome.family} ${outcome.structure}`
      const before = kept.get(key)
      if (before !== undefined && harmOf(before.outcome) >= harmOf(outcome)) return
      const mask = targetOf({ ...scene, ...edited }).mask
      kept.set(key, { outcome, mask, reference: targetOf(scene).mask, volume })
    },
    worst(count) {
      const ordered = [...kept.values()].toSorted((a, b) => harmOf(b.outcome) - harmOf(a.outcome))
      return ordered.slice(0, count).map((one) => ({ outcome: one.outcome, png: drawn(one) }))
    },
  }
}

/** A wrong claim is as bad as nothing in common. */
function harmOf({ reasons, surfaceDice }: Outcome): number {
  return reasons.includes('claim') ? 1 : 1 - surfaceDice
}

/** The slice on which most is wrong. */
function drawn({ mask, reference, volume }: Kept): Uint8Array {
  return slicePicture(mask, volume, worstSlice(mask, reference), reference)
}

function worstSlice(mask: Mask, reference: Mask): number {
  const counts = new Map<number, number>()
  for (const one of [mask, reference]) {
    const area = one.box.size[0] * one.box.size[1]
    for (let k = 0; k < one.box.size[2]; k++) {
      const at = one.box.origin[2] + k
      const inSlice = one.voxels.subarray(k * area, (k + 1) * area).reduce((sum, value) => sum + value, 0)
      const before = counts.get(at)
      counts.set(at, before === undefined ? inSlice : Math.abs(before - inSlice))
    }
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 0
}
