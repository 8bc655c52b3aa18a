import { describe, expect, it } from 'vitest'
import { runChecks } from '../../src/checks/run.ts'
import type { LocalNorm } from '../../src/domain/local-norm.ts'
import { ellipsoid, gridOf, paintMask } from '../support/draw.ts'
import { aStructure, named, segmentInput } from '../support/segment-input.ts'

const GRID = gridOf([60, 60, 60], { spacingMm: [2, 2, 2], origin: [-60, -60, -60] })
const MASK = paintMask(GRID, ellipsoid([0, 0, 0], [25, 25, 25]))
const CM3 = (MASK.voxels.reduce((sum, voxel) => sum + voxel, 0) * 8) / 1000
const norm = (changes: Partial<LocalNorm> = {}): LocalNorm => ({
  structure: 'liver',
  side: null,
  evidence: 'volume',
  unit: 'cm3',
  count: 40,
  median: CM3,
  mad: CM3 / 20,
  ...changes,
})
const check = (...norms: LocalNorm[]) => runChecks(segmentInput(MASK, { norms }))

describe('against the accepted cases of this site', () => {
  it.each([
    ['as usual', norm(), 0],
    ['a little more than usual', norm({ median: CM3 * 0.8 }), 0],
    ['far above', norm({ median: CM3 / 3 }), 1],
    ['far below', norm({ median: CM3 * 3, mad: CM3 / 5 }), 1],
    ['all cases alike so far: a small difference is no alarm', norm({ median: CM3 * 1.05, mad: 0 }), 0],
    ['of another structure', norm({ structure: 'spleen', median: CM3 / 3 }), 0],
    ['of one side', norm({ side: 'left', median: CM3 / 3 }), 0],
    ['in another unit', norm({ unit: 'mm3', median: CM3 / 3 }), 0],
  ])('%s', (_, one, findings) => {
    expect(check(one).findings).toHaveLength(findings)
  })

  it('says how many cases it learned from and points at the value', () => {
    const { findings, evidence } = check(norm({ median: CM3 / 3 }))
    expect(findings).toMatchObject([{ mode: 'outside-local-norm', severity: 'minor' }])
    expect(findings[0]?.text).toContain('40 accepted cases here')
    const behind = evidence.filter(({ id }) => findings[0]?.evidence.includes(id) === true)
    expect(behind.map(({ name }) => name)).toEqual(['volume', 'volume against accepted cases'])
    expect(behind[1]?.value).toBeCloseTo((CM3 - CM3 / 3) / (1.4826 * (CM3 / 20)), 6)
  })

  it('says nothing of a structure that no entry describes', () => {
    const resolved = named('something', aStructure())
    expect(runChecks(segmentInput(MASK, { norms: [norm({ median: 1 })], resolved })).findings).toEqual([])
  })
})
