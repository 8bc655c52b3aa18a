/** The page at /reports: the last months, and any other period. No script. Its links are relative. */
import { html, type Html } from '../html.ts'
import { pageHead } from './page-head.ts'

const MONTHS_SHOWN = 12
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

export function reportsPage({ now, version }: { now: Date; version: string }): string {
  const months = Array.from({ length: MONTHS_SHOWN }, (_, back) => monthBefore(now, back))
  const [newest] = months
  return html`<!doctype html>
    <html lang="en">
      ${pageHead('Reports', null)}
      <body>
        <header>
          <div>
            <h1>Audit reports</h1>
            <p>How the segmentations of a period were judged, who made them, and what has changed.</p>
          </div>
        </header>
        <main>
          <nav aria-label="Pages">
            <a href="overview">Overview</a><a href="reports" aria-current="page">Reports</a>
          </nav>
          <form class="panel" action="api/v1/reports/audit" method="get">
            <label>First day <input type="date" name="from" required value="${newest?.from ?? ''}" /></label>
            <label>Last day <input type="date" name="to" required value="${newest?.to ?? ''}" /></label>
            <label
              >As
              <select name="format">
                <option value="html">page</option>
                <option value="pdf">PDF</option>
                <option value="csv">CSV</option>
                <option value="json">JSON</option>
              </select></label
            >
            <button>Make report</button>
          </form>
          <div class="panel">
            <table class="reports">
              <thead>
                <tr>
                  <th scope="col">Month</th>
                  <th scope="col">Report</th>
                </tr>
              </thead>
              <tbody>
                ${months.map(monthRow)}
              </tbody>
            </table>
          </div>
        </main>
        <footer><span>Plumbline ${version}</span><span>Days are UTC days.</span></footer>
      </body>
    </html>`.markup
}

interface Month {
  readonly name: string
  readonly from: string
  readonly to: string
}

/** 0: the running month. */
function monthBefore(now: Date, back: number): Month {
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1))
  const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back + 1, 0))
  const name = `${MONTHS[first.getUTCMonth()] ?? ''} ${first.getUTCFullYear()}${back === 0 ? ' so far' : ''}`
  return { name, from: first.toISOString().slice(0, 10), to: last.toISOString().slice(0, 10) }
}

function monthRow({ name, from, to }: Month): Html {
  const link = (format: string) => `api/v1/reports/audit?from=${from}&to=${to}&format=${format}`
  return html`<tr>
    <td>${name}</td>
    <td>
      <a href="${link('html')}">page</a> · <a href="${link('pdf')}">PDF</a> ·
      <a href="${link('csv')}">CSV</a> ·
      <a href="${link('json')}">JSON</a>
    </td>
  </tr>`
}
