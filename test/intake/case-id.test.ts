import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { caseIdOf } from '../../src/intake/case-id.ts'

test('a known value: ids must not change between versions', () => {
  // printf '1.2.3\nsha256:abc' | sha256sum | xxd -r -p | base32 | tr A-Z a-z | cut -c1-26
  expect(caseIdOf('1.2.3', 'sha256:abc')).toBe('s677lqq7xe5kts77pqhtryciyx')
})

test('26 characters of base32, different for another object or another policy', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (uid, policy) => {
      const id = caseIdOf(uid, policy)
      expect(id).toMatch(/^[a-z2-7]{26}$/)
      expect(caseIdOf(`${uid}.1`, policy)).not.toBe(id)
      expect(caseIdOf(uid, `${policy}1`)).not.toBe(id)
      expect(caseIdOf(uid, policy)).toBe(id)
    }),
  )
})
