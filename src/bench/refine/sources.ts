/** What `plumbline bench refine` measures on: images with masks that are taken for right. */
import { join } from 'node:path'
import type { Mask, Volume } from '../../domain/geometry.ts'
import { makeCtPatient, makeMrPatient, type PhantomPatient } from '../../phantom/patient.ts'
import type { StructureId } from '../../phantom/structures.ts'
import { filesByStem } from '../findings/cases.ts'
import { maskOf, readVolumeFile, volumeOf } from '../volume-files.ts'

export interface RefineSource {
  /** Which rows are summed up together, and who drew the masks. */
  readonly set: string
  readonly label: string
  readonly volume: Volume
  readonly truth: Mask
}

/** Patients that nothing was set on: other seeds, and other hippocampi, than while the method was made. */
const PHANTOM_SEED = 701
const HIPPOCAMPI = { from: 100, count: 6 }
const ORGANS = ['liver', 'spleen', 'kidney_left', 'kidney_right', 'urinary_bladder']
const FRAME = '2.25.1'

/** `data`: the research collections; null: phantoms only. */
export async function* refineSources(data: string | null): AsyncGenerator<RefineSource> {
  yield* phantoms()
  if (data === null) return
  yield* organs(data)
  yield* hippocampi(data)
}

function* phantoms(): Generator<RefineSource> {
  const options = { seed: PHANTOM_SEED, frameOfReferenceUid: FRAME }
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

async function* organs(data: string): AsyncGenerator<RefineSource> {
  const at = (name: string): string => join(data, 'ct-totalsegmentator-ai', name)
  const volume = volumeOf(await readVolumeFile(at('example_ct.nii.gz'), FRAME), 'CT')
  const file = await readVolumeFile(at('example_seg_fast_force_split.nii.gz'), FRAME)
  for (const [value, label] of file.labels) {
    if (!ORGANS.includes(label)) continue
    const truth = maskOf(file, (one) => Math.round(one) === value)
    if (truth.voxels.length > 0) yield { set: 'organs CT 3 mm, drawn by a program', label, volume, truth }
  }
}

async function* hippocampi(data: string): AsyncGenerator<RefineSource> {
  const folder = join(data, 'nii-mr-hippocampus-260')
  const labels = await filesByStem(join(folder, 'labels'))
  const images = [...(await filesByStem(join(folder, 'images')))]
  for (const [name, image] of images.slice(HIPPOCAMPI.from, HIPPOCAMPI.from + HIPPOCAMPI.count)) {
    const path = labels.get(name)
    if (path === undefined) continue
    yield {
      set: 'hippocampus MR, drawn by experts',
      label: 'Hippocampus',
      volume: volumeOf(await readVolumeFile(image, FRAME), 'MR'),
      truth: maskOf(await readVolumeFile(path, FRAME), (one) => one > 0.5),
    }
  }
}
