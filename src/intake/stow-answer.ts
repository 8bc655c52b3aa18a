import { z } from 'zod'
import type { InstanceRef } from '../ports.ts'

/** Answers of a STOW-RS request that list what was stored; some archives answer 400 or 409 although a part was. */
const STORED_STATUSES: readonly number[] = [200, 202, 400, 409]

const texts = z.object({ Value: z.array(z.string()) }).optional()
const Item = z.object({
  '00081150': texts, // Referenced SOP Class UID
  '00081155': texts, // Referenced SOP Instance UID
  '00081190': texts, // Retrieve URL
})
const Answer = z.object({
  '00081199': z.object({ Value: z.array(z.unknown()).default([]) }).optional(), // Referenced SOP Sequence
})

/**
 * The instances that a STOW-RS answer (PS3.18 10.5.3.2, DICOM JSON) says were stored. Study and series are taken from
 * each item's Retrieve URL. Null when the answer cannot be read; items that do not say enough are counted.
 */
export function storedInstances(
  status: number,
  body: string,
): { readonly stored: readonly InstanceRef[]; readonly unreadable: number } | null {
  if (!STORED_STATUSES.includes(status)) return null
  const answer = Answer.safeParse(parsed(body))
  if (!answer.success) return null
  const items = answer.data['00081199']?.Value ?? []
  const stored = items.flatMap((item) => refOf(item) ?? [])
  return { stored, unreadable: items.length - stored.length }
}

function parsed(body: string): unknown {
  try {
    const answer: unknown = JSON.parse(body)
    return Array.isArray(answer) ? answer[0] : answer
  } catch {
    return null
  }
}

function refOf(item: unknown): InstanceRef | null {
  const read = Item.safeParse(item)
  if (!read.success) return null
  const first = (tag: keyof typeof read.data) => read.data[tag]?.Value[0] ?? ''
  const place = /\/studies\/([\d.]+)\/series\/([\d.]+)\/instances\//.exec(first('00081190'))
  const [, studyInstanceUid, seriesInstanceUid] = place ?? []
  const sopInstanceUid = first('00081155')
  if (studyInstanceUid === undefined || seriesInstanceUid === undefined || sopInstanceUid === '') return null
  return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid: first('00081150') }
}
