/** Segmentations of real collections as scenes: what was drawn is taken for right. */
import { DATA_SETS, type DataSet } from '../findings/data-sets.ts'
import type { AssessOptions } from '../../compute/assess.ts'
import { measureMask } from '../../imaging/measure.ts'
import type { Scene } from './scene.ts'

/** Collections that carry images and something to be taken for right; those drawn by programs are silver at best. */
const USED: Readonly<Record<string, readonly string[]>> = {
  'QIN-HN PET': ['Prostate', 'Urinary bladder'],
  STS: ['Prostate', 'Liver'],
  'breast MR': ['Prostate', 'Liver'],
  'hippocampus MR': ['Prostate', 'Liver'],
  'pyradiomics and SCT': ['Prostate', 'Liver'],
  TotalSegmentator: ['Prostate', 'Brain'],
  'glioma programs': ['Prostate', 'Liver'],
}

/** One patient, or not known which of its images belong to the same: as one. */
const ONE_PATIENT: readonly string[] = ['glioma programs', 'TotalSegmentator']

export function realSets(): readonly DataSet[] {
  return DATA_SETS.filter(({ id }) => id in USED)
}

/** Patient by patient. Segments without voxels cannot be made worse and are left out. */
export async function* realScenes(
  set: DataSet,
  folder: string,
  options: AssessOptions,
): AsyncGenerator<Scene[]> {
  let count = 0
  for await (const { name, prepared } of set.cases(folder, options)) {
    const patient = ONE_PATIENT.includes(set.id) ? set.id : `${set.id} ${name} ${count++}`
    yield prepared.placed.flatMap(({ segment: { number }, mask }): Scene[] =>
      mask === null || measureMask(mask) === null
        ? []
        : [{ patient, set: set.id, prepared, number, absent: USED[set.id] ?? [], dicom: null }],
    )
  }
}
