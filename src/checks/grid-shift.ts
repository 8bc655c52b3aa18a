/**
 * Does the object's own grid lie between the voxels of the images? A grid with the voxel size and directions of the
 * images belongs on their voxels; one that lies half a voxel off was most likely written with the position of a voxel's
 * corner for that of its centre (PS3.3 C.7.6.2.1.1), or drawn on another series. Grids of another voxel size lie
 * between voxels by nature, axis by axis: nothing is said about such an axis. Flips cannot be seen here.
 */
import type { Geometry } from '../domain/geometry.ts'
import { invertAffine, multiply, spacingMm } from '../imaging/geometry.ts'
import type { CheckResult, EvidenceDraft, VolumeContext } from './check.ts'
import { NOTHING } from './check.ts'
import { figure, imagesOf, worstSlices } from './words.ts'

/** Offsets from here on (in voxels, at most 0.5) are no rounding of decimal strings. */
const OFFSET_MAX = 0.3
/** An axis agrees when its steps differ from those of the images by less than this over the whole grid, in voxels. */
const DRIFT_MAX = 0.1
const AXES = [
  { name: 'columns', axis: 0 },
  { name: 'rows', axis: 1 },
  { name: 'slices', axis: 2 },
] as const

export function checkGridShift({ ownMask, contours, volume, measures }: VolumeContext): CheckResult {
  if (ownMask === null || contours !== null) return NOTHING
  const spacing = spacingMm(volume.geometry)
  const shifts = AXES.flatMap(({ name, axis }) => {
    const voxels = offsetVoxels(ownMask.geometry, volume.geometry, axis)
    return voxels === null ? [] : [{ name, voxels, mm: voxels * spacing[axis], key: `grid.${name}` }]
  })
  const evidence = shifts.map(({ key, name, voxels }): EvidenceDraft => ({
    key,
    name: 'offset from the image grid',
    value: voxels,
    unit: '1',
    where: `between ${name}, in voxels`,
    expected: { low: 0, high: OFFSET_MAX, source: 'DICOM PS3.3 C.7.6.2.1.1' },
  }))
  const off = shifts.filter(({ voxels }) => voxels >= OFFSET_MAX)
  if (off.length === 0) return { evidence, findings: [] }
  const where = off.map(({ name, voxels, mm }) => `${voxels.toFixed(2)} ${name} (${figure(mm)} mm)`)
  return {
    evidence,
    findings: [
      {
        mode: 'grid-shift',
        severity: 'minor',
        text: `Its voxels are as large as those of the images but lie between them, off by ${where.join(' and ')}: its position may have been written for a voxel's corner instead of its centre, or it was drawn on another series. Look whether its outline is shifted.`,
        evidence: off.map(({ key }) => key),
        ...imagesOf(volume, worstSlices(measures.sliceCounts, measures.tight.origin[2])),
      },
    ],
  }
}

/** Distance to the nearest voxel of the images along one of their axes, 0 to 0.5 voxels; null when the grids differ there. */
function offsetVoxels(own: Geometry, image: Geometry, axis: 0 | 1 | 2): number | null {
  const toImage = multiply(invertAffine(image.affine), own.affine)
  const steps = toImage.slice(axis * 4, axis * 4 + 3)
  const drift = steps.reduce(
    (sum, step, n) => sum + Math.abs(step - Math.round(step)) * ((own.size[n] ?? 1) - 1),
    0,
  )
  const isOneStep = steps.reduce((sum, step) => sum + Math.abs(Math.round(step)), 0) === 1
  if (!isOneStep || drift > DRIFT_MAX) return null
  const offset = toImage[axis * 4 + 3] ?? 0
  return Math.abs(offset - Math.round(offset))
}
