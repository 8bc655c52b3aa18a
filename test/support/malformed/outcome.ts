/** What came of one row, in the terms of the table, so that a failing test shows the two side by side. */
import { readVolume } from '../../../src/dicom/image.ts'
import type { ReadLimits } from '../../../src/dicom/limits.ts'
import { readPart10 } from '../../../src/dicom/part10.ts'
import { readSegmentation } from '../../../src/dicom/read-segmentation.ts'
import { summariseSeries } from '../../../src/dicom/summary.ts'
import type { FailureMode } from '../../../src/domain/evidence.ts'
import type { Volume } from '../../../src/domain/geometry.ts'
import type { Knowledge } from '../../../src/domain/knowledge.ts'
import { Policy } from '../../../src/domain/policy.ts'
import type { SegmentShape, SeriesSummary } from '../../../src/domain/segmentation.ts'
import { PlumblineError } from '../../../src/errors.ts'
import { rasterise } from '../../../src/imaging/contours.ts'
import { assessAlone } from '../assess.ts'
import type { AssessInput } from '../../../src/ports.ts'
import {
  shortened,
  type SegmentationOutcome,
  type SegmentationRow,
  type SegmentOutcome,
  type SeriesOutcome,
  type SeriesRow,
} from './row.ts'
import { IMAGES } from './samples.ts'

export const KNOWLEDGE: Knowledge = { structures: [], sources: {} }
/** Where the source images are: as they should be, all of them there. */
export const LOCATION: AssessInput['location'] = {
  series: imageSummary(),
  foundBy: 'reference',
  frameOfReference: 'same',
  note: '',
  missingInstances: [],
}

/** Reads the object and checks it against the valid images. */
export async function segmentationOutcome(row: SegmentationRow, limits: ReadLimits): Promise<unknown> {
  const own = { ...limits, ...row.limits }
  try {
    const segmentation = await readSegmentation(row.make(), own)
    const volume = await readVolume(IMAGES, limits)
    const options = { knowledge: KNOWLEDGE, policy: Policy.parse({}), limits }
    const segments = await assessAlone({ segmentation, images: IMAGES, location: LOCATION }, options)
    return asExpected(
      row.outcome,
      segmentation.notes,
      segmentation.segments.map(({ number, label, shape }, n) => ({
        number,
        label: shortened(label),
        voxels: voxelsOf(shape, volume),
        findings: (segments[n]?.findings ?? []).map(({ mode }) => mode),
      })),
    )
  } catch (error) {
    return refusal(error)
  }
}

export async function seriesOutcome(row: SeriesRow, limits: ReadLimits): Promise<SeriesOutcome | object> {
  try {
    const { instances, problems } = await readVolume(row.make(), { ...limits, ...row.limits })
    return {
      slices: instances.length,
      images: instances.filter((uid) => uid !== null).length,
      problems: problems.map(({ kind }) => kind),
    }
  } catch (error) {
    return refusal(error)
  }
}

export function voxelsOf(shape: SegmentShape, volume: Volume): SegmentOutcome['voxels'] {
  if (shape.kind === 'unreadable') return 'unreadable'
  const mask = shape.kind === 'mask' ? shape.mask : rasterise(shape.contours, volume.geometry).mask
  return mask.voxels.reduce((sum, voxel) => sum + voxel, 0)
}

function imageSummary(): SeriesSummary {
  const summary = summariseSeries(IMAGES.map((file) => readPart10(file).dataset))
  if (summary === null) throw new Error('the sample series is empty')
  return summary
}

/** A code, or what escaped. */
function refusal(error: unknown): object {
  return error instanceof PlumblineError ? { refused: error.code } : { escaped: String(error) }
}

type Found = Required<Omit<SegmentOutcome, 'finding'>> & { readonly findings: readonly FailureMode[] }

/** Only what the row is about: an expected finding or note stands for itself when it is among the found. */
function asExpected(
  expected: SegmentationOutcome,
  notes: readonly string[],
  found: readonly Found[],
): object {
  const { segments: wanted, note } = 'segments' in expected ? expected : { segments: [] }
  return {
    ...(note === undefined ? {} : { note: notes.some((text) => text.includes(note)) ? note : notes }),
    segments: found.map(({ number, label, voxels, findings }, n) => {
      const { label: wantedLabel, finding } = wanted[n] ?? {}
      return {
        number,
        voxels,
        ...(wantedLabel === undefined ? {} : { label }),
        ...(finding === undefined ? {} : { finding: findings.includes(finding) ? finding : findings }),
      }
    }),
  }
}
