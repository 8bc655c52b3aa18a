import { describe, expect, it } from 'vitest'
import { correlationText } from '../../../src/bench/refine/numbers.ts'
import type { RefineRow } from '../../../src/bench/refine/row.ts'
import { resultTables } from '../../../src/bench/refine/table.ts'

const dice = (mean: number) => ({ mean, min: mean, max: mean })

function row(mask: number, provider: string, changes: Partial<RefineRow>): RefineRow {
  const pseudoTruth = provider
  return {
    mask,
    image: mask,
    set: 'balls',
    label: 'ball',
    provider,
    degradation: { kind: 'cut', amount: 0.4 },
    isRejected: true,
    trust: null,
    before: 0.6,
    after: 0.9,
    baseline: 0.6,
    slices: [],
    correction: {
      number: 1,
      outcome: 'proposed',
      reason: 'better',
      notes: [],
      pseudoTruth,
      iterations: 1,
      before: dice(0.6),
      after: dice(0.95),
      model: 'm',
      prompt: 'scribbles',
      volumeChangeCm3: 1,
      addedPathMm: 1,
      erasedPathMm: 1,
    },
    ...changes,
  }
}

describe('the tables', () => {
  const worse = row(1, 'image', { before: 0.9, after: 0.87 })
  const rows = [
    row(0, 'reconstruction', {}),
    row(0, 'image', { after: 0.8 }),
    worse,
    row(2, 'image', { after: null }),
  ]

  it('have a row for each provider, and one as the service chooses: the first that could', () => {
    const text = resultTables(rows)
    expect(text).toContain('| balls | reconstruction | 1 |')
    expect(text).toContain('| balls | image | 3 |')
    expect(text).toContain('| all | as the service chooses | 3 |')
    // Rejected 0.6, 0.9, 0.6 become 0.9, 0.87, 0.6.
    expect(text).toContain('| 0.700 | 0.790 |')
  })

  it('count a proposal as worse from a loss of more than 0.02', () => {
    expect(resultTables(rows)).toContain('| 1 of 2 (')
    expect(resultTables([row(0, 'image', { before: 0.9, after: 0.885 })])).toContain('| 0 of 1 (')
  })

  it('say of slices how many marked ones are wrong where few are', () => {
    const slice = { inMask: true, inTruth: true, inPseudoTruth: true }
    const good = { ...slice, dice: 1, pseudoDice: 1 }
    const slices = [...Array.from({ length: 9 }, () => good), { ...slice, dice: 0.5, pseudoDice: 0.5 }]
    const falseAlarm = { ...good, pseudoDice: 0.5 }
    const text = resultTables([row(0, 'image', { slices: [...slices, falseAlarm] })])
    // All wrong ones found, 9 of 10 right ones left alone: 0.05 / (0.05 + 0.1 x 0.95) = 34 %.
    expect(text).toMatch(/\| image \| 0\.7 \| 1 \| 1 of 1 .* \| 9 of 10 .* \| 34 \|/)
  })
})

it('Pearson knows a line, and its interval holds it', () => {
  const pairs = [1, 2, 3, 4, 5].map((n) => ({ image: n, x: n, y: 2 * n + (n % 2) * 0.1 }))
  expect(correlationText(pairs)).toMatch(/^1\.00 \((1\.00|0\.\d\d) to 1\.00\)$/)
  expect(correlationText(pairs.slice(0, 2))).toContain('no interval')
})
