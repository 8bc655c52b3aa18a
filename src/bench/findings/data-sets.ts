/** The real collections that the findings are counted on: what is where, who drew it, what the labels mean. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { AssessOptions } from '../../compute/assess.ts'
import { dicomCases, fileCase, filesByStem, namesIn, type FileCase, type RealCase } from './cases.ts'

export interface DataSet {
  readonly id: string
  /** Who drew it: `expert` = by hand or corrected by hand; `AI` = as a program left it. */
  readonly drawnBy: 'expert' | 'AI'
  readonly cases: (root: string, options: AssessOptions) => AsyncGenerator<RealCase>
}

const STS_SUBJECTS = ['STS_002', 'STS_003', 'STS_008', 'STS_019', 'STS_042']
const CT = 'ct-totalsegmentator-ai'
const MISC = 'nrrd-misc-pyradiomics-sct'
const GLIOMA = 'nii-mr-glioma-5algos/OtherEXampleFromTCIA/OtherEXampleFromTCIA_brainles'
const WHOLE_TUMOUR = { 'whole tumor': [1, 2, 4] }

export const DATA_SETS: readonly DataSet[] = [
  { id: 'QIN-HN PET', drawnBy: 'expert', cases: folders(['dcm-pet-qinhn-0024-seg']) },
  {
    id: 'STS',
    drawnBy: 'expert',
    cases: folders(STS_SUBJECTS.map((id) => `dcm-sts-ibsi-10subj-rtstruct/${id}`)),
  },
  { id: 'breast MR', drawnBy: 'expert', cases: folders(['dcm-mr-breast-fractional-seg/UCSF-BR-06']) },
  { id: 'hippocampus MR', drawnBy: 'expert', cases: files(hippocampus) },
  { id: 'head-neck raters', drawnBy: 'expert', cases: files(headNeck) },
  { id: 'pyradiomics and SCT', drawnBy: 'expert', cases: files(misc) },
  { id: 'TotalSegmentator', drawnBy: 'AI', cases: files(totalSegmentator) },
  { id: 'glioma programs', drawnBy: 'AI', cases: files(glioma) },
  { id: 'nnU-Net masks', drawnBy: 'AI', cases: files(predictions) },
]

function folders(names: readonly string[]): DataSet['cases'] {
  return async function* (root, options) {
    for (const name of names) yield* dicomCases(join(root, name), options)
  }
}

function files(list: (root: string) => Promise<FileCase[]>): DataSet['cases'] {
  return async function* (root) {
    for (const one of await list(root)) yield await fileCase(one)
  }
}

async function hippocampus(root: string): Promise<FileCase[]> {
  const labels = await filesByStem(join(root, 'nii-mr-hippocampus-260/labels'))
  const images = await filesByStem(join(root, 'nii-mr-hippocampus-260/images'))
  return [...images].flatMap(([name, image]) => {
    const path = labels.get(name)
    return path === undefined
      ? []
      : [{ name, modality: 'MR', image, masks: [{ path, labels: { Hippocampus: [1, 2] } }] }]
  })
}

async function headNeck(root: string): Promise<FileCase[]> {
  const cases: FileCase[] = []
  for (const rater of ['oncologist', 'radiographer']) {
    const folder = join(root, 'nrrd-ct-headneck-2raters/test', rater)
    for (const scan of await namesIn(folder)) {
      const masks = await filesByStem(join(folder, scan, 'segmentations'))
      cases.push({
        name: `${rater} ${scan}`,
        modality: 'CT',
        image: null,
        masks: [...masks].map(([label, path]) => ({ path, labels: { [label]: [1] } })),
      })
    }
  }
  return cases
}

async function misc(root: string): Promise<FileCase[]> {
  const one = (name: string, image: string, mask: string, label: string): FileCase => ({
    name,
    modality: 'MR',
    image: join(root, MISC, image),
    masks: [{ path: join(root, MISC, mask), labels: { [label]: [1] } }],
  })
  return Promise.resolve([
    one('brain 1', 'brain1_image.nrrd', 'brain1_label.nrrd', 'brain tumour'),
    one('brain 2', 'brain2_image.nrrd', 'brain2_label.nrrd', 'brain tumour'),
    one('breast 1', 'breast1_image.nrrd', 'breast1_label.nrrd', 'breast lesion'),
    one('cord T1', 'sct_t1/t1w.nii.gz', 'sct_t1/t1w_seg-manual.nii.gz', 'SpinalCord'),
    one('cord T2', 'sct_t2/t2.nii.gz', 'sct_t2/t2_seg-manual.nii.gz', 'SpinalCord'),
    one('cord T2*', 'sct_t2s/t2s.nii.gz', 'sct_t2s/t2s_seg.nii.gz', 'SpinalCord'),
  ])
}

async function totalSegmentator(root: string): Promise<FileCase[]> {
  const at = (name: string): string => join(root, CT, name)
  const map = (name: string, modality: 'CT' | 'MR', image: string, mask: string): FileCase => ({
    name,
    modality,
    image: at(image),
    masks: [{ path: at(mask), labels: null }],
  })
  const report = async (name: string, folder: string): Promise<FileCase> => {
    const masks = (await namesIn(at(folder))).filter(
      (file) => !file.startsWith('ct_') && !file.startsWith('T7'),
    )
    return {
      name,
      modality: 'CT',
      image: at(`${folder}/ct_cropped.nii.gz`),
      masks: masks.map((file) => ({
        path: at(`${folder}/${file}`),
        labels: { [file.split('.')[0] ?? '']: [1] },
      })),
    }
  }
  return [
    map('CT 3 mm', 'CT', 'example_ct.nii.gz', 'example_seg_fast_force_split.nii.gz'),
    map('CT 30 slices', 'CT', 'example_ct_sm.nii.gz', 'example_seg.nii.gz'),
    map('CT 30 slices, fast model', 'CT', 'example_ct_sm.nii.gz', 'example_seg_fast.nii.gz'),
    map('MR 20 slices', 'MR', 'example_mr_sm.nii.gz', 'example_seg_mr.nii.gz'),
    await report('aorta', 'aorta_report'),
    await report('pulmonary artery', 'pulmonary_report'),
  ]
}

async function glioma(root: string): Promise<FileCase[]> {
  const image = join(root, GLIOMA, 'raw_bet/OtherEXampleFromTCIA_fla_bet.nii.gz')
  const sets = ['segmentation', 'fusion'].map((folder) => filesByStem(join(root, GLIOMA, folder)))
  return (await Promise.all(sets)).flatMap((found) =>
    [...found].map(([name, path]) => ({
      name,
      modality: 'MR',
      image,
      masks: [{ path, labels: WHOLE_TUMOUR }],
    })),
  )
}

async function predictions(root: string): Promise<FileCase[]> {
  const organs = [
    { folder: 'heart', label: 'heart_atrium_left', modality: 'MR' },
    { folder: 'prostate', label: 'Prostate', modality: 'MR' },
    { folder: 'spleen', label: 'Spleen', modality: 'CT' },
  ] as const
  const cases: FileCase[] = []
  for (const { folder, label, modality } of organs) {
    for (const name of await namesIn(join(root, 'nii-autoqc-moqc-predictions', folder))) {
      const path = join(root, 'nii-autoqc-moqc-predictions', folder, name, '3d/prediction.nii.gz')
      if (existsSync(path))
        cases.push({ name, modality, image: null, masks: [{ path, labels: { [label]: [1] } }] })
    }
  }
  return cases
}
