/** Figures in README and docs come from result files: who wrote one in by hand, or left an old one standing, is told here. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { asMarkdown as drMarkdown } from '../../../src/bench/dr/tables.ts'
import type { Result } from '../../../src/bench/dr/result.ts'
import type { QualityResult } from '../../../src/bench/quality/result.ts'
import { asMarkdown as qualityMarkdown } from '../../../src/bench/quality/tables.ts'
import { RESULTS } from '../../../src/bench/results/entries.ts'
import { tablesOf, withTables } from '../../../src/bench/results/pages.ts'
import { PrintedResult, Provenance } from '../../../src/bench/results/result-file.ts'

const DOCS = new URL('../../../docs/', import.meta.url)
const RESULTS_FOLDER = new URL('results/', DOCS)
/** No result, but the limits that two of them were read under (src/bench/dr/frozen.ts). */
const LIMITS = 'limits.json'

const files = readdirSync(RESULTS_FOLDER).filter((name) => name !== LIMITS)
const pages = readdirSync(DOCS).filter((name) => name.startsWith('measured') && name.endsWith('.md'))
const textOf = (url: URL): string => readFileSync(url, 'utf8')
const resultOf = (file: string): unknown => JSON.parse(textOf(new URL(file, RESULTS_FOLDER)))

/** Figures of bench dr and bench quality are kept as numbers: their tables are made of them. */
function linesOf(file: string): readonly string[] {
  const result = resultOf(file)
  if (file.startsWith('dr-')) return drMarkdown(result as Result).split('\n')
  if (file.startsWith('quality')) return qualityMarkdown(result as QualityResult).split('\n')
  return PrintedResult.parse(result).printed
}

/** What others reported says so in the head of its table. */
function measuredRows(page: string): string[] {
  return tablesOf(textOf(new URL(page, DOCS)).split('\n'))
    .filter(([head = '']) => !head.includes('*reported*'))
    .flat()
}

it.each(files)('%s says its command, seed, data digest and date', (file) => {
  expect(Provenance.safeParse(resultOf(file)).error).toBeUndefined()
})

it.each(RESULTS)(
  '$name was measured as its entry says, on committed sources',
  ({ name, command, seed, data }) => {
    const result = PrintedResult.parse(resultOf(`${name}.json`))
    expect(result).toMatchObject({ name, command, seed, data })
    expect(result.commit).toMatch(/^[0-9a-f]{40}$/)
  },
)

it.each(files)('%s is named by a page', (file) => {
  expect(pages.filter((page) => textOf(new URL(page, DOCS)).includes(`results/${file}`))).not.toEqual([])
})

it.each(pages)('every row of every table of %s stands in a result', (page) => {
  const known = new Set(files.flatMap(linesOf))
  expect(measuredRows(page).filter((row) => !known.has(row))).toEqual([])
})

describe('withTables', () => {
  const page = ['Before.', '', '| a | b |', '| --- | --- |', '| 1 | 2 |', '', 'After.'].join('\n')

  it('puts the table of the same head in the place of the old one', () => {
    const printed = ['| a | b |', '| --- | --- |', '| 3 | 4 |', '| 5 | 6 |', '', '| a | c |', '| --- | --- |']
    expect(withTables(page, printed)).toBe(page.replace('| 1 | 2 |', '| 3 | 4 |\n| 5 | 6 |'))
  })

  it('leaves a table alone that was not printed, or of which two were', () => {
    expect(withTables(page, ['| a | c |', '| --- | --- |'])).toBe(page)
    expect(withTables(page, ['| a | b |', '| 3 | 4 |', '', '| a | b |', '| 5 | 6 |'])).toBe(page)
  })
})
