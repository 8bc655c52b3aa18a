import { expect, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { sectionDigests, settingsDigest } from '../src/config-digests.ts'

const DEFAULT = loadConfig(null, {})
const changedSections = (environment: NodeJS.ProcessEnv, against = DEFAULT): string[] => {
  const [before, now] = [sectionDigests(against), sectionDigests(loadConfig(null, environment))]
  return Object.keys(now).filter((name) => before[name] !== now[name])
}

test('a change shows in its section, that of a secret nowhere', () => {
  expect(changedSections({})).toEqual([])
  expect(changedSections({ PLUMBLINE_PORT: '9000' })).toEqual(['service'])
  expect(changedSections({ DATABASE_URL: 'postgres://a:first@host/db' })).toEqual(['database'])
  const first = loadConfig(null, { DATABASE_URL: 'postgres://a:first@host/db', PLUMBLINE_MODEL: 'm' })
  const other = { DATABASE_URL: 'postgres://b:second@host/db', PLUMBLINE_MODEL: 'm', OPENAI_API_KEY: 'sk' }
  expect(changedSections(other, first)).toEqual([])
})

test('settings are those that a verdict depends on', () => {
  const digest = settingsDigest(DEFAULT)
  expect(settingsDigest(loadConfig(null, { PLUMBLINE_PORT: '9000' }))).toBe(digest)
  const segments = 'none' as const
  expect(settingsDigest({ ...DEFAULT, refinement: { ...DEFAULT.refinement, segments } })).not.toBe(digest)
  expect(settingsDigest({ ...DEFAULT, limits: { ...DEFAULT.limits, secondObjectsMax: 0 } })).not.toBe(digest)
})
