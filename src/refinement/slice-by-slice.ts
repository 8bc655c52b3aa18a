/** What models of single images share: a slice with a prompt is drawn anew, the others stay as they were. */
import type { ModelInput } from './models.ts'
import type { SlicePrompts } from './prompts.ts'
import type { Cells } from './scene.ts'

/** A new slice of cells from the prompts on it and what it was. */
type DrawSlice = (prompts: SlicePrompts, plane: Cells) => Promise<Cells>

/** Stops between slices when there is no time left; throws the signal's reason when it is aborted. */
export async function sliceBySlice(
  { scene, previous, prompts, hasTime }: ModelInput,
  signal: AbortSignal,
  draw: DrawSlice,
): Promise<Cells> {
  const cells = previous.slice()
  const planeSize = scene.size[0] * scene.size[1]
  for (const slice of prompts.slices) {
    signal.throwIfAborted()
    if (!hasTime()) break
    const plane = cells.subarray(slice.k * planeSize, (slice.k + 1) * planeSize)
    if (holdsNothing(slice)) plane.fill(0)
    else plane.set(await draw(slice, plane))
  }
  return cells
}

/** A box without cells: nothing of the slice belongs to the structure, and no model needs to be asked. */
function holdsNothing({ box }: SlicePrompts): boolean {
  return box !== null && box[2] < box[0]
}
