/** N1 to N13: what must not change a verdict, because nothing that matters is changed. */
import type { Contour } from '../../domain/segmentation.ts'
import type { Mask } from '../../domain/geometry.ts'
import { alignMask } from '../../imaging/align.ts'
import { spacingMm, voxelVolumeMm3 } from '../../imaging/geometry.ts'
import { rewritten, type WrittenAs } from './dicom-form.ts'
import type { Family } from './family.ts'
import { grown, resampled, smoothed, voxelCountOf } from './mask-edits.ts'
import { onMask } from './on-mask.ts'
import { decimated, densified } from './polygons.ts'
import { targetOf, withPlaced, type Edit, type Edited, type Scene } from './scene.ts'

const ONCE = [1] as const
const UNIT_TESTS = 'test/bench/perturb/invariance.test.ts'

export const HARMLESS: readonly Family[] = [
  row('N1', 'moved by less than a voxel', 'voxels', [0.25, 0.5], 'voxels', {
    jitter: onMask((mask, voxels, random) => {
      const angle = 2 * Math.PI * random()
      return resampled(mask, [1, 1, 1], [voxels * Math.cos(angle), voxels * Math.sin(angle), 0])
    }),
  }),
  row('N2', 'smoothed within slices', 'voxels', [1, 2], 'passes of 0.7 voxels', { smooth: onMask(smoothed) }),
  row(
    'N3',
    'through a coarser or finer grid and back',
    'voxels',
    [2, 0.5],
    'times the voxels within slices',
    {
      resampled: onMask(throughGrid),
    },
  ),
  row('N4', 'a voxel more or less around a large structure', 'voxels', ONCE, 'voxel within slices', {
    more: onMask((mask) => byVoxel(mask, 1)),
    less: onMask((mask) => byVoxel(mask, -1)),
  }),
  row('N5', 'contours with fewer or more points', 'dicom', [0.3], 'pixels', {
    fewer: rewrite((scene, pixels) => ({ as: 'RTSTRUCT', redrawContours: fewerPoints(scene, pixels) })),
    more: rewrite(() => ({ as: 'RTSTRUCT', redrawContours: (contours) => contours.map(densified) })),
  }),
  row('N6', 'SEG to RTSTRUCT and back', 'dicom', ONCE, '', { contours: rewrite(() => ({ as: 'RTSTRUCT' })) }),
  row('N7', 'encoded in another way', 'dicom', ONCE, '', {}, UNIT_TESTS),
  row('N8', 'segments in another order with other numbers', 'dicom', ONCE, '', {
    reversed: rewrite(() => ({ as: 'SEG', isReversed: true })),
  }),
  row('N9', 'another name for the same', 'claim', ONCE, '', { name: otherName, code: codeOnly }),
  row('N10', 'frames in another order', 'dicom', ONCE, '', {}, UNIT_TESTS),
  row('N11', 'empty frames', 'dicom', ONCE, '', {}, UNIT_TESTS),
  row(
    'N12',
    'shown in another window or colour',
    'presentation',
    ONCE,
    '',
    {},
    'not measured: nothing but a language model looks at pictures',
  ),
  row('N13', 'other unique identifiers', 'dicom', ONCE, '', {
    uids: rewrite(() => ({ as: 'SEG', uidPart: 'anew' })),
  }),
]

function row(
  id: string,
  title: string,
  at: Family['at'],
  levels: readonly number[],
  unit: string,
  edits: Family['edits'],
  elsewhere?: string,
): Family {
  const common = {
    id,
    kind: 'harmless',
    title,
    at,
    levels,
    unit,
    edits,
    modes: [],
    place: 'segment',
  } as const
  return elsewhere === undefined ? common : { ...common, elsewhere }
}

function rewrite(changesOf: (scene: Scene, amount: number) => WrittenAs): Edit {
  return async (scene, amount) => {
    const found = await rewritten(scene, changesOf(scene, amount))
    return found === null ? null : { ...found, claimHolds: true }
  }
}

/** Smaller structures lose or gain too much by a voxel. */
const RADIUS_MIN_VOXELS = 20

/** Equivalent radius in voxels of the slice. */
function byVoxel(mask: Mask, sign: 1 | -1): Mask | null {
  const [x, y] = spacingMm(mask.geometry)
  const mm3 = voxelCountOf(mask) * voxelVolumeMm3(mask.geometry)
  const voxel = Math.max(x, y)
  return Math.cbrt((3 * mm3) / (4 * Math.PI)) / voxel < RADIUS_MIN_VOXELS ? null : grown(mask, sign * voxel)
}

/** On a grid with so many times the voxels along rows and columns, and back: nearest voxels both times. */
function throughGrid(mask: Mask, factor: number): Mask {
  const { geometry } = mask
  const affine = geometry.affine.map((value, n) => (n < 12 && n % 4 < 2 ? value / factor : value))
  const [columns, rows, slices] = geometry.size
  const size = [Math.ceil(columns * factor), Math.ceil(rows * factor), slices] as const
  return alignMask(alignMask(mask, { ...geometry, affine, size }).mask, geometry).mask
}

function fewerPoints(scene: Scene, pixels: number): (contours: readonly Contour[]) => Contour[] {
  const [x, y] = spacingMm(targetOf(scene).mask.geometry)
  return (contours) => contours.map((contour) => decimated(contour, pixels * Math.min(x, y)))
}

/** The same structure by TG-263 and in words. What is not listed here has one name only. */
const NAMES: Readonly<Record<string, string>> = {
  Liver: 'LIVER',
  Spleen: 'SPLEEN',
  Aorta: 'A_Aorta',
  Prostate: 'PROSTATE',
  'Right kidney': 'Kidney_R',
  'Left kidney': 'Kidney_L',
  'Liver lesion': 'liver tumour',
  Hippocampus: 'hippocampus',
  SpinalCord: 'Spinal cord',
  liver: 'Liver',
  spleen: 'Spleen',
  kidney_left: 'Kidney_L',
  kidney_right: 'Kidney_R',
  urinary_bladder: 'Bladder',
  heart: 'Heart',
  aorta: 'A_Aorta',
  stomach: 'Stomach',
}

function otherName(scene: Scene): Edited | null {
  const { segment } = targetOf(scene)
  const label = NAMES[segment.label]
  return label === undefined
    ? null
    : claiming(scene, { label, code: null, laterality: null, anatomicRegion: null })
}

/** As some programs write it: the code says all, the label nothing. */
function codeOnly(scene: Scene): Edited | null {
  const { segment } = targetOf(scene)
  return segment.code === null ? null : claiming(scene, { label: `Segment ${segment.number}` })
}

function claiming(scene: Scene, claim: Partial<ReturnType<typeof targetOf>['segment']>): Edited {
  const prepared = withPlaced(
    scene,
    new Map([[scene.number, (placed) => ({ ...placed, segment: { ...placed.segment, ...claim } })]]),
  )
  return { prepared, number: scene.number, claimHolds: true }
}
