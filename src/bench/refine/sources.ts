/** What `plumbline bench refine` measures on: images with masks that are taken for right. */
import type { AssessOptions } from '../../compute/assess.ts'
import type { Mask, Volume } from '../../domain/geometry.ts'
import { makeCtPatient, makeMrPatient, type PhantomPatient } from '../../phantom/patient.ts'
import type { StructureId } from '../../phantom/structures.ts'
import { DATA_SETS } from '../findings/data-sets.ts'

export type Split = 'fit' | 'test'

export interface RefineSource {
  /** Which rows are summed up together, and who drew the masks. */
  readonly set: string
  readonly label: string
  readonly volume: Volume
  readonly truth: Mask
}

/** Acceptance was set on `fit`; no mask of `test` was looked at for it. Seeds of phantoms and collections. */
const PHANTOM_SEEDS: Readonly<Record<Split, readonly number[]>> = { fit: [601, 602], test: [701, 702] }
const FRAME = '2.25.1'

interface RealSource {
  readonly split: Split
  readonly set: string
  /** Of DATA_SETS. */
  readonly from: string
  /** Cases by their place in the collection or by name, and labels of segments; null: all. */
  readonly cases: { readonly first: number; readonly count: number } | readonly string[]
  readonly labels: readonly string[] | null
}

const HIPPOCAMPUS = { set: 'hippocampus MR, drawn by experts', from: 'hippocampus MR', labels: null }
const REAL: readonly RealSource[] = [
  {
    split: 'fit',
    set: 'organs CT 3 mm, drawn by a program',
    from: 'TotalSegmentator',
    cases: ['CT 3 mm'],
    labels: ['liver', 'spleen', 'kidney_left', 'kidney_right', 'urinary_bladder'],
  },
  // The reconstruction model saw the first 90 and was chosen on the next 10 (training/recipes).
  { split: 'fit', ...HIPPOCAMPUS, cases: { first: 90, count: 6 } },
  { split: 'test', ...HIPPOCAMPUS, cases: { first: 100, count: 16 } },
  {
    split: 'test',
    set: 'organs MR 3 mm, drawn by a program',
    from: 'TotalSegmentator',
    cases: ['MR 20 slices'],
    labels: ['liver', 'spleen', 'kidney_right'],
  },
  {
    split: 'test',
    set: 'vessels and bone CT 1.5 mm, drawn by a program',
    from: 'TotalSegmentator',
    cases: ['aorta', 'pulmonary artery'],
    labels: ['aorta', 'vertebrae_T12', 'pulmonary_artery'],
  },
  {
    split: 'test',
    set: 'tumours and cords MR, drawn by experts',
    from: 'pyradiomics and SCT',
    cases: ['brain 1', 'brain 2', 'breast 1', 'cord T2*'],
    labels: null,
  },
]

interface Wanted {
  readonly split: Split
  /** Only sets whose name holds this; null: all. */
  readonly only: string | null
  /** The research collections; null: phantoms only. */
  readonly data: string | null
}

export async function* refineSources(
  { split, only, data }: Wanted,
  options: AssessOptions,
): AsyncGenerator<RefineSource> {
  const isWanted = (set: string): boolean => only === null || set.includes(only)
  for (const seed of PHANTOM_SEEDS[split])
    for (const source of phantoms(seed)) if (isWanted(source.set)) yield source
  if (data === null) return
  for (const row of REAL) if (row.split === split && isWanted(row.set)) yield* realSources(row, data, options)
}

function* phantoms(seed: number): Generator<RefineSource> {
  const options = { seed, frameOfReferenceUid: FRAME }
  const shown = [
    [makeCtPatient(options), ['liver', 'spleen', 'kidney-left'], 'phantom CT'],
    [makeMrPatient(options), ['prostate'], 'phantom MR'],
  ] as const satisfies readonly (readonly [PhantomPatient, readonly StructureId[], string])[]
  for (const [patient, structures, set] of shown) {
    const volume = phantomVolume(patient)
    for (const structure of structures)
      yield { set, label: structure.replace('-', ' '), volume, truth: patient.truth(structure) }
  }
}

function phantomVolume({ geometry, modality, voxels }: PhantomPatient): Volume {
  const instances = Array.from({ length: geometry.size[2] }, (_, k) => `2.25.${100 + k}`)
  const unit = modality === 'CT' ? "[hnsf'U]" : '1'
  return { geometry, modality, seriesInstanceUid: '2.25.2', unit, voxels, instances, problems: [] }
}

async function* realSources(
  { set, from, cases, labels }: RealSource,
  data: string,
  options: AssessOptions,
): AsyncGenerator<RefineSource> {
  const dataSet = DATA_SETS.find(({ id }) => id === from)
  if (dataSet === undefined) return
  let at = -1
  for await (const { name, prepared } of dataSet.cases(data, options)) {
    at++
    const isWanted =
      'first' in cases ? at >= cases.first && at < cases.first + cases.count : cases.includes(name)
    if ('first' in cases && at >= cases.first + cases.count) return
    const { volume } = prepared
    if (!isWanted || volume === null) continue
    for (const { segment, mask } of prepared.placed) {
      if (mask === null || !mask.voxels.includes(1) || labels?.includes(segment.label) === false) continue
      yield { set, label: segment.label, volume, truth: mask }
    }
  }
}
