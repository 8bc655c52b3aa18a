/** Frames of an instance as stored or decoded (PS3.18 10.4.1.1.5, media types of table 8.7.3-4 and 8.7.3-5). */
import type { Request, Response } from 'express'
import { frameBytes } from '../dicom/frame-bytes.ts'
import type { Part10 } from '../dicom/part10.ts'
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../dicom/transfer-syntax.ts'
import { pixelFormat } from '../dicom/pixel-format.ts'
import type { DecodeFrame, Frame } from '../dicom/pixels.ts'
import { acceptedOf, HttpRefusal, sendMultipart, type AnswerPart, type MediaRange } from './http.ts'
import type { ReadPart10 } from './part10-cache.ts'
import type { Archive } from './store.ts'
import { instanceOf, type UidParameters } from './wado.ts'

const OCTET_STREAM = 'application/octet-stream'
/** Media type of one compressed frame by transfer syntax; uncompressed frames are octet-stream. */
const FRAME_TYPES: Readonly<Record<string, string | undefined>> = {
  '1.2.840.10008.1.2.5': 'image/dicom-rle',
  '1.2.840.10008.1.2.4.50': 'image/jpeg',
  '1.2.840.10008.1.2.4.51': 'image/jpeg',
  '1.2.840.10008.1.2.4.57': 'image/jpeg',
  '1.2.840.10008.1.2.4.70': 'image/jpeg',
  '1.2.840.10008.1.2.4.80': 'image/jls',
  '1.2.840.10008.1.2.4.81': 'image/jls',
  '1.2.840.10008.1.2.4.90': 'image/jp2',
  '1.2.840.10008.1.2.4.91': 'image/jp2',
  '1.2.840.10008.1.2.4.201': 'image/jphc',
  '1.2.840.10008.1.2.4.202': 'image/jphc',
  '1.2.840.10008.1.2.4.203': 'image/jphc',
}
const FRAMES_PER_REQUEST_MAX = 10_000

/** Frame indices from 0 of a list like `1,3,4`. Throws HttpRefusal. */
export function frameList(text: string, part10: Part10): number[] {
  const { frames } = requirePixels(part10)
  const list = text.split(',')
  if (!list.every((part) => /^[1-9]\d{0,8}$/.test(part)) || list.length > FRAMES_PER_REQUEST_MAX) {
    throw new HttpRefusal(400, 'Frames are asked for as a list of numbers from 1, separated by commas.')
  }
  const indices = list.map((part) => Number(part) - 1)
  if (indices.some((index) => index >= frames))
    throw new HttpRefusal(404, `The instance has ${frames} frames.`)
  return indices
}

/** Throws HttpRefusal(404) on an instance without pixels, such as a report. */
export function requirePixels(part10: Part10) {
  if (part10.pixelData === null) throw new HttpRefusal(404, 'The instance has no pixel data.')
  return pixelFormat(part10.dataset)
}

export function framesHandler(archive: Archive, read: ReadPart10, decodeFrame: DecodeFrame) {
  return async (request: Request<UidParameters>, response: Response): Promise<void> => {
    const instance = await instanceOf(archive, request)
    const part10 = await read(instance.sopInstanceUid)
    const indices = frameList(request.params['frames'] ?? '', part10)
    const form = chooseForm(acceptedOf(request), part10)
    if (form === null) {
      throw new HttpRefusal(406, 'Frames are given as they are stored, or as application/octet-stream.')
    }
    const bytes = async (index: number) =>
      form.decoded ? bytesOf(await decodeFrame(part10, index)) : frameBytes(part10, index)
    const contentType = `${form.type}; transfer-syntax=${form.transferSyntaxUid}`
    const [only] = indices
    if (!form.multipart && indices.length === 1 && only !== undefined) {
      response.setHeader('content-type', contentType)
      response.end(await bytes(only))
      return
    }
    await sendMultipart(response, form.type, framesOf(indices, contentType, bytes))
  }
}

async function* framesOf(
  indices: readonly number[],
  contentType: string,
  bytes: (index: number) => Promise<Uint8Array>,
): AsyncGenerator<AnswerPart> {
  for (const index of indices) yield { contentType, bytes: await bytes(index) }
}

interface Form {
  readonly type: string
  readonly transferSyntaxUid: string
  readonly decoded: boolean
  readonly multipart: boolean
}

/** The first range that can be served; null when none can. */
function chooseForm(accepted: readonly MediaRange[], part10: Part10): Form | null {
  const encapsulated = part10.pixelData?.kind === 'encapsulated'
  const storedType = encapsulated ? (FRAME_TYPES[part10.transferSyntaxUid] ?? OCTET_STREAM) : OCTET_STREAM
  // Native frames are the same bytes in every uncompressed transfer syntax.
  const storedSyntax = encapsulated ? part10.transferSyntaxUid : EXPLICIT_VR_LITTLE_ENDIAN
  for (const { type, partType, transferSyntax } of accepted) {
    const multipart = type.startsWith('multipart/') || type === '*/*'
    const wanted = type.startsWith('multipart/') ? partType || '*/*' : type
    const stored = { type: storedType, transferSyntaxUid: storedSyntax, decoded: false, multipart }
    if (transferSyntax === '*' || transferSyntax === storedSyntax) return stored
    if (matches(wanted, storedType) && transferSyntax === '') return stored
    const native = transferSyntax === '' || transferSyntax === EXPLICIT_VR_LITTLE_ENDIAN
    if (matches(wanted, OCTET_STREAM) && native) {
      return { type: OCTET_STREAM, transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN, decoded: true, multipart }
    }
  }
  return null
}

function matches(range: string, type: string): boolean {
  if (range === '*/*' || range === type) return true
  return range.endsWith('/*') && type.startsWith(range.slice(0, -1))
}

function bytesOf({ values }: Frame): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
