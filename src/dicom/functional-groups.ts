/** Multi-frame functional groups (PS3.3 C.7.6.16): every frame as if it were an image of its own. */
import { items, type Dataset } from './part10.ts'
import { tagOf } from './dictionary.ts'

const SHARED = tagOf('SharedFunctionalGroupsSequence')
const PER_FRAME = tagOf('PerFrameFunctionalGroupsSequence')
/** A group inside the MR Diffusion group. */
const DIFFUSION_DIRECTION = tagOf('DiffusionGradientDirectionSequence')
/** What a converter could not place (PS3.3 C.7.6.16.2.25, .26): the groups proper outrank it, hence first. */
const UNASSIGNED = [
  tagOf('UnassignedSharedConvertedAttributesSequence'),
  tagOf('UnassignedPerFrameConvertedAttributesSequence'),
]

/** Does it describe its frames one by one? */
export function hasFrameGroups(dataset: Dataset): boolean {
  return items(dataset, 'PerFrameFunctionalGroupsSequence').length > 0
}

/**
 * The attributes of every frame as a single-frame image has them: those of the whole object, of the shared groups, of
 * the frame's own groups; the later win. Of a group with several items the first counts. No frames: an empty list.
 */
export function frameAttributes(dataset: Dataset): Dataset[] {
  const { [SHARED]: _shared, [PER_FRAME]: _perFrame, ...whole } = dataset
  const [shared = {}] = items(dataset, 'SharedFunctionalGroupsSequence')
  const common = { ...whole, ...flattened(shared) }
  return items(dataset, 'PerFrameFunctionalGroupsSequence').map((own) => ({ ...common, ...flattened(own) }))
}

function flattened(groups: Dataset): Dataset {
  const flat: Record<string, Dataset[string]> = {}
  const tags = [...UNASSIGNED, ...Object.keys(groups).filter((tag) => !UNASSIGNED.includes(tag))]
  for (const tag of tags) Object.assign(flat, firstItem(groups[tag]))
  return Object.assign(flat, firstItem(flat[DIFFUSION_DIRECTION]))
}

function firstItem(element: Dataset[string]): unknown {
  return element?.vr === 'SQ' ? element.Value[0] : undefined
}
