/** Against ratings of AI segmentations by radiologists (BAMF, Zenodo 10009368), computed before with another program. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cohensKappa } from '../../src/reviews/kappa.ts'

const DATA =
  process.env['PLUMBLINE_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const FILE = `${DATA}/csv-bamf-qa-ratings/aimi-lung-ct/qa-results.csv`
const isThere = existsSync(FILE)
if (!isThere) console.warn(`${FILE} is not there: kappa of real ratings is not tested (1 test).`)

/** Reviewer, segmentation and score of each row; free text comes after them. */
function ratings(): { reviewer: string; segmentation: string; score: number }[] {
  return readFileSync(FILE, 'utf8')
    .split('\n')
    .map((line) => line.split(','))
    .filter(([reviewer = '']) => /^(rad|ne)\d$/.test(reviewer))
    .map((cells) => ({ reviewer: cells[0] ?? '', segmentation: cells[8] ?? '', score: Number(cells[9]) }))
}

test.skipIf(!isThere)('two radiologists agree on lungs as they did', () => {
  const rows = ratings()
  const scoreBy = (who: string) =>
    new Map(rows.filter(({ reviewer }) => reviewer === who).map((row) => [row.segmentation, row.score]))
  const [first, second] = [scoreBy('rad1'), scoreBy('rad2')]
  const pairs = [...first].flatMap(([segmentation, score]): [number, number][] => {
    const other = second.get(segmentation)
    return other === undefined ? [] : [[score, other]]
  })
  expect(pairs).toHaveLength(47)
  expect(cohensKappa(pairs, { weights: 'quadratic' })?.kappa).toBeCloseTo(0.4159, 4)
  const usable = pairs.map(([a, b]): [number, number] => [Number(a >= 4), Number(b >= 4)])
  expect(cohensKappa(usable, { weights: 'none' })?.kappa).toBeCloseTo(0.342, 4)
})
