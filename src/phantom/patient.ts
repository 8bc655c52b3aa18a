/** Synthetic patients: one image series each, with the true mask of every structure that can be segmented. */
import type { Geometry, Mask, Vector3 } from '../domain/geometry.ts'
import { gridAround, maskOf, paint, type Canvas } from './canvas.ts'
import { chestAbdomen } from './ct-anatomy.ts'
import { CT_TISSUES } from './ct-tissues.ts'
import { malePelvis, MR_TISSUES, PROSTATE_LABELS } from './mr-anatomy.ts'
import { seededRandom } from './random.ts'
import { render, type Look } from './render.ts'
import type { StructureId } from './structures.ts'

export interface PhantomPatient {
  readonly modality: 'CT' | 'MR'
  readonly geometry: Geometry
  /** Hounsfield units for CT, arbitrary units for MR; slice-major (k, j, i). */
  readonly voxels: Int16Array
  /** The truth, by structure. Throws for a structure that the patient's scan does not show. */
  readonly truth: (structure: StructureId) => Mask
}

export interface PhantomOptions {
  readonly seed: number
  readonly frameOfReferenceUid: string
  /** Of a CT; absent: PHANTOM_SIZE at 1.5 x 1.5 x 5 mm. */
  readonly grid?: { readonly size: Vector3; readonly spacingMm: Vector3 }
}

/** Grid size of every synthetic patient of a modality. */
export const PHANTOM_SIZE = { CT: [256, 256, 84], MR: [208, 208, 30] } as const

const CT_LABELS: Partial<Record<StructureId, readonly number[]>> = {
  liver: [CT_TISSUES.liver.label, CT_TISSUES.liverVessel.label],
  spleen: [CT_TISSUES.spleen.label],
  'kidney-right': [CT_TISSUES.kidneyRight.label],
  'kidney-left': [CT_TISSUES.kidneyLeft.label],
  aorta: [CT_TISSUES.aorta.label],
}

/** Chest and abdomen, portal venous phase, axial slices. The same seed gives the same patient, bit for bit. */
export function makeCtPatient({
  seed,
  frameOfReferenceUid,
  grid = { size: PHANTOM_SIZE.CT, spacingMm: [1.5, 1.5, 5] },
}: PhantomOptions): PhantomPatient {
  const geometry = gridAround({
    frameOfReferenceUid,
    ...grid,
    centre: [0, 12, -5],
    row: [1, 0, 0],
    column: [0, 1, 0],
  })
  const canvas = paint(geometry, chestAbdomen(seededRandom(seed)))
  const look: Look = {
    tissues: Object.values(CT_TISSUES).map(({ label, hu, texture }) => ({ label, mean: hu, texture })),
    textureWavelengthMm: 18,
    noise: 24,
    noiseKind: 'gaussian',
    bias: null,
  }
  return { modality: 'CT', geometry, voxels: render(canvas, look, seed), truth: truthOf(canvas, CT_LABELS) }
}

/** T2-weighted male pelvis, 30 slices, tilted by 8 degrees about the left-right and 3 about the foot-head axis. */
export function makeMrPatient({ seed, frameOfReferenceUid }: PhantomOptions): PhantomPatient {
  const geometry = gridAround({
    frameOfReferenceUid,
    size: PHANTOM_SIZE.MR,
    spacingMm: [1.1, 1.1, 3],
    centre: [0, 0, 0],
    ...obliqueAxes(8, 3),
  })
  const canvas = paint(geometry, malePelvis(seededRandom(seed)))
  const look: Look = {
    tissues: Object.values(MR_TISSUES).map(({ label, signal, texture }) => ({
      label,
      mean: signal,
      texture,
    })),
    textureWavelengthMm: 9,
    noise: 30,
    noiseKind: 'rician',
    bias: (x, y) => 1.18 - 0.3 * ((x * x + y * y) / 13_000) + 0.0008 * x,
  }
  const labels = { prostate: PROSTATE_LABELS }
  return { modality: 'MR', geometry, voxels: render(canvas, look, seed), truth: truthOf(canvas, labels) }
}

function truthOf(
  canvas: Canvas,
  labels: Partial<Record<StructureId, readonly number[]>>,
): (structure: StructureId) => Mask {
  return (structure) => {
    const painted = labels[structure]
    if (painted === undefined) throw new RangeError(`This synthetic patient has no ${structure}.`)
    return maskOf(canvas, painted)
  }
}

function obliqueAxes(aboutX: number, aboutZ: number): { row: Vector3; column: Vector3 } {
  const [a, b] = [(aboutX * Math.PI) / 180, (aboutZ * Math.PI) / 180]
  return {
    row: [Math.cos(b), Math.sin(b), 0],
    column: [-Math.sin(b) * Math.cos(a), Math.cos(b) * Math.cos(a), Math.sin(a)],
  }
}
