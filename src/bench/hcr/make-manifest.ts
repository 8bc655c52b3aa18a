/** A manifest from research collections: masks of experts and of one program, degraded by known amounts, labelled by what that did to them. */
import { join } from 'node:path'
import type { Mask } from '../../domain/geometry.ts'
import { surfaceAgreement, volumeAgreement } from '../../imaging/agreement.ts'
import { filesByStem } from '../findings/cases.ts'
import { maskOf, readVolumeFile } from '../volume-files.ts'
import { DEGRADATIONS, degrade, type Degradation } from './degrade.ts'
import type { ManifestRow } from './manifest.ts'

type Source = Pick<
  ManifestRow,
  'patientId' | 'group' | 'modality' | 'image' | 'mask' | 'labels' | 'target'
> & {
  /** A surface that lies no farther off than this is the same. */
  readonly toleranceMm: number
}

const POINTS_MAX = 200_000_000
const HIPPOCAMPI = 12
const MISC = 'nrrd-misc-pyradiomics-sct'

export async function* manifestRows(data: string): AsyncGenerator<ManifestRow> {
  for (const { toleranceMm, ...source } of await sources(data)) {
    const file = await readVolumeFile(source.mask, '2.25.1')
    const mask = maskOf(file, (value) => source.labels.includes(Math.round(value)))
    if (!mask.voxels.includes(1)) continue
    for (const degradation of DEGRADATIONS) {
      const { kind, amount } = degradation
      yield {
        caseId: `${source.patientId} ${source.target} ${kind} ${amount}`,
        ...source,
        degradation,
        likert: proxyLikert(mask, degradation, toleranceMm),
        labelledBy: 'proxy_geometric_v1',
        split: 'test',
      }
    }
  }
}

/**
 * `proxy_geometric_v1`: 5 with surface Dice from 0.98 and volume within 3 %, 4 from 0.95 within 10 %, 3 from 0.85, 2 from 0.5,
 * else 1. A gap or a piece that does not belong is at most 3 whatever the surfaces say. Made up by us, not rated by anyone.
 */
function proxyLikert(mask: Mask, degradation: Degradation, toleranceMm: number): number {
  if (degradation.kind === 'none') return 5
  const worse = degrade(mask, degradation)
  if (!worse.voxels.includes(1)) return 1
  const { surfaceDice } = surfaceAgreement(mask, worse, { toleranceMm, pointsMax: POINTS_MAX })
  const { firstMm3, secondMm3 } = volumeAgreement(mask, worse)
  const change = Math.abs(secondMm3 - firstMm3) / firstMm3
  const most = degradation.kind === 'gap' || degradation.kind === 'blob' ? 3 : 5
  const bySurface =
    surfaceDice >= 0.98 && change <= 0.03
      ? 5
      : surfaceDice >= 0.95 && change <= 0.1
        ? 4
        : surfaceDice >= 0.85
          ? 3
          : surfaceDice >= 0.5
            ? 2
            : 1
  return Math.min(most, bySurface)
}

async function sources(data: string): Promise<Source[]> {
  const labels = await filesByStem(join(data, 'nii-mr-hippocampus-260/labels'))
  const images = await filesByStem(join(data, 'nii-mr-hippocampus-260/images'))
  const hippocampi = [...images].slice(0, HIPPOCAMPI).flatMap(([name, image]): Source[] => {
    const mask = labels.get(name)
    const common = { patientId: name, group: 'hippocampus-mr', modality: 'MR', toleranceMm: 1 } as const
    return mask === undefined ? [] : [{ ...common, image, mask, labels: [1, 2], target: 'Hippocampus' }]
  })
  const misc = MISCELLANEOUS.map(({ image, mask, ...rest }): Source => ({
    ...rest,
    modality: 'MR',
    labels: [1],
    image: join(data, MISC, image),
    mask: join(data, MISC, mask),
  }))
  return [...hippocampi, ...misc, ...(await organs(data))]
}

/** Drawn by a program and taken for right: what is measured is whether damage to it is seen. */
async function organs(data: string): Promise<Source[]> {
  const folder = join(data, 'ct-totalsegmentator-ai')
  const [image, mask] = [
    join(folder, 'example_ct.nii.gz'),
    join(folder, 'example_seg_fast_force_split.nii.gz'),
  ]
  const { labels } = await readVolumeFile(mask, '2.25.1')
  const common = { patientId: 'ct', group: 'organ-ct', modality: 'CT', image, mask, toleranceMm: 3 } as const
  return [...labels].flatMap(([value, target]): Source[] =>
    ORGANS.includes(target) ? [{ ...common, labels: [value], target }] : [],
  )
}
const ORGANS = [
  'liver',
  'spleen',
  'kidney_left',
  'kidney_right',
  'stomach',
  'urinary_bladder',
  'heart',
  'aorta',
]

const MISCELLANEOUS: readonly Omit<Source, 'modality' | 'labels'>[] = [
  {
    patientId: 'brain1',
    group: 'brain-mr',
    image: 'brain1_image.nrrd',
    mask: 'brain1_label.nrrd',
    target: 'brain tumour',
    toleranceMm: 2,
  },
  {
    patientId: 'brain2',
    group: 'brain-mr',
    image: 'brain2_image.nrrd',
    mask: 'brain2_label.nrrd',
    target: 'brain tumour',
    toleranceMm: 2,
  },
  {
    patientId: 'breast1',
    group: 'breast-mr',
    image: 'breast1_image.nrrd',
    mask: 'breast1_label.nrrd',
    target: 'breast lesion',
    toleranceMm: 2,
  },
  {
    patientId: 'cord-t2',
    group: 'cord-mr',
    image: 'sct_t2/t2.nii.gz',
    mask: 'sct_t2/t2_seg-manual.nii.gz',
    target: 'SpinalCord',
    toleranceMm: 1,
  },
]
