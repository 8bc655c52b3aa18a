/** Real segmentations of one data folder, each placed on its images as the service would. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolderPacs } from '../../archive/folder.ts'
import { prepareAssessment, type AssessOptions, type Prepared } from '../../compute/assess.ts'
import type { Placed } from '../../compute/place.ts'
import { sourcesOf } from '../../file-source.ts'
import { readSegmentation } from '../../dicom/read-segmentation.ts'
import type { Mask, Modality, Volume } from '../../domain/geometry.ts'
import type { Segment, SeriesSummary } from '../../domain/segmentation.ts'
import { findBody } from '../../imaging/body.ts'
import { alignMask } from '../../imaging/align.ts'
import { imageSeriesOf } from '../../retrieval.ts'
import { locateSource } from '../../target/source-series.ts'
import { maskOf, readVolumeFile, volumeOf } from '../volume-files.ts'

export interface RealCase {
  /** Of the set: nobody's name. */
  readonly name: string
  readonly prepared: Prepared
}

const FRAME = '2.25.1'
const SIGNAL = new AbortController().signal

/** Every SEG and RTSTRUCT of a folder of DICOM files. */
export async function* dicomCases(folder: string, options: AssessOptions): AsyncGenerator<RealCase> {
  const pacs = await createFolderPacs(folder, {})
  for (const modality of ['SEG', 'RTSTRUCT'] as const) {
    const query = { modality, studyDateFrom: null, limit: 1000, offset: 0 }
    for (const { studyInstanceUid, seriesInstanceUid } of await pacs.findSegmentationSeries(query, SIGNAL)) {
      for (const ref of await pacs.listInstances(studyInstanceUid, seriesInstanceUid, SIGNAL)) {
        const [file = new Uint8Array()] = sourcesOf([await pacs.retrieveInstance(ref, SIGNAL)])
        const segmentation = await readSegmentation(file, options.limits)
        const location = locateSource(
          segmentation,
          await imageSeriesOf(segmentation, studyInstanceUid, pacs, SIGNAL),
        )
        const images =
          location.series === null
            ? []
            : await pacs.retrieveSeries(studyInstanceUid, location.series.seriesInstanceUid, SIGNAL)
        const prepared = await prepareAssessment(
          { segmentation, images: sourcesOf(images), location, seconds: [], norms: [] },
          options,
        )
        yield { name: `${modality}, ${segmentation.segments.length} segments`, prepared }
      }
    }
  }
}

/** One file with labels, or several with one mask each; `image` null: masks alone. */
export interface FileCase {
  readonly name: string
  readonly modality: Modality
  readonly image: string | null
  readonly masks: readonly {
    readonly path: string
    /** Names by label; null: as the file says. What is not named is no segment. */
    readonly labels: Readonly<Record<string, readonly number[]>> | null
  }[]
}

export async function fileCase({ name, modality, image, masks }: FileCase): Promise<RealCase> {
  const volume = image === null ? null : volumeOf(await readVolumeFile(image, FRAME), modality)
  const found: { label: string; mask: Mask }[] = []
  for (const { path, labels } of masks) {
    const file = await readVolumeFile(path, FRAME)
    const wanted =
      labels === null
        ? [...file.labels].map(([value, label]) => [label, [value]] as const)
        : Object.entries(labels)
    for (const [label, values] of wanted) {
      const mask = maskOf(file, (value) => values.includes(Math.round(value)))
      if (mask.voxels.length > 0) found.push({ label, mask })
    }
  }
  return { name, prepared: preparedOf(volume, found) }
}

/** Masks by name on an image, as an object that says no more would be placed. */
export function preparedOf(volume: Volume | null, found: readonly { label: string; mask: Mask }[]): Prepared {
  return {
    object: {
      segmentation: { patientId: '', studyInstanceUid: FRAME, frameOfReferenceUid: FRAME, references: [] },
      source: volume === null ? null : seriesOf(volume),
      sourceNote: '',
      missingInstances: [],
      seriesProblems: [],
    },
    volume,
    body: volume === null ? null : findBody(volume),
    placed: found.map(({ label, mask }, index): Placed => {
      const onImage = volume === null ? mask : alignMask(mask, volume.geometry).mask
      const rest = { contours: null, problems: [], notAssessable: null }
      return { segment: segmentOf(label, index + 1), mask: onImage, ownMask: mask, ...rest }
    }),
    seconds: [],
    norms: [],
  }
}

/** The image is there; files of research collections say no more of it. */
function seriesOf({ modality, seriesInstanceUid }: Volume): SeriesSummary {
  const identity = { patientId: '', studyInstanceUid: FRAME, frameOfReferenceUid: FRAME }
  return { seriesInstanceUid, modality, ...identity, instances: [] }
}

function segmentOf(label: string, number: number): Omit<Segment, 'shape'> {
  const nothing = { code: null, category: null, anatomicRegion: null, laterality: null }
  return { number, label, ...nothing, trackingId: null, trackingUid: null }
}

/** Files of a folder by name. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).toSorted()
}

/** `a/b/c.nii.gz` of a folder, as full paths by the part before the first dot. */
export async function filesByStem(folder: string): Promise<Map<string, string>> {
  const names = await namesIn(folder)
  return new Map(names.map((name) => [name.split('.')[0] ?? name, join(folder, name)]))
}
