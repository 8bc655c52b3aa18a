/** The synthetic study that the bench measures on: made once, kept in a folder, the same on every machine. */
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CT_IMAGE_STORAGE, writeImageSeries } from '../../dicom/write-image.ts'
import { writeRtStruct } from '../../dicom/write-rtstruct.ts'
import { writeSeg } from '../../dicom/write-seg.ts'
import type { Producer } from '../../domain/case.ts'
import { spacingMm } from '../../imaging/geometry.ts'
import { fillGaussian } from '../../phantom/random.ts'
import { ANATOMICAL_STRUCTURE, STRUCTURES } from '../../phantom/structures.ts'
import { ellipsoidMask, ellipsoids, labelMap, redrawn } from './ellipsoids.ts'
import { FAULTY_EDITION, writeFaultyStudy } from './faulty-study.ts'
import { EDITION, GRID } from './grid.ts'
import { writeNpy } from './npy.ts'
import { studyHeader } from './study-header.ts'

const [COLUMNS, ROWS, SLICES] = GRID.size
const SPACING_MM = spacingMm(GRID)[0]
const BODY_RADII_MM = [165, 120] as const
const [AIR, SOFT_TISSUE] = [-1000, 40]
const NOISE_HU = 12

export interface BenchInputs {
  /** One file per slice. */
  readonly ctFolder: string
  readonly seg: string
  readonly rtStruct: string
  /** CT and SEG together. */
  readonly study: string
  /** A smaller CT with a SEG of one structure that is to be mended. */
  readonly faultyStudy: string
  /** Array files of the whole grid: the CT's values, and label maps. */
  readonly ctArray: string
  readonly labels: string
  readonly reference: string
  readonly redrawn: string
}

/** About 66 slices each. */
const SMALL = {
  count: 100,
  seed: 1,
  radii: { columns: [10, 50], rows: [10, 50], slices: [12, 55.5] },
} as const
const LARGE = {
  count: 20,
  seed: 2,
  radii: { columns: [30, 90], rows: [30, 90], slices: [22, 66.3] },
} as const
export const SMALL_COUNT = SMALL.count
export const LARGE_COUNT = LARGE.count

const { patientStudy, series, uid } = studyHeader(EDITION, '1')
const producer: Producer = { manufacturer: 'Synthetic bench', algorithm: 'Ellipsoids', version: '1' }
const source = {
  seriesInstanceUid: uid('images'),
  sopClassUid: CT_IMAGE_STORAGE,
  sopInstanceUids: Array.from({ length: SLICES }, (_, k) => uid('image', String(k))),
}
const structures = Object.values(STRUCTURES)

/** Makes what is missing under `cache`. About a minute and a gigabyte, the first time. */
export async function benchInputs(cache: string): Promise<BenchInputs> {
  const root = await madeOnce(join(cache, EDITION.replace(' ', '-')), async (folder) => {
    await mkdir(join(folder, 'study', 'ct'), { recursive: true })
    await writeCt(join(folder, 'study', 'ct'))
    await writeFile(join(folder, 'study', 'seg.dcm'), segBytes())
    await writeFile(join(folder, 'rtstruct.dcm'), rtStructBytes())
    await writeArrays(folder)
  })
  return {
    faultyStudy: await madeOnce(join(cache, FAULTY_EDITION.replace(' ', '-')), writeFaultyStudy),
    study: join(root, 'study'),
    ctFolder: join(root, 'study', 'ct'),
    seg: join(root, 'study', 'seg.dcm'),
    rtStruct: join(root, 'rtstruct.dcm'),
    ctArray: join(root, 'ct.npy'),
    labels: join(root, 'labels.npy'),
    reference: join(root, 'reference.npy'),
    redrawn: join(root, 'redrawn.npy'),
  }
}

/** Under its name only when whole: a run that was stopped leaves nothing that looks finished. */
async function madeOnce(root: string, make: (folder: string) => Promise<void>): Promise<string> {
  if (await exists(root)) return root
  const making = `${root}.${process.pid}`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  await make(making)
  await rename(making, root)
  return root
}

async function writeCt(folder: string): Promise<void> {
  const files = writeImageSeries({
    patientStudy,
    series: series('images', 2),
    equipment: producer,
    acquisition: { modality: 'CT', kvp: 120, rescaleIntercept: 0, rescaleSlope: 1 },
    bodyPart: 'ABDOMEN',
    geometry: GRID,
    voxels: ctVoxels(),
    sopInstanceUids: source.sopInstanceUids,
    window: { center: 40, width: 400 },
  })
  let number = 0
  for (const { bytes } of files)
    await writeFile(join(folder, `${String(number++).padStart(4, '0')}.dcm`), bytes)
}

/** The CT again, the ellipsoids of the SEG as one label map, those of the RTSTRUCT as another, and redrawn. */
async function writeArrays(folder: string): Promise<void> {
  const large = ellipsoids(GRID, LARGE)
  await writeNpy(join(folder, 'ct.npy'), GRID.size, ctVoxels())
  await writeNpy(join(folder, 'labels.npy'), GRID.size, labelMap(GRID, ellipsoids(GRID, SMALL)))
  await writeNpy(join(folder, 'reference.npy'), GRID.size, labelMap(GRID, large))
  await writeNpy(join(folder, 'redrawn.npy'), GRID.size, labelMap(GRID, redrawn(large, 3)))
}

/** A noisy elliptical cylinder of soft tissue in air. */
function ctVoxels(): Int16Array {
  const voxels = new Int16Array(COLUMNS * ROWS * SLICES)
  const noise = new Float32Array(COLUMNS * ROWS)
  for (let k = 0; k < SLICES; k++) {
    fillGaussian(noise, NOISE_HU, k + 1)
    for (let j = 0, n = 0; j < ROWS; j++) {
      const y = ((j - (ROWS - 1) / 2) * SPACING_MM) / BODY_RADII_MM[1]
      for (let i = 0; i < COLUMNS; i++, n++) {
        const x = ((i - (COLUMNS - 1) / 2) * SPACING_MM) / BODY_RADII_MM[0]
        const hu = x * x + y * y < 1 ? SOFT_TISSUE : AIR
        voxels[k * COLUMNS * ROWS + n] = Math.round(hu + (noise[n] ?? 0))
      }
    }
  }
  return voxels
}

/** 100 segments that overlap. */
function segBytes(): Uint8Array {
  return writeSeg({
    patientStudy,
    series: series('seg', 101),
    sopInstanceUid: uid('seg object'),
    contentLabel: 'BENCH',
    contentDescription: '',
    contentCreatorName: '',
    producer,
    geometry: GRID,
    source,
    segments: ellipsoids(GRID, SMALL).map((shape, index) => {
      const { type, laterality, label } = structureAt(index)
      return {
        mask: ellipsoidMask(GRID, shape),
        predecessor: null,
        label: `${label} ${index + 1}`,
        category: ANATOMICAL_STRUCTURE,
        type,
        typeModifier: laterality,
        anatomicRegion: null,
        algorithmType: 'AUTOMATIC',
        trackingId: String(index + 1),
        trackingUid: uid('segment', String(index)),
        cielab: null,
      }
    }),
  }).bytes
}

/** 20 ROIs, together about 237,000 points. */
function rtStructBytes(): Uint8Array {
  return writeRtStruct({
    patientStudy,
    series: series('rtstruct', 102),
    sopInstanceUid: uid('rtstruct object'),
    structureSetLabel: 'BENCH',
    producer,
    geometry: GRID,
    source,
    rois: ellipsoids(GRID, LARGE).map((shape, index) => {
      const { type, laterality, roiName } = structureAt(index)
      return {
        mask: ellipsoidMask(GRID, shape),
        type,
        name: `${roiName}_${index + 1}`,
        typeModifier: laterality,
        generation: 'AUTOMATIC',
        interpretedType: 'ORGAN',
        displayColor: [255, 0, 0],
      }
    }),
  }).bytes
}

function structureAt(index: number) {
  return structures[index % structures.length] ?? STRUCTURES.liver
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
