/** Files that exist in memory only: what we write into the viewer, and its own files where a path prefix changes them. */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Request, Response } from 'express'

/** For files whose name changes with their content. */
export const IMMUTABLE = 'public, max-age=31536000, immutable'
/** Asked for each time; answered with 304 while it is the same. */
export const REVALIDATE = 'no-cache'

export interface MemoryFile {
  readonly type: string
  readonly cacheControl: string
  readonly etag: string
  readonly plain: Uint8Array
  readonly gzipped: Uint8Array
}

const compress = promisify(gzip)
const TYPES: readonly (readonly [ending: string, type: string])[] = [
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.html', 'text/html; charset=utf-8'],
]

export async function memoryFile(
  name: string,
  content: Uint8Array | string,
  cacheControl = REVALIDATE,
): Promise<MemoryFile> {
  const plain = typeof content === 'string' ? Buffer.from(content) : content
  return {
    type: TYPES.find(([ending]) => name.endsWith(ending))?.[1] ?? 'application/octet-stream',
    cacheControl,
    etag: `"${createHash('sha256').update(plain).digest('base64url')}"`,
    plain,
    gzipped: await compress(plain),
  }
}

export function sendMemoryFile(request: Request, response: Response, file: MemoryFile): void {
  const zipped = request.acceptsEncodings('gzip', 'identity') === 'gzip'
  response.set({
    'Content-Type': file.type,
    'Cache-Control': file.cacheControl,
    Vary: 'Accept-Encoding',
    // Weak: one tag for both encodings.
    ETag: `W/${file.etag}`,
  })
  if (request.fresh) {
    response.status(304).end()
    return
  }
  const body = zipped ? file.gzipped : file.plain
  if (zipped) response.set('Content-Encoding', 'gzip')
  response.set('Content-Length', String(body.length))
  response.end(request.method === 'HEAD' ? undefined : body)
}
