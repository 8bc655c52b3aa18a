/** Contours that people drew must not be called badly drawn; the same contours spoilt must be. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkContourArtefact } from '../../src/checks/contour-artefact.ts'
import { readVolume } from '../../src/dicom/image.ts'
import type { ReadLimits } from '../../src/dicom/limits.ts'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import type { Geometry, Mask } from '../../src/domain/geometry.ts'
import type { Contour } from '../../src/domain/segmentation.ts'
import { fillGaussian } from '../../src/phantom/random.ts'
import { segmentInput } from '../support/segment-input.ts'

const DATA =
  process.env['PLUMBLINE_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const SARCOMAS = ['STS_002', 'STS_003', 'STS_008', 'STS_019', 'STS_042'].flatMap((subject) =>
  ['CT', 'PET', 'MR_T1'].map((modality) => `dcm-sts-ibsi-10subj-rtstruct/${subject}/${modality}`),
)
const WITHOUT_IMAGES = [
  'dcm-edge-cases/dicompyler_rtss/rtss.dcm',
  'dcm-edge-cases/rtstruct_without_images/Pancreas-CT-CB_001.dcm',
]
const isThere = existsSync(DATA)
if (!isThere)
  process.stderr.write('Test images are absent: 18 tests on contours that people drew are left out.\n')
const LIMITS: ReadLimits = {
  objectBytesMax: 1e9,
  seriesBytesMax: 2e9,
  seriesInstancesMax: 5000,
  voxelsMax: 1e9,
  segmentsMax: 1000,
  sequenceItemsMax: 300_000,
  contourPointsMax: 2e7,
}
/** Planning CT, near enough for contours whose images are not there. */
const PLANNING: Geometry = {
  frameOfReferenceUid: null,
  size: [512, 512, 400],
  affine: [1, 0, 0, -256, 0, 1, 0, -256, 0, 0, 3, -600, 0, 0, 0, 1],
}

async function structuresOf(file: string): Promise<(readonly Contour[])[]> {
  const { segments } = await readSegmentation(readFileSync(join(DATA, file)), LIMITS)
  return segments.map(({ shape }) => {
    if (shape.kind !== 'contours') throw new Error('no contours')
    return shape.contours
  })
}

async function gridOf(folder: string): Promise<Geometry> {
  const images = join(DATA, folder, 'image')
  const files = readdirSync(images).map((name) => readFileSync(join(images, name)))
  return (await readVolume(files, LIMITS)).geometry
}

function findingsOn(contours: readonly Contour[], geometry: Geometry): string[] {
  const mask: Mask = { geometry, box: { origin: [0, 0, 0], size: [0, 0, 0] }, voxels: new Uint8Array() }
  return checkContourArtefact({ ...segmentInput(mask, { contours }), shape: null }).findings.map(
    ({ severity, evidence, text }) => `${severity} ${evidence[0]}: ${text}`,
  )
}

describe.skipIf(!isThere)('contours that people drew', () => {
  it.each(SARCOMAS)('%s: no finding', async (folder) => {
    const [structures, grid] = await Promise.all([structuresOf(`${folder}/mask/RS.dcm`), gridOf(folder)])
    expect(structures.length).toBeGreaterThan(0)
    expect(structures.flatMap((contours) => findingsOn(contours, grid))).toEqual([])
  })

  it.each(WITHOUT_IMAGES)('%s: no finding', async (file) => {
    const structures = await structuresOf(file)
    expect(structures.length).toBeGreaterThan(4)
    expect(structures.flatMap((contours) => findingsOn(contours, PLANNING))).toEqual([])
  })

  it('spoilt by noise of one pixel on every point: found on every large structure', async () => {
    const [file = ''] = WITHOUT_IMAGES
    const large = (await structuresOf(file)).filter((contours) => contours.length >= 24)
    expect(large.length).toBeGreaterThan(3)
    for (const contours of large)
      expect(findingsOn(contours.map(spoilt), PLANNING).join(' ')).toMatch(/contours\.(roughness|crossing)/)
  })
})

function spoilt(one: Contour, seed: number): Contour {
  const noise = new Float32Array(one.points.length)
  fillGaussian(noise, 1, seed + 1)
  return { ...one, points: one.points.map((value, n) => (n % 3 === 2 ? value : value + (noise[n] ?? 0))) }
}
