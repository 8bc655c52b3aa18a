/** A model file, read once and known by its digest before anything looks into it. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { PlumblineError } from '../../errors.ts'

export interface ModelFile {
  readonly path: string
  /** Of its bytes, lower-case hex. */
  readonly sha256: string
}

const CHUNK_BYTES = 8 * 1024 * 1024

/**
 * The bytes whose digest was checked are the bytes that are returned. Throws PlumblineError: 'model-unavailable' (cannot be
 * read), 'limit-exceeded' (larger than `bytesMax`), 'model-refused' (another digest than the registered one).
 */
export async function readModelFile(
  { path, sha256 }: ModelFile,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const bytes = await bytesOf(path, bytesMax, signal)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found === sha256) return bytes
  throw new PlumblineError(
    'model-refused',
    `The model file ${basename(path)} is not the registered one: its SHA-256 is ${found}, registered is ${sha256}.`,
    {
      nextStep:
        'Put the registered file there, or register this one after whoever answers for it has looked at it.',
    },
  )
}

async function bytesOf(path: string, bytesMax: number, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted()
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  try {
    const { size } = await file.stat()
    if (size > bytesMax) throw tooLarge(path, size, bytesMax)
    const bytes = new Uint8Array(size)
    let at = 0
    while (at < size) {
      signal.throwIfAborted()
      const { bytesRead } = await file.read(bytes, at, Math.min(CHUNK_BYTES, size - at), at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return bytes.subarray(0, at)
  } catch (cause) {
    if (cause instanceof PlumblineError || signal.aborted) throw cause
    throw unreadable(path, cause)
  } finally {
    await file.close()
  }
}

function unreadable(path: string, cause: unknown): PlumblineError {
  return new PlumblineError('model-unavailable', `The model file ${basename(path)} cannot be read.`, {
    nextStep: `It was looked for in ${path}; plumbline models verify looks at all of them.`,
    cause,
  })
}

function tooLarge(path: string, size: number, bytesMax: number): PlumblineError {
  return new PlumblineError(
    'limit-exceeded',
    `The model file ${basename(path)} has ${size} bytes; at most ${bytesMax} are read (inference.modelBytesMax).`,
    { nextStep: 'Raise the limit if the file is the one that is meant and this machine has the memory.' },
  )
}
