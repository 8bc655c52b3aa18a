import { PRODUCT_NAME } from '../domain/product.ts'
import type { DicomJson, SegmentationRef } from '../ports.ts'

/** SOP classes that are judged (PS3.4 B.5), by UID. Everything else in a SEG or RTSTRUCT series is left alone. */
const MODALITY_BY_SOP_CLASS: Readonly<Record<string, SegmentationRef['modality']>> = {
  '1.2.840.10008.5.1.4.1.1.66.4': 'SEG', // Segmentation Storage
  '1.2.840.10008.5.1.4.1.1.66.7': 'SEG', // Label Map Segmentation Storage
  '1.2.840.10008.5.1.4.1.1.481.3': 'RTSTRUCT', // RT Structure Set Storage
}

const SOP_CLASS_UID = '00080016'
const SOP_INSTANCE_UID = '00080018'
const MANUFACTURER = '00080070'

/** Modality of a segmentation object by its SOP class; null when the class is not judged. */
export function modalityOf(sopClassUid: string): SegmentationRef['modality'] | null {
  return MODALITY_BY_SOP_CLASS[sopClassUid] ?? null
}

/** May a series of this modality hold segmentation objects? */
export function isSegmentationModality(modality: string): modality is SegmentationRef['modality'] {
  return modality === 'SEG' || modality === 'RTSTRUCT'
}

/** What the archive's metadata says about one instance before its bytes are read; '' for what it does not say. */
export interface Header {
  readonly sopClassUid: string
  readonly manufacturer: string
}

/** The header of one instance in its series' metadata; null when the archive does not list it. */
export function headerOf(metadata: readonly DicomJson[], sopInstanceUid: string): Header | null {
  const item = metadata.find((candidate) => first(candidate, SOP_INSTANCE_UID) === sopInstanceUid)
  if (item === undefined) return null
  return { sopClassUid: first(item, SOP_CLASS_UID), manufacturer: first(item, MANUFACTURER) }
}

/** Our own proposals must never be judged as if they had arrived: that would never end. */
export function isOwnOutput(header: Header): boolean {
  return header.manufacturer === PRODUCT_NAME
}

function first(item: DicomJson, tag: string): string {
  const value = item[tag]?.Value?.[0]
  return typeof value === 'string' ? value.trim() : ''
}
