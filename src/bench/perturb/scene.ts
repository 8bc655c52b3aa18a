/** What is perturbed: one segment of an object on its images, as the checks see it. */
import type { Prepared } from '../../compute/assess.ts'
import type { Placed } from '../../compute/place.ts'
import type { ReadLimits } from '../../dicom/limits.ts'
import type { Mask } from '../../domain/geometry.ts'
import type { SeriesSummary } from '../../domain/segmentation.ts'
import { measureMask } from '../../imaging/measure.ts'
import type { Random } from '../../phantom/random.ts'

/** What an archive holds beside the object: the images, and another series of the same study in other coordinates. */
export interface DicomForm {
  readonly images: SeriesSummary
  readonly otherSeries: SeriesSummary
  readonly limits: ReadLimits
}

export interface Scene {
  /** What is drawn again together by a bootstrap, and lies in one split. */
  readonly patient: string
  /** The collection, e.g. `phantom CT`. */
  readonly set: string
  readonly prepared: Prepared
  /** Of the segment that is changed. */
  readonly number: number
  /** Names of structures that these images do not show. */
  readonly absent: readonly string[]
  /** How its object is written; null where the collection says too little for that. */
  readonly dicom: DicomForm | null
}

/** A changed scene. */
export interface Edited {
  readonly prepared: Prepared
  /** Of the changed segment, which may have another number now. */
  readonly number: number
  /** False where the segment is no longer what, whose or where it says that it is, whatever its form. */
  readonly claimHolds: boolean
}

/** Makes a scene worse, or only other. Null where that cannot be done to it. Same scene, amount and random numbers, same result. */
export type Edit = (scene: Scene, amount: number, random: Random) => Edited | null | Promise<Edited | null>

/** The segment that is changed. Throws RangeError for one without a mask. */
export function targetOf({ prepared, number }: Scene): Placed & { readonly mask: Mask } {
  const target = prepared.placed.find(({ segment }) => segment.number === number)
  if (target === undefined || target.mask === null) throw new RangeError('The scene has no such segment.')
  return { ...target, mask: target.mask }
}

/** Other segments that hold voxels. */
export function othersOf({ prepared, number }: Scene): (Placed & { readonly mask: Mask })[] {
  return prepared.placed.flatMap((placed) =>
    placed.segment.number !== number && placed.mask !== null && measureMask(placed.mask) !== null
      ? [{ ...placed, mask: placed.mask }]
      : [],
  )
}

/** The scene with other properties of some of its segments, by number. */
export function withPlaced(
  { prepared }: Scene,
  changes: ReadonlyMap<number, (placed: Placed) => Placed>,
): Prepared {
  return {
    ...prepared,
    placed: prepared.placed.map((placed) => changes.get(placed.segment.number)?.(placed) ?? placed),
  }
}

/** Another mask for the segment. What it was read from no longer says anything about it. */
export function withMask(scene: Scene, mask: Mask, claimHolds = true): Edited {
  const redrawn = (placed: Placed): Placed => ({
    ...placed,
    mask,
    ownMask: mask,
    contours: null,
    problems: [],
  })
  return { prepared: withPlaced(scene, new Map([[scene.number, redrawn]])), number: scene.number, claimHolds }
}
