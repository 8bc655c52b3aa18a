/** Edits of the voxels of one segment. */
import type { Mask } from '../../domain/geometry.ts'
import { sharedVoxels } from '../../imaging/shared-voxels.ts'
import type { Random } from '../../phantom/random.ts'
import { voxelCountOf } from './mask-edits.ts'
import { targetOf, withMask, type Edit } from './scene.ts'

/** What leaves nothing, or everything as it was, is no edit. */
export function onMask(change: (mask: Mask, amount: number, random: Random) => Mask | null): Edit {
  return (scene, amount, random) => {
    const { mask } = targetOf(scene)
    const changed = change(mask, amount, random)
    if (changed === null) return null
    const [before, after] = [voxelCountOf(mask), voxelCountOf(changed)]
    const isSame = before === after && sharedVoxels(mask, changed).count === before
    return after === 0 || isSame ? null : withMask(scene, changed)
  }
}
