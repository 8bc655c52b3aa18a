import { expect, it } from 'vitest'
import { TargetMatch } from '../../src/domain/case.ts'
import { matchTarget } from '../../src/target/match.ts'

it('claims nothing about the target while there is no response map', () => {
  expect(TargetMatch.parse(matchTarget())).toEqual({
    status: 'unsure',
    strength: null,
    compactness: null,
    purity: null,
    source: 'not-available: no response map',
  })
})
