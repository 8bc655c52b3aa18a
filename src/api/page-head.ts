/** The head of a page of ours: no script, nothing that is fetched. */
import { html, trusted, type Html } from '../html.ts'
import { OVERVIEW_STYLE } from './overview-style.ts'

/** `refreshSeconds`: the page loads itself anew; null: never. */
export function pageHead(title: string, refreshSeconds: number | null): Html {
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    ${refreshSeconds === null ? null : html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
    <title>${title} · Plumbline</title>
    <link rel="icon" href="data:," />
    <style>
      ${trusted(OVERVIEW_STYLE)}
    </style>
  </head>`
}
