/** How many tokens a request may take at most, as far as that can be said before it is sent. */
import type { ModelRequest } from '../domain/language-model.ts'
import { requireCleanPng } from './clean-png.ts'
import { textsOf, type chatRequest } from './chat-request.ts'

/** Words of English take 4 bytes a token and more; numbers and JSON fewer. */
const BYTES_PER_TOKEN = 2.5
/** Patches of 28 x 28 pixels: no server that was looked at counts finer (arXiv 2502.13923). */
const PATCH_PIXELS = 28
const TOKENS_PER_IMAGE_MIN = 256

/** Rather too many: a budget is kept with this before the server says what it really was. */
export function estimateInputTokens(body: ReturnType<typeof chatRequest>, { parts }: ModelRequest): number {
  const text = textsOf(body).reduce((sum, one) => sum + Buffer.byteLength(one), 0) / BYTES_PER_TOKEN
  const pictures = parts.reduce((sum, part) => sum + (part.kind === 'image' ? imageTokens(part.png) : 0), 0)
  return Math.ceil(text) + pictures
}

function imageTokens(png: Uint8Array): number {
  const { width, height } = requireCleanPng(png)
  return Math.max(TOKENS_PER_IMAGE_MIN, Math.ceil(width / PATCH_PIXELS) * Math.ceil(height / PATCH_PIXELS))
}
