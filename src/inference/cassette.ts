/** Answers of a real server on disk: recorded once, replayed without it. Named by the digest of the request's body. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { sha256 } from './chat-request.ts'
import type { Fetch } from './guarded-fetch.ts'
import type { ModelConfig } from './model-config.ts'
import { ModelError } from './model-error.ts'

/** Of an answer: requests are not kept, they hold pictures. */
const Recorded = z.strictObject({ status: z.number().int(), body: z.string() })

/** What says something of the server's state, not of the request. */
const PASSING = new Set([401, 403, 408, 409, 429])

/** `fetch` unless there is a cassette. A request that was not recorded is ModelError('not-recorded'). */
export function withCassette(fetch: Fetch, cassette: ModelConfig['cassette']): Fetch {
  if (cassette === null) return fetch
  const { mode, dir } = cassette
  return async (input, init) => {
    const body = init?.body
    if (typeof body !== 'string') throw new Error('only requests with a text body are recorded')
    const file = join(dir, `${sha256(body)}.json`)
    if (mode === 'replay') return replay(file)
    const response = await fetch(input, init)
    const text = await response.text()
    const { status } = response
    if (status < 500 && !PASSING.has(status)) {
      await mkdir(dir, { recursive: true })
      await writeFile(file, `${JSON.stringify({ status, body: text }, null, 2)}\n`)
    }
    return new Response(text, { status, headers: response.headers })
  }
}

async function replay(file: string): Promise<Response> {
  try {
    const { status, body } = Recorded.parse(JSON.parse(await readFile(file, 'utf8')))
    return new Response(body, { status, headers: { 'content-type': 'application/json' } })
  } catch (cause) {
    throw new ModelError('not-recorded', 'There is no readable recording of this request.', { cause })
  }
}
