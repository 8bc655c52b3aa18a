/**
 * Every row of the table of malformed input ends exactly as the table says: a typed refusal, a segment that is unreadable
 * with its reason, or all its voxels. With the limits of config/default.yaml, in a process of its own.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { runTable, type RowResult } from '../support/malformed/outcomes.ts'
import { SEGMENTATION_TABLE, SERIES_TABLE } from '../support/malformed/table.ts'

const GIBIBYTE_IN_MEBIBYTES = 1024

let results: ReadonlyMap<string, RowResult>
beforeAll(async () => {
  results = await runTable()
}, 600_000)

describe('malformed segmentation objects', () => {
  it.each(SEGMENTATION_TABLE)('$id: $about', ({ id, outcome }) => {
    expect(results.get(id)?.outcome).toEqual(outcome)
  })
})

describe('malformed image series', () => {
  it.each(SERIES_TABLE)('$id: $about', ({ id, outcome }) => {
    expect(results.get(id)?.outcome).toEqual(outcome)
  })
})

it('has every row once and enough of every kind', () => {
  const rows = [...SEGMENTATION_TABLE, ...SERIES_TABLE]
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
  const count = (kind: string) => rows.filter((row) => row.kind === kind).length
  expect(Math.min(count('SEG'), count('RTSTRUCT'), count('images'))).toBeGreaterThan(40)
})

it('never holds a gibibyte of memory', () => {
  const all = [...results.values()]
  const greedy = all.filter(({ peakMebibytes }, n) => {
    const before = all[n - 1]?.peakMebibytes ?? 0
    return peakMebibytes >= GIBIBYTE_IN_MEBIBYTES && !(before >= GIBIBYTE_IN_MEBIBYTES)
  })
  expect(greedy.map(({ id, peakMebibytes }) => `${id}: ${Math.round(peakMebibytes)} MiB`)).toEqual([])
})
