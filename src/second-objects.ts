/** Other segmentation objects of the study that show the same structures: a cheap and strong sign that one is wrong. */
import { resolveStructure } from './checks/structure.ts'
import type { Case } from './domain/case.ts'
import { PRODUCT_NAME } from './domain/product.ts'
import type { Segment, Segmentation } from './domain/segmentation.ts'
import { PlumblineError } from './errors.ts'
import type { InstanceRef, Pipeline, SecondObject } from './ports.ts'

const MODALITIES = ['SEG', 'RTSTRUCT']

/**
 * Reads at most `p.secondObjectsMax` of them, in the order in which the archive lists them. One that cannot be read, lies
 * in another frame of reference or is a proposal of ours is passed over: it says nothing about the object that is judged.
 */
export async function secondObjectsOf(
  subject: Case,
  segmentation: Segmentation,
  p: Pipeline,
  signal: AbortSignal,
): Promise<SecondObject[]> {
  const claims = new Set(segmentation.segments.flatMap((segment) => claimOf(segment, p) ?? []))
  if (p.secondObjectsMax === 0 || claims.size === 0 || segmentation.frameOfReferenceUid === null) return []
  const found: SecondObject[] = []
  for (const ref of (await otherObjects(subject, p, signal)).slice(0, p.secondObjectsMax)) {
    const second = await readSecond(ref, segmentation, p, signal)
    const segments = second.filter((segment) => claims.has(claimOf(segment, p) ?? ''))
    if (segments.length > 0) found.push({ name: nameOf(ref), segments })
  }
  return found
}

async function otherObjects(subject: Case, p: Pipeline, signal: AbortSignal): Promise<InstanceRef[]> {
  const { studyInstanceUid, object } = subject
  const listed = await p.pacs.listSeries(studyInstanceUid, signal)
  const series = listed.filter(({ modality }) => MODALITIES.includes(modality))
  const refs: InstanceRef[] = []
  for (const { seriesInstanceUid } of series) {
    if (refs.length > p.secondObjectsMax) break
    refs.push(...(await p.pacs.listInstances(studyInstanceUid, seriesInstanceUid, signal)))
  }
  return refs.filter(({ sopInstanceUid }) => sopInstanceUid !== object.sopInstanceUid)
}

/** What goes wrong with another object must not end the case of this one, unless the PACS itself is down. */
async function readSecond(
  ref: InstanceRef,
  { frameOfReferenceUid }: Segmentation,
  p: Pipeline,
  signal: AbortSignal,
): Promise<readonly Segment[]> {
  const bytes = await unless(p.pacs.retrieveInstance(ref, signal), ({ retryable }) => !retryable)
  if (bytes === null) return []
  // Even one that kills its thread: its own case says so.
  const read = await unless(p.compute.readSegmentation(bytes, signal), () => true)
  if (read === null) return []
  const { object, segments, frameOfReferenceUid: theirs } = read
  return theirs === frameOfReferenceUid && object.producer.manufacturer !== PRODUCT_NAME ? segments : []
}

/** Null where it fails in a way that may be passed over. */
export async function unless<Value>(
  work: Promise<Value>,
  mayPass: (error: PlumblineError) => boolean,
): Promise<Value | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof PlumblineError && mayPass(error)) return null
    throw error
  }
}

/** Structure and side that a segment claims to be; null without knowledge of it. */
function claimOf(segment: Segment, { knowledge }: Pipeline): string | null {
  const { structure, side } = resolveStructure(segment, knowledge)
  return structure === null ? null : `${structure.id} ${side ?? ''}`
}

/** Nothing but numbers: descriptions are free text. */
function nameOf({ seriesInstanceUid }: InstanceRef): string {
  return `The object of series …${seriesInstanceUid.slice(-8)}`
}
