import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../src/domain/evidence.ts'
import { shownSlices, SHOWN_SLICES_MAX, worstSlice } from '../../../src/reasoner/figures/shown-slices.ts'
import { gridOf } from '../../support/draw.ts'

const finding = (instances: string[], frames?: (number | null)[]): Finding => ({
  id: 'F1',
  mode: 'truncated',
  severity: 'critical',
  text: '',
  evidence: [],
  instances,
  ...(frames !== undefined && { frames }),
})

interface Row {
  name: string
  slices?: number
  first: number
  counts: number[]
  spacingMm?: number
  findings?: Finding[]
  response?: number[]
  shown: string[]
}

function shownOf({ slices = 60, first, counts, spacingMm = 5, findings = [], response = [] }: Row): string[] {
  const geometry = gridOf([9, 9, slices], { spacingMm: [1, 1, spacingMm] })
  const instances = Array.from({ length: slices }, (_, k) => `1.${k}`)
  const tight = { origin: [0, 0, first], size: [9, 9, counts.length] } as const
  const chosen = shownSlices({
    volume: { geometry, instances },
    measures: { tight, sliceCounts: counts },
    findings,
    response,
    sliceSpacingMm: spacingMm,
    ends: ['inferior', 'superior'],
  })
  return chosen.map(({ k, why }) => `${k} ${why}`)
}

describe('slices of a segment', () => {
  test.each<Row>([
    {
      name: 'thick slices: one beyond each end',
      first: 10,
      counts: [1, 2, 3, 9, 4, 3, 2, 2, 1],
      shown: [
        '9 1 beyond inferior end',
        '10 inferior end',
        '12 1/4 of the way through',
        '13 largest area',
        '14 2/4 of the way through',
        '16 3/4 of the way through',
        '18 superior end',
        '19 1 beyond superior end',
      ],
    },
    {
      name: 'thin slices: two',
      first: 10,
      counts: [5, 5, 5],
      spacingMm: 1,
      shown: [
        '8 2 beyond inferior end',
        '9 1 beyond inferior end',
        '10 largest area',
        '11 1/4 of the way through',
        '12 superior end',
        '13 1 beyond superior end',
        '14 2 beyond superior end',
      ],
    },
    {
      name: 'one slice, the first of the images',
      first: 0,
      counts: [7],
      shown: ['0 largest area', '1 1 beyond superior end'],
    },
    {
      name: 'the worst finding, and where else it looks like it',
      first: 10,
      counts: [1, 9, 1],
      findings: [finding([]), finding(['1.40']), finding(['1.50'])],
      response: [55, 3],
      shown: [
        '3 highest response outside',
        '9 1 beyond inferior end',
        '10 inferior end',
        '11 largest area',
        '12 superior end',
        '13 1 beyond superior end',
        '40 worst finding',
        '55 highest response outside',
      ],
    },
    {
      name: 'the images end with it',
      slices: 13,
      first: 10,
      counts: [1, 2, 9],
      shown: ['9 1 beyond inferior end', '10 inferior end', '11 1/4 of the way through', '12 largest area'],
    },
  ])('$name', (row) => {
    expect(shownOf(row)).toEqual(row.shown)
  })

  test('are never more than so many, the less telling left out', () => {
    const shown = shownOf({
      name: '',
      first: 10,
      counts: [1, 9, ...Array.from({ length: 30 }, () => 2)],
      spacingMm: 1,
      findings: [finding(['1.50'])],
      response: [58, 3],
      shown: [],
    })
    expect(shown).toHaveLength(SHOWN_SLICES_MAX)
    expect(shown.filter((text) => text.includes('2 beyond'))).toHaveLength(1)
  })
})

test.each([
  ['of several frames of one instance the one that is named', finding(['m'], [2]), 1],
  ['an instance that is not of the series', finding(['x']), null],
  ['no image at all', finding([]), null],
])('the worst slice: %s', (_, one, k) => {
  expect(worstSlice({ instances: ['m', 'm', null], frames: [1, 2, null] }, [one])).toBe(k)
})
