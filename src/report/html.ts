/** A report as one page that needs nothing else: no script, no font, no file, no network. */
import { html, trusted, type Html } from '../html.ts'
import type { Cell, Picture, ReportDocument, Section, Table } from './document.ts'
import { REPORT_STYLE } from './html-style.ts'
import { SCREEN } from './palette.ts'
import { renderChart } from './render-chart.ts'

/** `linkBase`: address of the service with a slash at its end, or a relative one; null: no links. */
export async function reportHtml(report: ReportDocument, linkBase: string | null): Promise<string> {
  const sections: Html[] = []
  for (const section of report.sections) sections.push(await sectionOf(section, linkBase))
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${report.banner === null ? '' : 'SYNTHETIC · '}${report.title} · ${report.subtitle}</title>
        <link rel="icon" href="data:," />
        <style>
          ${trusted(REPORT_STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${report.title}</h1>
          <p>${report.subtitle}</p>
          ${report.banner === null ? null : html`<p class="banner" role="note">${report.banner}</p>`}
        </header>
        <main>
          <section class="summary">
            <h2>In short</h2>
            <ul>
              ${report.summary.map((line) => (line.startsWith('Drift:') ? html`<li class="alarm">${line}</li>` : html`<li>${line}</li>`))}
            </ul>
          </section>
          ${sections}
        </main>
        <footer><p>${report.madeBy}</p></footer>
      </body>
    </html>`.markup
}

async function sectionOf(section: Section, linkBase: string | null): Promise<Html> {
  const charts: Html[] = []
  for (const chart of section.charts) {
    if (chart === null) continue
    const svg = await renderChart(chart, SCREEN)
    charts.push(html`<figure role="img" aria-label="${chart.alt}">${trusted(svg)}</figure>`)
  }
  return html`<section>
    <h2>${section.title}</h2>
    ${section.words.map((text) => html`<p>${text}</p>`)} ${charts}
    ${section.tables.map((table) => tableOf(table, linkBase))} ${(section.pictures ?? []).map(pictureOf)}
  </section>`
}

function tableOf({ title, columns, rows }: Table, linkBase: string | null): Html {
  const head = title === '' ? null : html`<h3>${title}</h3>`
  if (rows.length === 0) return html`${head}`
  return html`${head}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col" class="${column.isNumber === true ? 'number' : ''}">${column.title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${row.map((cell, index) => cellOf(cell, columns[index]?.isNumber === true, linkBase))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}

function cellOf(cell: Cell | string, isNumber: boolean, linkBase: string | null): Html {
  const { text, path, tone = '' } = typeof cell === 'string' ? { text: cell } : cell
  const inner =
    path === undefined || linkBase === null ? html`${text}` : html`<a href="${linkBase}${path}">${text}</a>`
  return html`<td class="${isNumber ? 'number' : ''} ${tone}">${inner}</td>`
}

function pictureOf({ png, text }: Picture): Html {
  return html`<figure>
    <img alt="${text}" src="data:image/png;base64,${Buffer.from(png).toString('base64')}" />
    <figcaption>${text}</figcaption>
  </figure>`
}
