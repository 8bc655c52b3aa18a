/** A result as one HTML page: plots as SVG, tables, and the gravest errors that were accepted as pictures. */
import { compile, type TopLevelSpec } from 'vega-lite'
import { parse, View } from 'vega'
import type { Miss } from './misses.ts'
import type { Part, Result } from './result.ts'
import { asMarkdown } from './tables.ts'

export async function asPage(result: Result, misses: readonly Miss[]): Promise<string> {
  const plots = await Promise.all(result.parts.map(plotsOf))
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Discrimination and robustness</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em; color: #1c2530 }
table { border-collapse: collapse; font-size: 12.5px; margin: 1em 0 } th, td { border: 1px solid #cdd5de; padding: 3px 7px; text-align: left }
figure { display: inline-block; margin: 0 1em 1em 0; vertical-align: top; width: 320px } figure img { width: 320px; image-rendering: pixelated }
figcaption { font-size: 12.5px } pre { background: #f2f4f7; padding: .6em } svg { max-width: 100%; height: auto }
</style></head><body>
<h1>What the judge sees of known errors</h1>
${plots.join('\n')}
<h2>The gravest errors that were accepted</h2>
<p>Red: what was judged. Green: what it was made from. One of each family and structure, the worst first.</p>
${misses.map(figureOf).join('\n')}
<h2>Tables</h2>
${markdownAsHtml(asMarkdown(result))}
</body></html>
`
}

function figureOf({ outcome, png }: Miss): string {
  const { family, edit, amount, set, structure, surfaceDice, volumeChange } = outcome
  const text = `${family} ${edit} ${amount}: ${structure}, ${set}; surface Dice ${surfaceDice.toFixed(2)}, volume ${(100 * volumeChange).toFixed(0)} %`
  const data = Buffer.from(png).toString('base64')
  return `<figure><img src="data:image/png;base64,${data}" alt="${escaped(text)}"><figcaption>${escaped(text)}</figcaption></figure>`
}

async function plotsOf(part: Part): Promise<string> {
  const svgs = await Promise.all([levelPlot(part), groupPlot(part)].map(asSvg))
  return `<h2>${escaped(part.name)}</h2>\n${svgs.join('\n')}`
}

/** Share of significant edits that were detected, by family and level. */
function levelPlot({ families }: Part): TopLevelSpec {
  const values = families.flatMap(({ family, byLevel }) =>
    byLevel.map(({ level, count, detected }) => ({ family, level, count, detected })),
  )
  const position = {
    x: { field: 'level', type: 'ordinal', title: 'level of the damage' },
    y: { field: 'family', type: 'nominal', sort: null, title: null },
  } as const
  return {
    title: 'detected, of what does harm',
    data: { values },
    width: 300,
    layer: [
      {
        mark: 'rect',
        encoding: {
          ...position,
          color: {
            field: 'detected',
            type: 'quantitative',
            scale: { domain: [0, 1], scheme: 'redyellowgreen' },
          },
        },
      },
      {
        mark: 'text',
        encoding: { ...position, text: { field: 'detected', type: 'quantitative', format: '.2f' } },
      },
    ],
  }
}

/** D and R of every structure with their intervals. */
function groupPlot({ judges, structures, sizes }: Part): TopLevelSpec {
  const groups = [...judges, ...structures, ...sizes]
  const values = groups.flatMap(({ name, scores: { discrimination, robustness } }) =>
    [
      { kind: 'D', interval: discrimination },
      { kind: 'R', interval: robustness },
    ].flatMap(({ kind, interval }) => (interval === null ? [] : [{ name, kind, ...interval }])),
  )
  const y = { field: 'name', type: 'nominal', sort: null, title: null } as const
  const offset = { field: 'kind' } as const
  const color = { field: 'kind', type: 'nominal', title: null } as const
  const domain = { scale: { domain: [0, 1] as [number, number] } }
  return {
    title: 'discrimination (D) and robustness (R), 95 % intervals',
    data: { values },
    width: 420,
    layer: [
      {
        mark: 'rule',
        encoding: {
          y,
          yOffset: offset,
          color,
          x: { field: 'low', type: 'quantitative', title: null, ...domain },
          x2: { field: 'high' },
        },
      },
      {
        mark: { type: 'point', filled: true },
        encoding: { y, yOffset: offset, color, x: { field: 'value', type: 'quantitative', ...domain } },
      },
    ],
  }
}

async function asSvg(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  return svg
}

/** Tables, headings, an indented command and plain lines: what `asMarkdown` makes, no more. */
function markdownAsHtml(markdown: string): string {
  const blocks = markdown.split(/\n{2,}/).filter((block) => block.trim() !== '')
  return blocks
    .map((block) => {
      if (block.startsWith('### ')) return `<h3>${escaped(block.slice(4))}</h3>`
      if (block.startsWith('    ')) return `<pre>${escaped(block.trim())}</pre>`
      return block.startsWith('|') ? tableAsHtml(block) : `<p>${escaped(block)}</p>`
    })
    .join('\n')
}

function tableAsHtml(block: string): string {
  const [head = [], , ...rows] = block.split('\n').map((row) => row.slice(2, -2).split(' | '))
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  return `<table>${cells('th', head)}${rows.map((row) => cells('td', row)).join('')}</table>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
