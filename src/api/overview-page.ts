/** The page at /overview: recent cases, what was found, and where the full record is. No script. Its links are relative: it may lie under a path prefix. */
import type { Case, SegmentResult, VerdictKind } from '../domain/case.ts'
import type { CasePage } from '../ports.ts'
import { glancePanel, type GlanceParts } from './glance-panel.ts'
import { html, quoted, trusted, type Html } from '../html.ts'
import {
  badge,
  bySeverity,
  evidenceTable,
  findingList,
  reasoning,
  SIGN_OF_VERDICT,
} from './overview-parts.ts'
import { pageHead } from './page-head.ts'

const SEGMENTS_SHOWN = 8
const REFRESH_SECONDS = 10
const VERDICT_ORDER: readonly VerdictKind[] = ['reject', 'not-assessable', 'review', 'accept']
const FILTERS: readonly (VerdictKind | null)[] = [null, 'reject', 'review', 'not-assessable', 'accept']

export interface Overview {
  readonly page: CasePage
  /** Today at a glance; null on a filtered or an older page. */
  readonly parts: GlanceParts | null
  /** OHIF is served beside this page. */
  readonly hasViewer: boolean
  readonly verdict: VerdictKind | null
  /** False when this page was reached by a cursor. */
  readonly newest: boolean
  readonly version: string
}

/** The whole document. Everything shown is escaped; text that came from DICOM is quoted and shortened besides. */
export function overviewPage({ page, parts, hasViewer, verdict, newest, version }: Overview): string {
  // Only while something may change: a page that reloads takes away what a reader has unfolded.
  const pending = newest && page.cases.some(({ state }) => state !== 'done' && state !== 'failed')
  return html`<!doctype html>
    <html lang="en">
      ${pageHead('Cases', pending ? REFRESH_SECONDS : null)}
      <body>
        <header>
          ${trusted(PLUMB_BOB)}
          <div>
            <h1>Plumbline</h1>
            <p>Quality control of segmentations. It judges the segmentation, never the disease.</p>
          </div>
        </header>
        <main>
          ${parts === null ? null : glancePanel(parts)}
          <nav aria-label="Verdict">${FILTERS.map((filter) => filterLink(filter, filter === verdict))}</nav>
          ${page.cases.length === 0 ? emptyNote(verdict, newest) : page.cases.map((item) => caseCard(item, hasViewer))}
          ${page.nextCursor === null ? null : html`<p><a href="${olderLink(page.nextCursor, verdict)}">Older cases →</a></p>`}
        </main>
        <footer>
          <span>Plumbline ${version}</span><a href="reports">Reports</a
          ><a href="api/v1/cases">Cases as JSON</a><a href="api/openapi.json">API description</a
          ><a href="readyz">Readiness</a>
        </footer>
      </body>
    </html>`.markup
}

const PLUMB_BOB =
  '<svg width="30" height="38" viewBox="0 0 30 38" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">' +
  '<path d="M3 2h24M15 2v14"/><path d="M9 16h12l-2 9-4 11-4-11z" fill="currentColor" stroke-linejoin="round"/></svg>'

function filterLink(filter: VerdictKind | null, current: boolean): Html {
  const text = filter === null ? 'All' : SIGN_OF_VERDICT[filter].text
  const href = filter === null ? 'overview' : `?verdict=${filter}`
  return current
    ? html`<a href="${href}" aria-current="page">${text}</a>`
    : html`<a href="${href}">${text}</a>`
}

function olderLink(cursor: string, verdict: VerdictKind | null): string {
  return `?${new URLSearchParams({ ...(verdict === null ? {} : { verdict }), cursor }).toString()}`
}

function emptyNote(verdict: VerdictKind | null, newest: boolean): Html {
  if (!newest) return html`<div class="empty"><strong>No older cases</strong></div>`
  if (verdict !== null) return html`<div class="empty"><strong>No case with this verdict</strong></div>`
  return html`<div class="empty">
    <strong>No cases yet</strong> A case appears here when a DICOM SEG or RTSTRUCT arrives, or after
    <code>POST /api/v1/studies/{uid}/check</code>.
  </div>`
}

function caseCard(item: Case, hasViewer: boolean): Html {
  const segments = item.segments.toSorted(
    (a, b) => VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict) || a.number - b.number,
  )
  const [shown, rest] = [segments.slice(0, SEGMENTS_SHOWN), segments.slice(SEGMENTS_SHOWN)]
  const sign = badge(item)
  return html`<article class="case ${sign.tone}" aria-label="Case ${item.id}">
    <div class="head">
      <div>
        ${sign.markup}${item.score === null ? null : html`<div class="score">score ${item.score} of 5</div>`}
      </div>
      <div>
        <h2>${titleOf(item)}</h2>
        <p class="meta">${metaOf(item)}</p>
        ${
          item.reasons.length === 0
            ? null
            : html`<ul class="reasons">
                ${item.reasons.map((reason) => html`<li>${reason}</li>`)}
              </ul>`
        }
      </div>
    </div>
    ${shown.length === 0 ? null : html`<div class="scroll">${segmentTable(shown)}</div>`}
    ${
      rest.length === 0
        ? null
        : html`<details class="more">
            <summary>${rest.length} more segments</summary>
            <div class="scroll">${segmentTable(rest)}</div>
          </details>`
    }
    <div class="foot">
      ${hasViewer ? html`<a href="plumbline?StudyInstanceUIDs=${encodeURIComponent(item.studyInstanceUid)}">Open in the viewer</a>` : null}
      <a href="api/v1/cases/${encodeURIComponent(item.id)}">Case as JSON</a>
      <a href="api/v1/studies/${encodeURIComponent(item.studyInstanceUid)}/cases">Cases of this study</a>
      <span>${reportNote(item)}</span>
      <span>policy ${item.provenance.policy.replace('sha256:', '').slice(0, 12)}</span>
    </div>
  </article>`
}

/** A report counts as stored when it was read back, which is what `done` means. */
function reportNote({ state, reports }: Case): string {
  if (state !== 'done') return 'no report in the PACS yet'
  return reports.length === 0 ? 'no report in the PACS' : `${reports.length} SR in the PACS`
}

function titleOf({ object }: Case): string {
  return object.label.trim() === '' ? `${object.modality} without a label` : quoted(object.label)
}

function metaOf({ object, sourceSeries, receivedAt }: Case): Html {
  const { manufacturer, algorithm, version } = object.producer
  const producer = [manufacturer, algorithm, version].filter((part) => part.trim() !== '')
  const facts = [
    object.modality,
    producer.length === 0 ? 'producer not named' : `made by ${quoted(producer.join(' '))}`,
    ...(sourceSeries === null ? [] : [`on ${sourceSeries.modality}, ${sourceSeries.instanceCount} images`]),
  ]
  return html`${facts.join(' · ')} ·
    <time datetime="${receivedAt}">${receivedAt.slice(0, 16).replace('T', ' ')} UTC</time>`
}

function segmentTable(segments: readonly SegmentResult[]): Html {
  return html`<table class="segments">
    <thead>
      <tr>
        <th scope="col">Verdict</th>
        <th scope="col">Segment</th>
        <th scope="col">Score</th>
        <th scope="col">Findings</th>
      </tr>
    </thead>
    <tbody>
      ${segments.map(segmentRow)}
    </tbody>
  </table>`
}

function segmentRow(segment: SegmentResult): Html {
  const { tone, text, glyph } = SIGN_OF_VERDICT[segment.verdict]
  const coded = segment.code === null ? 'not coded' : `coded ${quoted(segment.code.meaning)}`
  const side =
    segment.laterality === null || segment.laterality === 'unpaired' ? '' : `, ${segment.laterality}`
  const findings = segment.findings.toSorted(bySeverity)
  return html`<tr>
    <td>
      <span class="badge small ${tone}"><span aria-hidden="true">${glyph}</span>${text}</span>
    </td>
    <td class="name">
      ${segment.number}. ${quoted(segment.label)}
      <div class="meta">${coded}${side}</div>
    </td>
    <td class="number">${segment.score === null ? '–' : `${segment.score} of 5`}</td>
    <td>
      ${findings.length > 0 ? findingList(findings) : segment.verdict === 'accept' ? 'No findings.' : segment.reasons.join(' ')}
      ${evidenceTable(segment.evidence)}${reasoning(segment.opinion)}
    </td>
  </tr>`
}
