/** Which values of an image are shown from black to white. */
import type { Structure } from '../../domain/knowledge.ts'
import type { Mask, Volume } from '../../domain/geometry.ts'
import { valuesUnder } from '../../imaging/measure.ts'

export interface GreyWindow {
  /** For the edge of a panel: `W1500 L-600`. */
  readonly name: string
  readonly low: number
  readonly high: number
  /** High values are dark. */
  readonly inverse: boolean
  /** For a sentence: `lung window (width 1500, level -600 HU)`. */
  readonly text: string
}

interface CtPreset {
  readonly width: number
  readonly level: number
  readonly source: string
}

const RADIOPAEDIA = 'Radiopaedia, Windowing (CT), rID-52108'

export const CT_PRESETS = {
  lung: { width: 1500, level: -600, source: RADIOPAEDIA },
  mediastinum: { width: 350, level: 50, source: RADIOPAEDIA },
  'soft tissue': { width: 400, level: 50, source: RADIOPAEDIA },
  vessel: { width: 600, level: 200, source: RADIOPAEDIA },
  brain: { width: 80, level: 40, source: RADIOPAEDIA },
  bone: { width: 1800, level: 400, source: RADIOPAEDIA },
  // Radiopaedia has 150 and 30; moved up so that a liver in the portal venous phase (about 110 HU) is not white.
  liver: { width: 160, level: 60, source: `${RADIOPAEDIA}; level moved for contrast medium` },
} as const satisfies Readonly<Record<string, CtPreset>>
export type CtPresetName = keyof typeof CT_PRESETS

/** Entries of the knowledge by the windows they are looked at in; the first row that has the structure counts. */
export const CT_WINDOWS: readonly {
  readonly presets: readonly CtPresetName[]
  readonly structures: readonly string[]
}[] = [
  { presets: ['lung', 'mediastinum'], structures: ['lung-nodule', 'lung-tumour', 'lung-infiltrate'] },
  {
    presets: ['lung'],
    structures: [
      'lung',
      'lung-upper-lobe',
      'lung-middle-lobe',
      'lung-lower-lobe',
      'lung-vessels',
      'trachea',
      'trachea-bronchi',
      'main-bronchus',
    ],
  },
  { presets: ['liver'], structures: ['liver', 'liver-lesion', 'liver-vessels'] },
  {
    presets: ['mediastinum'],
    structures: ['heart', 'heart-myocardium', 'esophagus', 'thymus', 'pericardium', 'mediastinum'],
  },
  {
    presets: ['brain'],
    structures: [
      'brain',
      'brain-lesion',
      'brainstem',
      'cerebellum',
      'cerebrum',
      'cerebral-hemisphere',
      'hippocampus',
      'temporal-lobe',
      'frontal-lobe',
      'parietal-lobe',
      'occipital-lobe',
      'thalamus',
      'caudate-nucleus',
      'putamen',
      'pallidum',
      'amygdala',
      'hypothalamus',
      'midbrain',
      'pons',
      'medulla-oblongata',
      'corpus-callosum',
      'lateral-ventricle',
      'ventricular-system',
      'pineal-gland',
      'intracerebral-haemorrhage',
    ],
  },
  { presets: ['bone'], structures: ['cochlea', 'nasal-cavity', 'maxillary-sinus'] },
]
/** Anything else by its kind; lesions and what is unknown by what lies under the mask. */
const CT_BY_KIND: Readonly<Partial<Record<Structure['kind'], CtPresetName>>> = {
  bone: 'bone',
  vessel: 'vessel',
  organ: 'soft tissue',
  muscle: 'soft tissue',
}

/** Mean values beyond which a mask of something unknown lies in lung, or in bone. */
const LUNG_BELOW_HU = -300
const BONE_ABOVE_HU = 300

/** The windows that a structure is looked at in, the first one first. One or two. */
export function windowsFor(
  structure: Pick<Structure, 'id' | 'kind'> | null,
  mask: Mask,
  volume: Volume,
): readonly GreyWindow[] {
  if (volume.modality === 'CT') return ctPresetsFor(structure, mask, volume).map(ctWindow)
  if (volume.modality === 'PT' && volume.unit === SUV) return [SUV_WINDOW]
  return [percentileWindow(volume, mask)]
}

function ctPresetsFor(
  structure: Pick<Structure, 'id' | 'kind'> | null,
  mask: Mask,
  volume: Volume,
): readonly CtPresetName[] {
  const row = CT_WINDOWS.find(({ structures }) => structure !== null && structures.includes(structure.id))
  if (row !== undefined) return row.presets
  const byKind = structure === null ? undefined : CT_BY_KIND[structure.kind]
  if (byKind !== undefined) return [byKind]
  const mean = valuesUnder(mask, volume)?.mean ?? 0
  if (mean < LUNG_BELOW_HU) return ['lung', 'mediastinum']
  return [mean > BONE_ABOVE_HU ? 'bone' : 'soft tissue']
}

function ctWindow(name: CtPresetName): GreyWindow {
  const { width, level } = CT_PRESETS[name]
  const text = `${name} window (width ${width}, level ${level} HU)`
  return {
    name: `W${width} L${level}`,
    low: level - width / 2,
    high: level + width / 2,
    inverse: false,
    text,
  }
}

const SUV = 'g/ml{SUVbw}'
/** As nuclear medicine shows it: dark is high. */
const SUV_WINDOW: GreyWindow = {
  name: 'SUV 0-10',
  low: 0,
  high: 10,
  inverse: true,
  text: 'SUV from 0 (white) to 10 (black)',
}

const PERCENTILES = [0.005, 0.995] as const
const SAMPLES_MAX = 2 ** 16

/** Scales without a meaning of their own: the extremes are cut, of the slices that hold the segment. */
function percentileWindow(volume: Volume, mask: Mask): GreyWindow {
  const [columns, rows] = volume.geometry.size
  const { origin, size } = mask.box
  const values = volume.voxels.subarray(origin[2] * columns * rows, (origin[2] + size[2]) * columns * rows)
  // Odd, so that the samples do not fall into the same few columns.
  const step = values.length <= SAMPLES_MAX ? 1 : Math.ceil(values.length / SAMPLES_MAX) | 1
  const sorted = Float32Array.from(
    { length: Math.ceil(values.length / step) },
    (_, n) => values[n * step] ?? 0,
  ).toSorted()
  const [low = 0, high = 0] = PERCENTILES.map((share) => sorted[Math.round(share * (sorted.length - 1))] ?? 0)
  const inverse = volume.modality === 'PT'
  const text = `the middle 99 percent of its values${inverse ? ', high is black' : ''}`
  return { name: 'middle 99%', low, high: high > low ? high : low + 1, inverse, text }
}
