/** Digests of the config: which part of it changed, and whether a verdict was made under the same settings. */
import { digestOf } from './audit/canonical.ts'
import type { Config } from './config.ts'

/** Keys, at any depth, whose values are secrets: a digest of a short one could be guessed. */
const SECRETS: ReadonlySet<string> = new Set([
  'password',
  'bearerToken',
  'apiKey',
  'headers',
  'query',
  'tokens',
])

/** A digest for every section, secrets left out: that one of those was changed does not show. */
export function sectionDigests(config: Config): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([section, value]) => [section, digestOf(withoutSecrets(value))]),
  )
}

/** Of what a judgement depends on and the policy digest does not cover. */
export function settingsDigest({ limits, figures, refinement, report }: Config): string {
  return digestOf({ limits, figures, refinement, report: { sopClass: report.sopClass, text: report.text } })
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value === 'string') return withoutCredentials(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, SECRETS.has(key) ? null : withoutSecrets(part)]),
  )
}

/** `postgres://user:password@host` without what stands before the @. */
function withoutCredentials(text: string): string {
  return text.replace(/^(\w+:\/\/)[^@/]*@/, '$1')
}
