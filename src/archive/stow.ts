/** STOW-RS (PS3.18 10.5): every part is stored or refused on its own. */
import type { Request, Response } from 'express'
import { instanceRefOf } from './index-row.ts'
import { boundaryOf, createMultipartReader } from '../dicom/multipart.ts'
import { toDicomJson } from '../dicom/json.ts'
import { readPart10 } from '../dicom/part10.ts'
import { PlumblineError } from '../errors.ts'
import type { DicomJson, InstanceRef } from '../ports.ts'
import { baseUrlOf, HttpRefusal } from './http.ts'
import type { Archive } from './store.ts'

export interface StowOptions {
  /** Largest request. */
  readonly requestBytesMax: number
  readonly publicOrigin: string | null
  /** Told before the answer, of everything in it that the archive now holds; again when it was held before. */
  readonly onStored: (stored: readonly InstanceRef[]) => Promise<void> | void
  /** What `onStored` throws. */
  readonly onProblem: (error: unknown) => void
}

interface Failure {
  /** Null when the bytes do not say. */
  readonly ref: InstanceRef | null
  readonly reason: number
}
interface Outcome {
  readonly stored: InstanceRef[]
  readonly failures: Failure[]
}

const PARTS_MAX = 100_000
/** Failure Reason (0008,1197), PS3.18 table I.2-2 and PS3.3 C.14.1.1. */
const PROCESSING_FAILURE = 0x0110
const OUT_OF_RESOURCES = 0xa700
const CANNOT_UNDERSTAND = 0xc000
const TRANSFER_SYNTAX_NOT_SUPPORTED = 0xc122

export function stowHandler(archive: Archive, options: StowOptions) {
  return async (request: Request<Record<string, string>>, response: Response): Promise<void> => {
    const study = request.params['study'] ?? null
    const outcome: Outcome = { stored: [], failures: [] }
    const { stored, failures } = outcome
    try {
      await storeAll(archive, request, study, options, outcome)
      if (stored.length + failures.length === 0)
        throw new HttpRefusal(400, 'The request holds no DICOM instance.')
      const status = failures.length === 0 ? 200 : stored.length === 0 ? 409 : 202
      const answer = answerOf(outcome, study, baseUrlOf(request, options.publicOrigin))
      response.status(status).type('application/dicom+json').send(JSON.stringify(answer))
    } catch (error) {
      // The rest of the body is not read.
      if (!response.headersSent) response.setHeader('connection', 'close')
      // A client that broke off hears no answer.
      if (!request.errored) throw error
    }
  }
}

async function storeAll(
  archive: Archive,
  request: Request,
  study: string | null,
  options: StowOptions,
  outcome: Outcome,
): Promise<void> {
  try {
    for await (const part of partsOf(request, options.requestBytesMax, archive.objectBytesMax)) {
      if (part === 'cut-off') outcome.failures.push({ ref: null, reason: PROCESSING_FAILURE })
      else await storePart(archive, part, study, outcome)
    }
  } finally {
    // What is stored is stored, however the request ends.
    await tell(options, outcome.stored)
  }
}

/** Before the answer: a crash after it would lose what the client believes delivered. What goes wrong here is not its trouble. */
async function tell({ onStored, onProblem }: StowOptions, stored: readonly InstanceRef[]): Promise<void> {
  if (stored.length === 0) return
  try {
    await onStored(stored)
  } catch (error) {
    onProblem(error)
  }
}

async function storePart(
  archive: Archive,
  bytes: Uint8Array,
  study: string | null,
  outcome: Outcome,
): Promise<void> {
  try {
    outcome.stored.push(await archive.store(bytes, study))
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error
    outcome.failures.push({ ref: refOf(bytes), reason: reasonOf(error) })
  }
}

function reasonOf({ code }: PlumblineError): number {
  if (code === 'conflict') return PROCESSING_FAILURE
  if (code === 'limit-exceeded') return OUT_OF_RESOURCES
  return code === 'unsupported-dicom' ? TRANSFER_SYNTAX_NOT_SUPPORTED : CANNOT_UNDERSTAND
}

/** Who the refused instance says it is, as far as it can be read. */
function refOf(bytes: Uint8Array): InstanceRef | null {
  try {
    return instanceRefOf(
      toDicomJson(readPart10(bytes, { untilPixelData: true }).dataset, { bulkDataUri: () => null }),
    )
  } catch {
    return null
  }
}

/** Instances of a multipart request as they arrive, or the one of a request that is a single instance (PS3.18 8.6.1). */
async function* partsOf(
  request: Request,
  bytesMax: number,
  partBytesMax: number,
): AsyncGenerator<Uint8Array | 'cut-off'> {
  const contentType = request.get('content-type') ?? ''
  requireReadable(request, contentType, bytesMax)
  const boundary = boundaryOf(contentType)
  if (boundary === null) {
    const chunks: Buffer[] = []
    for await (const chunk of limited(request, Math.min(bytesMax, partBytesMax))) chunks.push(chunk)
    yield Buffer.concat(chunks)
    return
  }
  const reader = createMultipartReader(boundary, { partsMax: PARTS_MAX, partBytesMax })
  for await (const chunk of limited(request, bytesMax)) {
    for (const { bytes } of reader.push(chunk)) yield bytes
  }
  try {
    reader.end()
  } catch {
    yield 'cut-off'
  }
}

async function* limited(request: Request, bytesMax: number): AsyncGenerator<Buffer> {
  let total = 0
  // Left open, so that a refusal can still be answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    total += chunk.length
    if (total > bytesMax) throw tooLarge(bytesMax)
    yield chunk
  }
}

function requireReadable(request: Request, contentType: string, bytesMax: number): void {
  const isMultipart = /^multipart\/related\s*;/i.test(contentType) && boundaryOf(contentType) !== null
  const partType = /;\s*type="?([^";]+)/i.exec(contentType)?.[1]?.trim().toLowerCase() ?? 'application/dicom'
  const readable = isMultipart
    ? partType === 'application/dicom'
    : /^application\/dicom\s*(;|$)/i.test(contentType)
  if (!readable || (request.get('content-encoding') ?? 'identity') !== 'identity') {
    throw new HttpRefusal(
      415,
      'Instances are taken as multipart/related; type="application/dicom", not compressed.',
    )
  }
  if (Number(request.get('content-length') ?? 0) > bytesMax) throw tooLarge(bytesMax)
}

function tooLarge(bytesMax: number): HttpRefusal {
  return new HttpRefusal(
    413,
    `More than ${bytesMax} bytes in one request are not taken. Send fewer instances at a time.`,
  )
}

/** Store Instances Response, PS3.18 table I.2-1. */
function answerOf({ stored, failures }: Outcome, study: string | null, base: string): DicomJson {
  const failed = failures.flatMap(({ ref, reason }) =>
    ref ? [{ ...referenceOf(ref), ...reasonItem(reason) }] : [],
  )
  const others = failures.flatMap(({ ref, reason }) => (ref ? [] : [reasonItem(reason)]))
  const references = stored.map((ref) => ({
    ...referenceOf(ref),
    '00081190': urlItem(instanceUrl(base, ref)),
  }))
  const studies = new Set(stored.map(({ studyInstanceUid }) => studyInstanceUid))
  const onlyStudy = study ?? (studies.size === 1 ? [...studies][0] : undefined)
  return {
    ...(onlyStudy === undefined ? {} : { '00081190': urlItem(`${base}/studies/${onlyStudy}`) }),
    ...(failed.length === 0 ? {} : { '00081198': { vr: 'SQ', Value: failed } }),
    ...(references.length === 0 ? {} : { '00081199': { vr: 'SQ', Value: references } }),
    ...(others.length === 0 ? {} : { '0008119A': { vr: 'SQ', Value: others } }),
  }
}

function referenceOf({ sopClassUid, sopInstanceUid }: InstanceRef): DicomJson {
  return { '00081150': { vr: 'UI', Value: [sopClassUid] }, '00081155': { vr: 'UI', Value: [sopInstanceUid] } }
}

function reasonItem(reason: number): DicomJson {
  return { '00081197': { vr: 'US', Value: [reason] } }
}

function urlItem(url: string): DicomJson[string] {
  return { vr: 'UR', Value: [url] }
}

function instanceUrl(base: string, ref: InstanceRef): string {
  return `${base}/studies/${ref.studyInstanceUid}/series/${ref.seriesInstanceUid}/instances/${ref.sopInstanceUid}`
}
