import { describe, expect, it } from 'vitest'
import { shiftsIn } from '../../src/report/shifts.ts'

const OF = { producer: 'A', structure: 'liver', evidence: 'volume' }
const bins = (counts: readonly number[], week: string | null) =>
  counts.map((count, bin) => ({ ...OF, week, bin, count }))
const EVEN = Array.from({ length: 10 }, () => 30)

describe('shiftsIn', () => {
  it('finds nothing where the tenths stay even', () => {
    const [shift] = shiftsIn([...bins(EVEN, null), ...bins(EVEN, '2026-03-02')])
    expect(shift).toMatchObject({ psi: 0, alarm: false, since: null })
  })

  it('dates a shift by the first week that shows it', () => {
    const moved = [0, 0, 0, 0, 20, 20, 40, 60, 80, 80]
    const [shift] = shiftsIn([...bins(EVEN, null), ...bins(EVEN, '2026-03-02'), ...bins(moved, '2026-03-09')])
    expect(shift).toMatchObject({ alarm: true, since: '2026-03-09', before: 300, now: 600 })
    expect(shift?.psi).toBeGreaterThan(0.25)
  })

  it('raises no alarm for a large index that few values make by chance', () => {
    const few = [18, 4, 16, 5, 17, 3, 15, 6, 12, 4]
    const before = Array.from({ length: 10 }, () => 10)
    const [shift] = shiftsIn([...bins(before, null), ...bins(few, '2026-03-02')])
    expect(shift?.psi).toBeGreaterThan(0.25)
    expect(shift?.psi).toBeLessThan(shift?.critical ?? 0)
    expect(shift?.alarm).toBe(false)
  })

  it('compares nothing with too few values', () => {
    expect(shiftsIn([...bins(EVEN, null), ...bins([99], '2026-03-02')])).toEqual([])
  })
})
