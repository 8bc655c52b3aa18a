import { z } from 'zod'

const whole = z.number().int().positive()
const text = z.string().min(1)

/** A server that speaks the OpenAI chat-completions protocol, and a model on it. */
const ModelServer = z.strictObject({
  name: text,
  baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.openai.com/v1'),
  apiKey: text.nullable().default(null),
  /** Sent with every request, e.g. `api-key` where the server wants the key there. */
  headers: z.record(text, z.string()).default({}),
  /** Added to every address, e.g. `api-version`. */
  query: z.record(text, z.string()).default({}),
  /** Which field limits the length of an answer; if the server refuses it, the other one is tried. */
  outputLimitField: z.enum(['max_completion_tokens', 'max_tokens']).default('max_completion_tokens'),
})
export type ModelServer = z.infer<typeof ModelServer>

const Price = z.strictObject({ input: z.number().nonnegative(), output: z.number().nonnegative() })

/** The config section `model`; config/default.yaml says what each key means. */
export const ModelConfig = ModelServer.extend({
  others: z.array(ModelServer).max(8).default([]),
  allowedHosts: z.array(z.hostname().toLowerCase()).default([]),
  timeoutMs: whole.default(120_000),
  retries: z.number().int().min(0).max(10).default(3),
  backoffMs: whole.default(1000),
  retryAfterMaxMs: whole.default(60_000),
  concurrency: whole.default(2),
  requestBytesMax: whole.default(33_554_432),
  responseBytesMax: whole.default(4_194_304),
  imagesMax: z.number().int().min(0).default(32),
  tokensPerCaseMax: whole.default(1_000_000),
  tokensPerDayMax: whole.default(20_000_000),
  usdPerCaseMax: z.number().positive().nullable().default(null),
  usdPerDayMax: z.number().positive().nullable().default(null),
  pricesUsdPerMillionTokens: z.record(text, Price).default({}),
  cacheBytesMax: z.number().int().min(0).default(268_435_456),
  cacheDaysMax: whole.default(30),
  cassette: z
    .strictObject({ mode: z.enum(['record', 'replay']), dir: text })
    .nullable()
    .default(null),
})
export type ModelConfig = z.infer<typeof ModelConfig>
