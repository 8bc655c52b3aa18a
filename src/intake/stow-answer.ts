import type { InstanceRef } from '../ports.ts'

/** Answers of a STOW-RS request that list what was stored; some archives answer 400 or 409 although a part was. */
const STORED_STATUSES: readonly number[] = [200, 202, 400, 409]

const REFERENCED_SOP_SEQUENCE = '00081199'
const REFERENCED_SOP_CLASS_UID = '00081150'
const REFERENCED_SOP_INSTANCE_UID = '00081155'
const RETRIEVE_URL = '00081190'

/**
 * The instances that a STOW-RS answer (PS3.18 10.5.3.2, DICOM JSON) says were stored. Study and series are taken from
 * each item's Retrieve URL. Null when the answer cannot be read; items without a usable URL are counted in `unreadable`.
 */
export function storedInstances(
  status: number,
  body: string,
): { readonly stored: readonly InstanceRef[]; readonly unreadable: number } | null {
  if (!STORED_STATUSES.includes(status)) return null
  let answer: unknown
  try {
    answer = JSON.parse(body)
  } catch {
    return null
  }
  const dataset: unknown = Array.isArray(answer) ? answer[0] : answer
  const items = values(dataset, REFERENCED_SOP_SEQUENCE)
  const stored = items.flatMap((item) => refOf(item) ?? [])
  return { stored, unreadable: items.length - stored.length }
}

function refOf(item: unknown): InstanceRef | null {
  const place = /\/studies\/([\d.]+)\/series\/([\d.]+)\/instances\/([\d.]+)/.exec(text(item, RETRIEVE_URL))
  const [, studyInstanceUid, seriesInstanceUid] = place ?? []
  const sopInstanceUid = text(item, REFERENCED_SOP_INSTANCE_UID)
  if (studyInstanceUid === undefined || seriesInstanceUid === undefined || sopInstanceUid === '') return null
  return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid: text(item, REFERENCED_SOP_CLASS_UID) }
}

function values(dataset: unknown, tag: string): readonly unknown[] {
  if (typeof dataset !== 'object' || dataset === null) return []
  const element: unknown = (dataset as Record<string, unknown>)[tag]
  if (typeof element !== 'object' || element === null || !('Value' in element)) return []
  return Array.isArray(element.Value) ? element.Value : []
}

function text(dataset: unknown, tag: string): string {
  const value = values(dataset, tag)[0]
  return typeof value === 'string' ? value.trim() : ''
}
