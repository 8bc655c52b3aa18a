/**
 * One object judged in this thread with everything real but the PACS: files written, read, measured, drawn, asked about and
 * reported. A small body with a liver-like organ in it, so that hundreds take seconds.
 */
import { encode } from 'fast-png'
import { checkPrepared, prepareAssessment } from '../../src/compute/assess.ts'
import { drawTaskOf, NOTHING_DRAWN } from '../../src/compute/draw-task.ts'
import { drawSegment } from '../../src/compute/draw.ts'
import { loadConfig } from '../../src/config.ts'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import { writeImageSeries, type ImageSeries } from '../../src/dicom/write-image.ts'
import { writeRtStruct } from '../../src/dicom/write-rtstruct.ts'
import { writeSeg, type SegSegment } from '../../src/dicom/write-seg.ts'
import { unjudged, type Case } from '../../src/domain/case.ts'
import type { Geometry, Mask } from '../../src/domain/geometry.ts'
import { sourcesOf } from '../../src/file-source.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import { judge, type Outcome } from '../../src/pipeline.ts'
import type { Compute, DicomJson, ModelReasoning, Pipeline, StoreItem } from '../../src/ports.ts'
import { imageSeries, producer, rtStructInput, segInput, segment, source } from '../dicom/write-samples.ts'
import { ellipsoid, gridOf, paintMask } from './draw.ts'
import { aFigure } from './language-model.ts'
import { createMemoryPacs } from './memory-pacs.ts'
import { NO_REFINEMENT } from './refinement.ts'

const CONFIG = loadConfig(null, {})
const KNOWLEDGE = loadKnowledge(new URL('../../config/knowledge/', import.meta.url))
const OPTIONS = { knowledge: KNOWLEDGE, policy: CONFIG.policy, limits: CONFIG.limits }
const NOW = '2025-01-02T12:00:00.000Z'

export const GEOMETRY: Geometry = {
  ...gridOf([40, 40, 24], { spacingMm: [8, 8, 8], origin: [-156, -156, 0] }),
  frameOfReferenceUid: '2.25.1',
}
const BODY = ellipsoid([0, 0, 96], [140, 110, 400])
const ORGAN = ellipsoid([-50, -10, 96], [64, 56, 60])

/** As good as it can be; with the lower third cut off. */
export const MASKS = {
  good: paintMask(GEOMETRY, ORGAN),
  cut: paintMask(GEOMETRY, (x, y, z) => ORGAN(x, y, z) && z > 84),
} as const

export interface Scene {
  readonly mask?: Mask
  readonly kind?: 'SEG' | 'RTSTRUCT'
  readonly segment?: Partial<SegSegment>
  /** Series description of images and object. */
  readonly description?: string
  /** More attributes of the object's header, as DICOM JSON. */
  readonly header?: DicomJson
  /** The same of the images'. */
  readonly imageHeader?: DicomJson
  readonly image?: Partial<ImageSeries>
  /** Changes the voxels (stored values) of the images. */
  readonly paint?: (voxels: Int16Array, size: readonly [number, number, number]) => void
  readonly burnedIn?: boolean
  /** Drawing takes most of the time: one blank picture where nobody looks at them. */
  readonly blankPictures?: boolean
}

const BLANK = encode({ width: 8, height: 8, channels: 1, data: new Uint8Array(64) })

export const LIVER_CODE = { scheme: 'SCT', value: '10200004', meaning: 'Liver' }

export async function judgeScene(
  scene: Scene,
  reasoning: ModelReasoning | null,
): Promise<Extract<Outcome, { kind: 'judged' }>> {
  const { images, object } = filesOf(scene)
  const pacs = createMemoryPacs()
  const add = (item: StoreItem, modality: string, more: DicomJson = {}) =>
    pacs.add({ ...item, modality, studyDate: '20250101', metadata: { ...jsonOf(item), ...more } })
  const flag: DicomJson = scene.burnedIn === true ? { '00280301': { vr: 'CS', Value: ['YES'] } } : {}
  for (const item of images) add(item, 'CT', { ...flag, ...scene.imageHeader })
  add(object, scene.kind ?? 'SEG', scene.header)
  const pipeline: Pipeline = {
    pacs,
    compute: inThisThread(scene.blankPictures === true),
    reports: { verdictReports: () => [] },
    clock: { now: () => new Date(NOW) },
    knowledge: KNOWLEDGE,
    policy: CONFIG.policy,
    reasoning,
    policyDigest: 'sha256:test',
    version: '0.0.0',
    seriesInstancesMax: 100,
    secondObjectsMax: 0,
    errorMaskRunsMax: 0,
    ...NO_REFINEMENT,
    figures: { segments: 'none', segmentsMax: 1, sheetBytesMax: 500_000 },
    localNorms: async () => [],
    readiness: { deadlineMs: 0, retryMs: 0, stableMs: 0 },
    onStage: () => {},
  }
  const outcome = await judge(caseOf(object, scene.kind ?? 'SEG'), pipeline, new AbortController().signal)
  if (outcome.kind !== 'judged') throw new Error('the scene was not judged')
  return outcome
}

/** The files of a scene: images, then the object. */
export function filesOf(scene: Scene): { images: readonly StoreItem[]; object: StoreItem } {
  const images = imagesOf(scene)
  return { images, object: objectOf(scene, images) }
}

function imagesOf({ description, image, paint }: Scene): StoreItem[] {
  const [columns, rows, slices] = GEOMETRY.size
  const voxels = new Int16Array(columns * rows * slices)
  let index = 0
  for (let k = 0; k < slices; k++)
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++) voxels[index++] = valueAt(i * 8 - 156, j * 8 - 156, k * 8)
  paint?.(voxels, GEOMETRY.size)
  const series = imageSeries()
  return [
    ...writeImageSeries({
      ...series,
      geometry: GEOMETRY,
      voxels,
      sopInstanceUids: Array.from({ length: slices }, (_, k) => `2.25.77${100 + k}`),
      ...image,
      series: { ...series.series, ...(description !== undefined && { seriesDescription: description }) },
    }),
  ]
}

/** Hounsfield units after the intercept of -1024, with a pattern instead of noise. */
function valueAt(x: number, y: number, z: number): number {
  if (!BODY(x, y, z)) return 24
  const pattern = (Math.abs(x * 7 + y * 13 + z * 5) / 8) % 5
  return 1024 + (ORGAN(x, y, z) ? 110 : -90) + Math.round(pattern)
}

function objectOf(
  { mask = MASKS.good, kind = 'SEG', segment: changes, description }: Scene,
  images: readonly StoreItem[],
): StoreItem {
  const from = { ...source, sopInstanceUids: images.map(({ sopInstanceUid }) => sopInstanceUid) }
  const base = segInput([])
  const series = { ...base.series, ...(description !== undefined && { seriesDescription: description }) }
  if (kind === 'RTSTRUCT') {
    const input = rtStructInput([mask])
    const [roi] = input.rois
    if (roi === undefined) throw new Error('no ROI')
    const name = changes?.label ?? 'Liver'
    return writeRtStruct({
      ...input,
      series,
      geometry: GEOMETRY,
      source: from,
      rois: [{ ...roi, name, type: LIVER_CODE }],
    })
  }
  const own = segment('Liver', mask, { type: LIVER_CODE, typeModifier: null, ...changes })
  return writeSeg({ ...base, series, geometry: GEOMETRY, source: from, segments: [own], producer })
}

/** The header as an archive gives it. */
export function jsonOf({ bytes }: StoreItem): DicomJson {
  const { dataset } = readPart10(bytes, { untilPixelData: true })
  return JSON.parse(JSON.stringify(dataset)) as DicomJson
}

/** Everything that threads do, done here. */
export function inThisThread(blankPictures: boolean): Compute {
  return {
    readSegmentation: async (file) => {
      const [one = new Uint8Array()] = sourcesOf([file])
      return readSegmentation(one, CONFIG.limits)
    },
    async assess({ images, pet = [], ...input }) {
      const files = { images: sourcesOf(images), pet: sourcesOf(pet) }
      const prepared = await prepareAssessment({ ...input, ...files }, OPTIONS)
      return {
        segments: checkPrepared(prepared, OPTIONS),
        seriesProblems: [],
        async draw(request) {
          if (blankPictures)
            return {
              figures: (['context', 'response'] as const).map((kind) => ({
                ...aFigure(kind, kind),
                png: BLANK,
              })),
              leftOut: 0,
            }
          const task = drawTaskOf(prepared, request)
          return task === null ? NOTHING_DRAWN : drawSegment(task, KNOWLEDGE)
        },
      }
    },
    close: async () => {},
  }
}

function caseOf(object: StoreItem, modality: 'SEG' | 'RTSTRUCT'): Case {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid } = object
  const nobody = { manufacturer: '', algorithm: '', version: '' }
  return {
    id: 'scene',
    studyInstanceUid,
    state: 'running',
    object: { modality, sopClassUid, sopInstanceUid, seriesInstanceUid, label: '', producer: nobody },
    provenance: { version: '0', policy: '', models: [] },
    ...unjudged(),
    receivedAt: NOW,
    updatedAt: NOW,
  }
}
