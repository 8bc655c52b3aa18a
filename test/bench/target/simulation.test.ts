import { describe, expect, it } from 'vitest'
import { areaOf, scorers, type TargetRow } from '../../../src/bench/target/scores.ts'
import { simulate, type Failure } from '../../../src/bench/target/simulation.ts'
import { simulationTable } from '../../../src/bench/target/tables.ts'
import { seededRandom } from '../../../src/phantom/random.ts'

function rows(count: number, seed: number, failure: Failure): TargetRow[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, n) => simulate(random, n % 2 === 0 ? null : failure, n))
}

describe('the simulated response maps', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(rows(4, 5, 'no target')).toEqual(rows(4, 5, 'no target'))
    expect(rows(4, 6, 'no target')).not.toEqual(rows(4, 5, 'no target'))
  })

  it('hide a mask elsewhere from the published scores and show it to ours', () => {
    const test = rows(300, 2, 'mask elsewhere')
    const by = scorers(rows(300, 1, 'mask elsewhere'))
    const area = (name: string): number => areaOf(test, by.get(name) ?? (() => 0))
    expect(Math.abs(area('published, weighted .35/.30/.35') - 0.5)).toBeLessThan(0.1)
    expect(area('ours, logistic')).toBeGreaterThan(0.9)
  })

  it('fill every row of the table', () => {
    const both = [
      ...rows(60, 3, 'no target'),
      ...rows(60, 4, 'mask elsewhere'),
      ...rows(60, 5, 'weak distractors'),
    ]
    const { lines } = simulationTable(both, both)
    expect(lines).toHaveLength(12)
    for (const line of lines) expect(line.split('|')).toHaveLength(11)
  })
})
