/** X1 to X16: what makes a segmentation wrong, from little to much. */
import type { Placed } from '../../compute/place.ts'
import type { Laterality } from '../../domain/code.ts'
import { findComponents } from '../../imaging/components.ts'
import { spacingMm } from '../../imaging/geometry.ts'
import { measureMask } from '../../imaging/measure.ts'
import { intersectBoxes } from '../../imaging/shared-voxels.ts'
import type { Mask, Vector3 } from '../../domain/geometry.ts'
import type { Random } from '../../phantom/random.ts'
import { ballElsewhere, bulged, hollowed, isInBody } from './balls.ts'
import { rewritten, type WrittenAs } from './dicom-form.ts'
import type { Family } from './family.ts'
import { onMask } from './on-mask.ts'
import {
  cutEnd,
  grown,
  halfOf,
  isEmpty,
  resampled,
  reversed,
  scaled,
  shifted,
  united,
  voxelCountOf,
  withoutSlices,
} from './mask-edits.ts'
import { othersOf, targetOf, withMask, withPlaced, type Edit, type Edited, type Scene } from './scene.ts'

const ONCE = [1] as const
const OTHER_UID = '2.25.99'

export const SIGNIFICANT: readonly Family[] = [
  {
    id: 'X1',
    kind: 'significant',
    title: 'organs or their names exchanged',
    at: 'claim',
    levels: ONCE,
    unit: '',
    edits: { exchanged },
    modes: [
      'wrong-structure',
      'implausible-volume',
      'implausible-extent',
      'implausible-shape',
      'implausible-intensity',
      'foreign-tissue',
    ],
    place: 'segment',
  },
  {
    id: 'X2',
    kind: 'significant',
    title: 'side exchanged',
    at: 'claim',
    levels: ONCE,
    unit: '',
    edits: { claim: otherSide, mirrored },
    modes: ['wrong-side', 'mirrored'],
    place: 'segment',
  },
  {
    id: 'X3',
    kind: 'significant',
    title: 'other coordinates or other images',
    at: 'dicom',
    levels: ONCE,
    unit: '',
    edits: {
      frame: written(() => ({ as: 'SEG', frameOfReferenceUid: OTHER_UID })),
      series: written(({ dicom }) => (dicom === null ? null : { as: 'SEG', source: dicom.otherSeries })),
    },
    modes: ['frame-of-reference-mismatch'],
    place: 'segment',
  },
  {
    id: 'X4',
    kind: 'significant',
    title: 'slices displaced or in the opposite order',
    at: 'voxels',
    levels: [1, 2, 3, 4, 5],
    unit: 'slices',
    edits: {
      displaced: onMask((mask, slices) => resampled(mask, [1, 1, 1], [0, 0, -slices])),
      opposite: onMask((mask, slices) => (slices === OPPOSITE_LEVEL ? reversed(mask, 2) : null)),
    },
    modes: ['grid-shift', 'mirrored', 'boundary-unsupported', 'slice-outlier', 'foreign-tissue', 'leakage'],
    place: 'slices',
  },
  {
    id: 'X5',
    kind: 'significant',
    title: 'cut at an end',
    at: 'voxels',
    levels: [0.05, 0.1, 0.15, 0.25, 0.4],
    unit: 'share of its slices',
    edits: {
      top: onMask((mask, share) => cutEnd(mask, share, 1)),
      bottom: onMask((mask, share) => cutEnd(mask, share, -1)),
    },
    modes: ['truncated', 'missed-target', 'implausible-extent'],
    place: 'slices',
  },
  {
    id: 'X6',
    kind: 'significant',
    title: 'slices missing within',
    at: 'voxels',
    levels: [1, 2, 3, 4, 5],
    unit: 'slices',
    edits: { gap: onMask(withoutSlices) },
    modes: ['slice-gap'],
    place: 'slices',
  },
  {
    id: 'X7',
    kind: 'significant',
    title: 'leaks into a neighbour',
    at: 'voxels',
    levels: [0.02, 0.05, 0.1, 0.2, 0.4],
    unit: 'share of its volume',
    edits: { leak: leaked },
    modes: ['leakage', 'overlap', 'foreign-tissue', 'boundary-unsupported', 'slice-outlier'],
    place: 'slices',
  },
  {
    id: 'X8',
    kind: 'significant',
    title: 'one of several lesions missed',
    at: 'voxels',
    levels: [1, 2, 3, 4],
    unit: 'th smallest',
    edits: { missed: missedPiece },
    modes: ['missed-target'],
    place: 'slices',
  },
  {
    id: 'X9',
    kind: 'significant',
    title: 'a piece too much elsewhere',
    at: 'voxels',
    levels: [0.01, 0.03, 0.1, 0.2, 0.4],
    unit: 'share of its volume',
    edits: { piece: extraPiece },
    modes: ['fragmented', 'foreign-tissue'],
    place: 'slices',
  },
  {
    id: 'X10',
    kind: 'significant',
    title: 'the target is not there',
    at: 'claim',
    levels: ONCE,
    unit: '',
    edits: { name: absentName, blob },
    modes: [
      'wrong-structure',
      'implausible-volume',
      'implausible-extent',
      'implausible-shape',
      'implausible-intensity',
      'foreign-tissue',
      'boundary-unsupported',
      'wrong-side',
      'missed-target',
    ],
    place: 'segment',
  },
  {
    id: 'X11',
    kind: 'significant',
    title: 'moved as a whole',
    at: 'voxels',
    levels: [2, 5, 10, 20, 40],
    unit: 'mm',
    edits: { shift: onMask((mask, mm, random) => shifted(mask, inPlane(mm, random))) },
    modes: ['boundary-unsupported', 'grid-shift', 'foreign-tissue', 'leakage', 'out-of-body', 'overlap'],
    place: 'slices',
  },
  {
    id: 'X12',
    kind: 'significant',
    title: 'too large or too small in all directions',
    at: 'voxels',
    levels: [0.05, 0.1, 0.2, 0.3],
    unit: 'of its size',
    edits: {
      larger: onMask((mask, by) => scaled(mask, 1 + by)),
      smaller: onMask((mask, by) => scaled(mask, 1 - by)),
    },
    modes: [
      'boundary-unsupported',
      'implausible-volume',
      'leakage',
      'missed-target',
      'foreign-tissue',
      'overlap',
      'asymmetric-pair',
    ],
    place: 'slices',
  },
  {
    id: 'X13',
    kind: 'significant',
    title: 'a cavity within',
    at: 'voxels',
    levels: [0.01, 0.03, 0.05, 0.1, 0.25],
    unit: 'share of its volume',
    edits: { cavity: onMask(hollowed) },
    modes: ['holes'],
    place: 'slices',
  },
  {
    id: 'X14',
    kind: 'significant',
    title: 'two organs as one, or half an organ',
    at: 'voxels',
    levels: ONCE,
    unit: '',
    edits: { fused, split },
    modes: [
      'duplicate-segment',
      'overlap',
      'fragmented',
      'implausible-volume',
      'asymmetric-pair',
      'missed-target',
      'truncated',
      'boundary-unsupported',
      'implausible-shape',
      'implausible-extent',
    ],
    place: 'slices',
  },
  {
    id: 'X15',
    kind: 'significant',
    title: 'surface too far out or in',
    at: 'voxels',
    levels: [2, 4, 6, 10],
    unit: 'mm',
    edits: {
      out: onMask((mask, mm) => grown(mask, mm)),
      in: onMask((mask, mm) => grown(mask, -mm)),
    },
    modes: [
      'boundary-unsupported',
      'leakage',
      'implausible-volume',
      'missed-target',
      'foreign-tissue',
      'overlap',
      'asymmetric-pair',
    ],
    place: 'slices',
  },
  {
    id: 'X16',
    kind: 'significant',
    title: 'another patient or another examination',
    at: 'dicom',
    levels: ONCE,
    unit: '',
    edits: {
      patient: written(() => ({ as: 'SEG', patientId: 'SOMEBODY ELSE' })),
      study: written(() => ({ as: 'SEG', studyInstanceUid: OTHER_UID })),
    },
    modes: ['wrong-patient', 'wrong-study'],
    place: 'segment',
  },
]

/** Reversing has no degree: it is the gravest of its family. */
const OPPOSITE_LEVEL = 5

/** What the file says is not so. */
function written(changesOf: (scene: Scene) => WrittenAs | null): Edit {
  return async (scene) => {
    const changes = changesOf(scene)
    const found = changes === null ? null : await rewritten(scene, changes)
    return found === null ? null : { ...found, claimHolds: false }
  }
}

function inPlane(mm: number, random: Random): Vector3 {
  const angle = 2 * Math.PI * random()
  return [mm * Math.cos(angle), mm * Math.sin(angle), 0]
}

function pick<Item>(items: readonly Item[], random: Random): Item | undefined {
  return items[Math.floor(random() * items.length)]
}

/** Takes the place of another structure, which takes its place. Sides are another family. */
function exchanged(scene: Scene, _: number, random: Random): Edited | null {
  const own = targetOf(scene)
  const other = pick(
    othersOf(scene).filter(
      ({ segment }) => segment.code?.value !== own.segment.code?.value || segment.code === null,
    ),
    random,
  )
  if (other === undefined) return null
  const holding =
    (mask: Mask) =>
    (placed: Placed): Placed => ({ ...placed, mask, ownMask: mask, contours: null })
  const changes = new Map([
    [scene.number, holding(other.mask)],
    [other.segment.number, holding(own.mask)],
  ])
  return { prepared: withPlaced(scene, changes), number: scene.number, claimHolds: false }
}

const OPPOSITE: Readonly<Partial<Record<Laterality, Laterality>>> = { left: 'right', right: 'left' }

/** Says the other side. */
function otherSide(scene: Scene): Edited | null {
  const { segment } = targetOf(scene)
  const laterality = segment.laterality === null ? null : (OPPOSITE[segment.laterality] ?? null)
  const label = segment.label.replace(/left|right/i, (side) => (/left/i.test(side) ? 'right' : 'left'))
  if (label === segment.label && laterality === null) return null
  const claim = { ...segment, label, laterality: laterality ?? segment.laterality }
  const prepared = withPlaced(scene, new Map([[scene.number, (placed) => ({ ...placed, segment: claim })]]))
  return { prepared, number: scene.number, claimHolds: false }
}

/** Lies on the other side, as far as it says one. */
function mirrored(scene: Scene): Edited | null {
  const { mask, segment } = targetOf(scene)
  const hasSide =
    segment.laterality === 'left' || segment.laterality === 'right' || /left|right/i.test(segment.label)
  return withMask(scene, reversed(mask, 0), !hasSide)
}

/** Grows a ball into the nearest neighbour or, where there is none, from somewhere on its surface into the body. */
function leaked(scene: Scene, share: number, random: Random): Edited | null {
  const { mask } = targetOf(scene)
  const { body } = scene.prepared
  const from =
    nearestTo(
      mask,
      othersOf(scene).map((other) => other.mask),
    ) ?? surfaceVoxel(mask, random)
  const changed = from === null ? null : bulged(mask, from, share, (i, j, k) => isInBody(body, i, j, k))
  return changed === null ? null : withMask(scene, changed)
}

/** The voxel of the mask that is nearest to the centre of the box shared with, or of, the nearest other mask. */
function nearestTo(mask: Mask, others: readonly Mask[]): Vector3 | null {
  const reach = 6
  const wide = {
    origin: mask.box.origin.map((at) => at - reach),
    size: mask.box.size.map((n) => n + 2 * reach),
  }
  const box = { origin: triple(wide.origin), size: triple(wide.size) }
  const touching = others.flatMap((other) => {
    const shared = intersectBoxes(box, measureMask(other)?.tight ?? other.box)
    return shared === null ? [] : [{ shared, size: shared.size[0] * shared.size[1] * shared.size[2] }]
  })
  const largest = touching.toSorted((a, b) => b.size - a.size)[0]
  if (largest === undefined) return null
  const { origin, size } = largest.shared
  return nearestVoxel(mask, [origin[0] + size[0] / 2, origin[1] + size[1] / 2, origin[2] + size[2] / 2])
}

function triple(numbers: readonly number[]): Vector3 {
  return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0]
}

function nearestVoxel(mask: Mask, [x, y, z]: Vector3): Vector3 | null {
  const spacing = spacingMm(mask.geometry)
  const { origin, size } = mask.box
  let best = Infinity
  let found: Vector3 | null = null
  for (let n = 0; n < mask.voxels.length; n++) {
    if (mask.voxels[n] !== 1) continue
    const row = Math.floor(n / size[0])
    const [i, j, k] = [
      origin[0] + n - row * size[0],
      origin[1] + (row % size[1]),
      origin[2] + Math.floor(row / size[1]),
    ]
    const far = ((i - x) * spacing[0]) ** 2 + ((j - y) * spacing[1]) ** 2 + ((k - z) * spacing[2]) ** 2
    if (far < best) [best, found] = [far, [i, j, k]]
  }
  return found
}

/** The end of a row through a voxel that chance picks. */
function surfaceVoxel(mask: Mask, random: Random): Vector3 | null {
  const at = measureMask(mask)?.tight
  if (at === undefined) return null
  const corner: Vector3 = [
    at.origin[0] + Math.round(random()) * at.size[0],
    at.origin[1] + random() * at.size[1],
    at.origin[2] + (0.25 + random() / 2) * at.size[2],
  ]
  return nearestVoxel(mask, corner)
}

function missedPiece(scene: Scene, rank: number): Edited | null {
  const { mask } = targetOf(scene)
  const { components, runs } = findComponents(mask)
  if (components.length < 2 || components.length > PIECES_MAX || rank > components.length) return null
  const gone = components.length - rank
  const left = mask.voxels.slice()
  const [columns, rows] = mask.box.size
  for (let run = 0; run < runs.count; run++) {
    if (runs.label[run] !== gone) continue
    const row = ((runs.k[run] ?? 0) * rows + (runs.j[run] ?? 0)) * columns
    left.fill(0, row + (runs.start[run] ?? 0), row + (runs.end[run] ?? 0) + 1)
  }
  return withMask(scene, { ...mask, voxels: left })
}
/** More pieces are crumbs, no lesions. */
const PIECES_MAX = 10

function extraPiece(scene: Scene, share: number, random: Random): Edited | null {
  const { mask } = targetOf(scene)
  const count = Math.max(1, Math.round(share * voxelCountOf(mask)))
  const piece = ballElsewhere(mask, scene.prepared.body, count, random)
  return piece === null ? null : withMask(scene, united(mask, piece))
}

/** Claims what these images do not show. */
function absentName(scene: Scene, _: number, random: Random): Edited | null {
  const label = pick(scene.absent, random)
  if (label === undefined) return null
  const { segment } = targetOf(scene)
  const claim = { ...segment, label, code: null, anatomicRegion: null, laterality: null }
  const prepared = withPlaced(scene, new Map([[scene.number, (placed) => ({ ...placed, segment: claim })]]))
  return { prepared, number: scene.number, claimHolds: false }
}

/** A ball of its volume somewhere else. */
function blob(scene: Scene, _: number, random: Random): Edited | null {
  const { mask } = targetOf(scene)
  const ball = ballElsewhere(mask, scene.prepared.body, voxelCountOf(mask), random)
  return ball === null ? null : withMask(scene, ball, false)
}

function fused(scene: Scene, _: number, random: Random): Edited | null {
  const own = targetOf(scene).mask
  const other = pick(
    othersOf(scene).filter(({ mask }) => voxelCountOf(mask) > FUSED_SHARE_MIN * voxelCountOf(own)),
    random,
  )
  return other === undefined ? null : withMask(scene, united(own, other.mask))
}
/** What is smaller beside it changes too little to be another organ. */
const FUSED_SHARE_MIN = 0.1

/** Only half of it is left; the other half is nobody's. */
function split(scene: Scene, _: number, random: Random): Edited | null {
  const axis = random() < 0.5 ? 0 : 1
  const half = halfOf(targetOf(scene).mask, axis)
  return isEmpty(half) ? null : withMask(scene, half)
}
