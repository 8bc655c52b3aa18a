/** A report as PDF, by pdfmake: the same sections as the page, with the colours of paper. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Content } from 'pdfmake'
import type { Cell, Picture, ReportDocument, Section, Table } from './document.ts'
import { PAPER } from './palette.ts'
import { renderChart } from './render-chart.ts'

const CONTENT_WIDTH = 515
const CHART_SCALE = 0.74
/** Rows of a table that is not parted between pages. */
const ROWS_TOGETHER_MAX = 14
const FONT_FILES = {
  normal: 'Roboto-Regular.ttf',
  bold: 'Roboto-Medium.ttf',
  italics: 'Roboto-Italic.ttf',
  bolditalics: 'Roboto-MediumItalic.ttf',
}
/** A table of more columns is set smaller. */
const COLUMNS_WIDE = 7

/** `linkBase`: address of the service with a slash at its end; null: no links. */
export async function reportPdf(report: ReportDocument, linkBase: string | null): Promise<Uint8Array> {
  const pdfmake = await openPdfmake()
  const sections: Content[] = []
  for (const section of report.sections) sections.push(...(await sectionOf(section, linkBase)))
  return pdfmake
    .createPdf({
      // The same report is the same file.
      info: {
        title: `${report.title} · ${report.subtitle}`,
        creator: 'Plumbline',
        creationDate: report.madeAt,
      },
      pageSize: 'A4',
      pageMargins: [40, 44, 40, 48],
      defaultStyle: { font: 'Roboto', fontSize: 9.5, lineHeight: 1.2, color: PAPER.text },
      styles: {
        title: { fontSize: 20, bold: true },
        subtitle: { fontSize: 10, color: PAPER.quiet, margin: [0, 2, 0, 10] },
        banner: { fontSize: 10, bold: true, color: PAPER.alarm, margin: [0, 0, 0, 10] },
        section: { fontSize: 14, bold: true, margin: [0, 16, 0, 4] },
        tableTitle: { fontSize: 9, bold: true, color: PAPER.quiet, margin: [0, 8, 0, 2] },
        small: { fontSize: 8, color: PAPER.quiet },
        table: { fontSize: 8.5 },
        tableSmall: { fontSize: 7.5 },
      },
      content: [
        { text: report.title, style: 'title' },
        { text: report.subtitle, style: 'subtitle' },
        ...(report.banner === null ? [] : [{ text: report.banner, style: 'banner' }]),
        { text: 'In short', style: 'section', margin: [0, 0, 0, 4] },
        { ul: report.summary.map(summaryLine) },
        ...sections,
        { text: report.madeBy, style: 'small', margin: [0, 18, 0, 0] },
      ],
      footer: (page, pages) => ({
        text: `${report.banner === null ? '' : 'SYNTHETIC · '}${report.title} · ${report.period} · page ${page} of ${pages}`,
        style: 'small',
        margin: [40, 16, 40, 0],
      }),
      // A headline stands with what it is of.
      pageBreakBefore: ({ headlineLevel, startPosition }) =>
        headlineLevel !== undefined && startPosition.verticalRatio > (headlineLevel === 1 ? 0.8 : 0.9),
    })
    .getBuffer()
}

async function openPdfmake() {
  const { default: pdfmake } = await import('pdfmake')
  const folder = join(
    dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')),
    'fonts',
    'Roboto',
  )
  const fonts = Object.fromEntries(
    Object.entries(FONT_FILES).map(([style, file]) => [style, join(folder, file)]),
  )
  const allowed = new Set(Object.values(fonts))
  // Nothing is fetched, and no file is read but the fonts.
  pdfmake.setUrlAccessPolicy(() => false)
  pdfmake.setLocalAccessPolicy((path) => allowed.has(path))
  pdfmake.setFonts({ Roboto: fonts })
  pdfmake.setTableLayouts({
    plumbline: {
      hLineWidth: (line) => (line === 0 ? 0 : 0.5),
      vLineWidth: () => 0,
      hLineColor: () => PAPER.line,
      paddingLeft: (column) => (column === 0 ? 0 : 4),
      paddingRight: () => 4,
      paddingTop: () => 2.5,
      paddingBottom: () => 2,
    },
  })
  return pdfmake
}

function summaryLine(text: string): Content {
  const margin = [0, 0, 0, 3] as const
  return text.startsWith('Drift:') ? { text, margin, color: PAPER.alarm, bold: true } : { text, margin }
}

async function sectionOf(section: Section, linkBase: string | null): Promise<Content[]> {
  const charts: Content[] = []
  for (const chart of section.charts) {
    if (chart === null) continue
    const svg = await renderChart(chart, PAPER)
    charts.push({ svg: forPaper(svg), width: widthOf(svg), margin: [0, 6, 0, 4] })
  }
  return [
    { text: section.title, style: 'section', headlineLevel: 1 },
    ...section.words.map((text): Content => ({ text, margin: [0, 0, 0, 3] })),
    ...charts,
    ...section.tables.flatMap((table) => tableOf(table, linkBase)),
    ...(section.pictures ?? []).map(pictureOf),
  ]
}

/** All charts at one scale, so that their texts have one size. */
function widthOf(svg: string): number {
  const width = Number(/ width="([\d.]+)"/.exec(svg)?.[1])
  return Number.isFinite(width) ? Math.min(CONTENT_WIDTH, width * CHART_SCALE) : CONTENT_WIDTH
}

/** A transparent ground is written as a fill that pdfkit takes for black. */
function forPaper(svg: string): string {
  return svg.replaceAll('fill="transparent"', 'fill="none"')
}

function tableOf({ title, columns, rows }: Table, linkBase: string | null): Content[] {
  const isTogether = rows.length <= ROWS_TOGETHER_MAX
  // Where it is not kept together anyhow: a page break inside of what is would leave a page empty.
  const head: Content[] =
    title === '' ? [] : [{ text: title, style: 'tableTitle', ...(!isTogether && { headlineLevel: 2 }) }]
  if (rows.length === 0) return head
  const fontSize = columns.length > COLUMNS_WIDE ? 'tableSmall' : 'table'
  const header = columns.map((column): Content => ({
    text: column.title,
    bold: true,
    color: PAPER.quiet,
    alignment: column.isNumber === true ? 'right' : 'left',
  }))
  const body = rows.map((row) =>
    row.map((cell, index) => cellOf(cell, columns[index]?.isNumber === true, linkBase)),
  )
  const widths = columns.map((column) => (column.isNumber === true ? 'auto' : '*'))
  const content: Content = {
    table: { headerRows: 1, widths, body: [header, ...body], dontBreakRows: true },
    layout: 'plumbline',
    style: fontSize,
    margin: [0, title === '' ? 8 : 0, 0, 0],
  }
  return isTogether ? [{ stack: [...head, content], unbreakable: true }] : [...head, content]
}

function cellOf(cell: Cell | string, isNumber: boolean, linkBase: string | null): Content {
  const { text, path, tone = null } = typeof cell === 'string' ? { text: cell } : cell
  return {
    text,
    alignment: isNumber ? 'right' : 'left',
    ...(tone === 'alarm' && { color: PAPER.alarm, bold: true }),
    ...(tone === 'quiet' && { color: PAPER.quiet }),
    ...(path !== undefined && linkBase !== null && { link: linkBase + path, color: PAPER.mark }),
  }
}

function pictureOf({ png, text }: Picture): Content {
  const image = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
  return {
    stack: [
      { image, fit: [CONTENT_WIDTH, 330] },
      { text, style: 'small' },
    ],
    margin: [0, 8, 0, 4],
    unbreakable: true,
  }
}
