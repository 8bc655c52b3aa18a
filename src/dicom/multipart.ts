/** multipart/related messages of DICOMweb (PS3.18 8.6.1, RFC 2046 5.1): incremental reading, and the bytes around parts. */
import { PlumblineError } from '../errors.ts'

interface MultipartPart {
  /** As sent, with parameters; '' when the part does not say. */
  readonly contentType: string
  readonly bytes: Uint8Array
}

export interface MultipartReader {
  /** Takes the next bytes of the message; returns the parts that they complete. */
  push(chunk: Uint8Array): MultipartPart[]
  /** The message is over: throws PlumblineError('bad-request') when its closing boundary has not been seen. */
  end(): void
}

const PART_HEADER_BYTES_MAX = 16_384
/** White space between a boundary and its line break. */
const PADDING_BYTES_MAX = 256
const CRLF = '\r\n'

/** The boundary parameter of a multipart content type; null when it is no multipart or has none (RFC 2046 5.1.1). */
export function boundaryOf(contentType: string): string | null {
  if (!/^\s*multipart\//i.test(contentType)) return null
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  return match?.[1] ?? match?.[2] ?? null
}

/** Bytes before a part's content. */
export function partHead(boundary: string, contentType: string): Uint8Array {
  return Buffer.from(`${CRLF}--${boundary}${CRLF}Content-Type: ${contentType}${CRLF}${CRLF}`, 'latin1')
}

/** Bytes after the last part's content. */
export function multipartTail(boundary: string): Uint8Array {
  return Buffer.from(`${CRLF}--${boundary}--${CRLF}`, 'latin1')
}

export interface MultipartLimits {
  readonly partsMax: number
  readonly partBytesMax: number
}

/**
 * Reads a message as it arrives. Holds the bytes of the part in progress and nothing else; time and memory are linear
 * in its size. Throws PlumblineError('bad-request') on what is no multipart message, 'limit-exceeded' on too many parts
 * and on a part that is too large, as soon as it is.
 */
export function createMultipartReader(boundary: string, limits: MultipartLimits): MultipartReader {
  const delimiter = Buffer.from(`${CRLF}--${boundary}`, 'latin1')
  let state: 'preamble' | 'headers' | 'body' | 'closed' = 'preamble'
  // The first boundary may open the message without a line break before it.
  let pending: Buffer = Buffer.from(CRLF)
  let body: Buffer[] = []
  let bodyBytes = 0
  let contentType = ''
  let count = 0

  /** Next complete thing in `pending`; false when more bytes are needed. */
  function step(parts: MultipartPart[]): boolean {
    if (state === 'closed') return false
    if (state === 'headers') return readHeaders()
    const found = findDelimiter(pending, delimiter)
    const keep = state === 'body'
    if (keep && found.start > 0) keepContent(pending.subarray(0, found.start))
    pending = pending.subarray(found.start)
    if (found.kind === 'none') return false
    if (keep) {
      parts.push({ contentType, bytes: joined(body) })
      body = []
      bodyBytes = 0
    }
    pending = pending.subarray(found.length)
    state = found.kind === 'close' ? 'closed' : 'headers'
    return true
  }

  function keepContent(content: Buffer): void {
    bodyBytes += content.length
    if (bodyBytes > limits.partBytesMax) {
      const message = `A part of the multipart message is larger than ${limits.partBytesMax} bytes.`
      throw new PlumblineError('limit-exceeded', message)
    }
    body.push(content)
  }

  /** `pending` starts with the line break that ends the boundary line. */
  function readHeaders(): boolean {
    const end = pending.indexOf(CRLF + CRLF)
    if (end > PART_HEADER_BYTES_MAX || (end < 0 && pending.length > PART_HEADER_BYTES_MAX)) {
      throw new PlumblineError('bad-request', 'A part of the multipart message has no end of headers.')
    }
    if (end < 0) return false
    if (++count > limits.partsMax) {
      throw new PlumblineError(
        'limit-exceeded',
        `The multipart message has more than ${limits.partsMax} parts.`,
      )
    }
    contentType = contentTypeOf(pending.toString('latin1', 0, end))
    pending = pending.subarray(end + 4)
    state = 'body'
    return true
  }

  return {
    push(chunk) {
      const parts: MultipartPart[] = []
      pending = Buffer.concat([pending, chunk])
      while (step(parts));
      if (state === 'closed') pending = Buffer.alloc(0)
      return parts
    },
    end() {
      if (state !== 'closed') {
        throw new PlumblineError(
          'bad-request',
          'The multipart message ends before its closing boundary: it was cut off.',
        )
      }
    },
  }
}

/** Without a regular expression that trims: white space inside would make it take quadratic time. */
function contentTypeOf(headers: string): string {
  const line = headers.split(CRLF).find((header) => /^content-type:/i.test(header))
  return line === undefined ? '' : line.slice(line.indexOf(':') + 1).trim()
}

interface Delimiter {
  readonly kind: 'none' | 'next' | 'close'
  /** Everything before it is content; with 'none', everything that surely is. */
  readonly start: number
  readonly length: number
}

/** Finds a whole boundary line. A boundary that merely begins like ours is content (RFC 2046 5.1.1). */
function findDelimiter(data: Buffer, delimiter: Buffer): Delimiter {
  let from = 0
  for (;;) {
    const start = data.indexOf(delimiter, from)
    if (start < 0)
      return { kind: 'none', start: Math.max(from, data.length - delimiter.length + 1, 0), length: 0 }
    const after = start + delimiter.length
    if (data[after] === 0x2d && data[after + 1] === 0x2d)
      return { kind: 'close', start, length: delimiter.length + 2 }
    let lineEnd = after
    while ((data[lineEnd] === 0x20 || data[lineEnd] === 0x09) && lineEnd - after < PADDING_BYTES_MAX)
      lineEnd++
    if (data[lineEnd] === 0x0d && data[lineEnd + 1] === 0x0a)
      return { kind: 'next', start, length: lineEnd - start }
    // `-` or CR may be the first of two bytes that have not come yet.
    const halfway = lineEnd + 1 === data.length && (data[lineEnd] === 0x2d || data[lineEnd] === 0x0d)
    const undecided = lineEnd >= data.length || halfway
    if (undecided) return { kind: 'none', start, length: 0 }
    from = start + 2
  }
}

function joined(chunks: readonly Buffer[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    all.set(chunk, offset)
    offset += chunk.length
  }
  return all
}
