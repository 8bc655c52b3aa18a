/** What is known of an image series before its pixels are read, from Part 10 headers or from DICOM JSON metadata. */
import type { Vector3 } from '../domain/geometry.ts'
import type { InstanceSummary, SeriesSummary } from '../domain/segmentation.ts'
import { number, numbers, text, type Dataset, type Element } from './part10.ts'

/** A header: parsed from a file, or DICOM JSON (PS3.18 F), where an element may have no Value. */
export type Header = Dataset | Readonly<Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>>

/** Throws nothing: what is missing or malformed is null, or 0 for rows and columns. */
export function summariseInstance(header: Header): InstanceSummary {
  const dataset = asDataset(header)
  const exactly = (keyword: string, count: number): number[] | null => {
    const values = numbers(dataset, keyword)
    return values.length === count && values.every(Number.isFinite) ? values : null
  }
  return {
    sopInstanceUid: text(dataset, 'SOPInstanceUID'),
    sopClassUid: text(dataset, 'SOPClassUID'),
    position: exactly('ImagePositionPatient', 3) as Vector3 | null,
    orientation: exactly('ImageOrientationPatient', 6) as InstanceSummary['orientation'],
    pixelSpacingMm: exactly('PixelSpacing', 2) as InstanceSummary['pixelSpacingMm'],
    rows: number(dataset, 'Rows') ?? 0,
    columns: number(dataset, 'Columns') ?? 0,
  }
}

/** Summary of one series' headers; null without any. Series-level values are the first header's. */
export function summariseSeries(headers: readonly Header[]): SeriesSummary | null {
  const [first] = headers
  if (first === undefined) return null
  const dataset = asDataset(first)
  return {
    seriesInstanceUid: text(dataset, 'SeriesInstanceUID'),
    modality: text(dataset, 'Modality'),
    patientId: text(dataset, 'PatientID'),
    studyInstanceUid: text(dataset, 'StudyInstanceUID'),
    frameOfReferenceUid: text(dataset, 'FrameOfReferenceUID') || null,
    instances: headers.map(summariseInstance),
  }
}

function asDataset(header: Header): Dataset {
  return Object.fromEntries(
    Object.entries(header).flatMap(([tag, element]): [string, Element][] =>
      element === undefined ? [] : [[tag, { vr: element.vr, Value: element.Value ?? [] }]],
    ),
  )
}
