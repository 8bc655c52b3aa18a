/** Config: defaults, then the file, then the environment; checked as a whole before anything starts. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { Policy } from './domain/policy.ts'
import { ReportFormat } from './domain/report-model.ts'
import { Reasoning } from './domain/reasoning.ts'
import { Refinement } from './domain/refinement.ts'
import type { Knowledge } from './domain/knowledge.ts'
import { PlumblineError } from './errors.ts'
import { ModelConfig } from './inference/model-config.ts'

/** Everything that ships beside the code (config/, dicom-templates/) lies here, in a checkout and in dist alike. */
/** Parts of the service that a process can be. */
export const ROLES = ['all', 'api', 'poller', 'worker'] as const
export type Role = (typeof ROLES)[number]

export const INSTALLATION_URL = new URL('../', import.meta.url)

const positive = z.number().positive()
const whole = z.number().int().positive()
/** The longest six months (audit/retention.ts). */
const AUDIT_DAYS_MIN = 184
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a lower-case hex SHA-256 digest')

export const Config = z.strictObject({
  service: z.strictObject({
    host: z.string().min(1),
    port: z.number().int().min(0).max(65535),
    publicOrigin: z
      .url({ protocol: /^https?$/ })
      .transform((url) => new URL(url).origin)
      .nullable(),
    pathPrefix: z
      .string()
      .regex(/^(\/[\w.~-]*[\w~-])*$/, 'a path like /plumbline, without a slash at its end'),
    dataDir: z.string().min(1),
    shutdownTimeoutMs: whole,
  }),
  api: z.strictObject({
    bodyBytesMax: whole,
    requestTimeoutMs: whole,
    readyTimeoutMs: whole,
    retryAfterSeconds: whole,
    eventStreamsMax: whole,
    eventBatchMax: whole.max(1000),
    eventPollMs: whole,
    eventHeartbeatMs: whole,
    eventReconnectMs: whole,
  }),
  viewer: z.strictObject({ enabled: z.boolean(), dir: z.string().min(1).nullable() }),
  auth: z.strictObject({
    tokens: z.array(z.strictObject({ name: z.string().min(1), sha256 })),
    oidc: z.strictObject({ issuer: z.url(), audience: z.string().min(1), jwksUri: z.url() }).nullable(),
  }),
  pacs: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }),
      username: z.string().optional(),
      password: z.string().optional(),
      bearerToken: z.string().optional(),
    })
    .nullable(),
  pacsClient: z.strictObject({
    timeoutMs: whole,
    retries: z.number().int().min(0),
    backoffMs: whole,
    concurrency: whole,
    responseBytesMax: whole,
  }),
  archive: z.strictObject({ requestBytesMax: whole, stowAnswerBytesMax: whole, cacheBytesMax: whole }),
  audit: z.strictObject({
    retentionDays: z.number().int().min(AUDIT_DAYS_MIN).nullable(),
    site: z.string(),
    syslog: z
      .strictObject({
        host: z.string().min(1),
        port: z.number().int().min(1).max(65535).default(6514),
        caFile: z.string().min(1).nullable().default(null),
        certFile: z.string().min(1).nullable().default(null),
        keyFile: z.string().min(1).nullable().default(null),
        timeoutMs: whole.default(10_000),
      })
      .nullable(),
  }),
  database: z.strictObject({ url: z.string().nullable(), poolSize: whole, statementTimeoutMs: whole }),
  intake: z.strictObject({
    pollSeconds: z.number().int().min(1).max(59),
    lookbackDays: whole,
    nightlyScanHour: z.number().int().min(0).max(23),
    nightlyLookbackDays: whole,
    pageSize: whole,
    seriesPerPollMax: whole,
    sweepSeconds: z.number().int().min(1).max(59),
    staleAfterMs: whole,
    imagesDeadlineMs: whole,
    imagesRetryMs: whole,
    stableMs: whole,
  }),
  jobs: z.strictObject({
    concurrency: whole,
    attempts: whole,
    retryDelayMs: whole,
    retryDelayMaxMs: whole,
    timeoutMs: whole,
    pollMs: z.number().int().min(500),
    heartbeatSeconds: z.number().int().min(10),
  }),
  compute: z.strictObject({ threads: whole, taskTimeoutMs: whole, heapMebibytes: positive }),
  limits: z.strictObject({
    objectBytesMax: whole,
    seriesBytesMax: whole,
    seriesInstancesMax: whole,
    voxelsMax: whole,
    segmentsMax: whole,
    sequenceItemsMax: whole,
    segmentationsPerStudyMax: whole,
    secondObjectsMax: z.number().int().min(0),
    contourPointsMax: whole,
    errorMaskRunsMax: z.number().int().min(0),
  }),
  figures: z.strictObject({
    segments: z.enum(['not-accepted', 'all', 'none']),
    segmentsMax: whole,
    sheetBytesMax: whole,
  }),
  refinement: Refinement,
  inference: z.strictObject({
    models: z.string().min(1).nullable(),
    modelsDir: z.string().min(1).nullable(),
    threads: whole.max(64),
    modelBytesMax: whole,
  }),
  report: z.strictObject({
    sopClass: z.enum(['comprehensive-3d', 'comprehensive', 'enhanced']),
    institution: z.string(),
    site: z.string().min(1).nullable(),
    text: z.boolean(),
  }),
  reviews: z.strictObject({ blind: z.boolean(), unblinded: z.array(z.string().min(1)) }),
  alerts: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }),
      secret: z
        .string()
        .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, '"whsec_" and 24 to 64 random bytes in base64'),
      allowedHosts: z.array(z.string().min(1)).default([]),
      timeoutMs: whole.default(10_000),
      ageMaxMs: whole.default(86_400_000),
    })
    .nullable(),
  auditReport: z.strictObject({
    historyDays: whole.max(1000),
    falseAlarmsPerYear: positive,
    subgroupMin: whole,
    picturesMax: z.number().int().min(0),
    monthly: z.strictObject({
      formats: z.array(ReportFormat),
      folder: z.string().min(1).nullable(),
      hour: z.number().int().min(0).max(23),
    }),
  }),
  model: ModelConfig.nullable(),
  policy: Policy,
  reasoning: Reasoning,
  knowledgeDir: z.string().nullable(),
  targetCalibration: z.string().nullable(),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']) }),
})
export type Config = z.infer<typeof Config>

/** Which environment variable sets which key. */
const ENVIRONMENT: readonly { variable: string; path: readonly string[]; read: (text: string) => unknown }[] =
  [
    { variable: 'PLUMBLINE_HOST', path: ['service', 'host'], read: String },
    { variable: 'PLUMBLINE_PORT', path: ['service', 'port'], read: Number },
    { variable: 'PLUMBLINE_DATA', path: ['service', 'dataDir'], read: String },
    { variable: 'PLUMBLINE_PACS_URL', path: ['pacs', 'url'], read: String },
    { variable: 'DATABASE_URL', path: ['database', 'url'], read: String },
    { variable: 'PLUMBLINE_MODEL', path: ['model', 'name'], read: String },
    // After the name: these two are often set for other programs, and say nothing where no model is configured.
    { variable: 'OPENAI_API_KEY', path: ['model', 'apiKey'], read: String },
    { variable: 'OPENAI_BASE_URL', path: ['model', 'baseUrl'], read: String },
  ]

type Tree = Record<string, unknown>

/** Loads the config. Throws PlumblineError('bad-config') that names the file and every wrong key. */
export function loadConfig(file: string | null, environment: NodeJS.ProcessEnv = process.env): Config {
  let tree = readYaml(new URL('config/default.yaml', INSTALLATION_URL))
  if (file !== null) tree = overlay(tree, readYaml(file))
  for (const { variable, path, read } of ENVIRONMENT) {
    const value = environment[variable]
    if (value === undefined || value === '') continue
    if (variable.startsWith('OPENAI_') && !isTree(tree['model'])) continue
    tree = overlay(tree, nest(path, read(value)))
  }
  const result = Config.safeParse(tree)
  if (result.success) return result.data
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`)
  throw new PlumblineError('bad-config', `The configuration is not valid. ${faults.join('; ')}.`, {
    nextStep: 'config/default.yaml shows every key with its meaning.',
  })
}

/** What opinions depend on where language models form them. */
export interface ModelPolicy {
  readonly models: readonly { readonly name: string; readonly sha256: string }[]
  readonly settings: Reasoning
  /** Digest of the prompts. */
  readonly prompts: string
}

/**
 * Digest of all that a verdict depends on besides the images: same digest, same verdict (as far as a model's answers are).
 * Without a language model (null) nothing about models is in it; `calibrations`: digests of files. The program's version is
 * recorded beside it, not in it: an upgrade does not judge the archive anew.
 */
export function policyDigest(
  policy: Policy,
  knowledge: Knowledge,
  {
    models = null,
    calibrations = [],
  }: { models?: ModelPolicy | null; calibrations?: readonly string[] } = {},
): string {
  const content = JSON.stringify({
    policy,
    structures: knowledge.structures,
    sources: knowledge.sources,
    ...(models !== null && { reasoning: models }),
    ...(calibrations.length > 0 && { calibrations }),
  })
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

function readYaml(file: string | URL): Tree {
  const name = typeof file === 'string' ? file : 'config/default.yaml'
  try {
    const tree: unknown = parse(readFileSync(file, 'utf8'))
    if (isTree(tree)) return tree
  } catch (cause) {
    throw new PlumblineError('bad-config', `The configuration file ${name} cannot be read as YAML.`, {
      nextStep: 'Check that the path is right and the file is valid YAML.',
      cause,
    })
  }
  throw new PlumblineError('bad-config', `The configuration file ${name} is not a table of keys.`)
}

/** Lays `top` over `base`, key by key; lists are replaced whole. */
function overlay(base: Tree, top: Tree): Tree {
  const result: Tree = { ...base }
  for (const [key, value] of Object.entries(top)) {
    const below = result[key]
    result[key] = isTree(value) && isTree(below) ? overlay(below, value) : value
  }
  return result
}

function nest(path: readonly string[], value: unknown): Tree {
  const [key, ...rest] = path
  if (key === undefined) throw new Error('empty config path')
  return { [key]: rest.length === 0 ? value : nest(rest, value) }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
