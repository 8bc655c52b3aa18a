/** Today at a glance, above the list of cases: what arrived, what waits, what failed, what drifts. */
import type { Case, VerdictKind } from '../domain/case.ts'
import type { Glance } from '../domain/glance.ts'
import { html, quoted, type Html } from '../html.ts'
import { SIGN_OF_VERDICT, TEXT_OF_STATE } from './overview-parts.ts'

const VERDICTS: readonly VerdictKind[] = ['accept', 'review', 'reject', 'not-assessable']

export interface GlanceParts {
  readonly glance: Glance
  /** The newest cases that were given up. */
  readonly failures: readonly Case[]
}

export function glancePanel({ glance, failures }: GlanceParts): Html {
  return html`<section class="glance" aria-label="Today">
      <div class="panel">
        <h2>Today</h2>
        <p class="big">${glance.arrivedToday} <span>arrived</span></p>
        <p>
          ${VERDICTS.map((verdict) => html`<span class="count ${SIGN_OF_VERDICT[verdict].tone}">${glance.verdictsToday[verdict]} ${SIGN_OF_VERDICT[verdict].text.toLowerCase()}</span> `)}
        </p>
      </div>
      <div class="panel">
        <h2>Queue</h2>
        <p class="big">${glance.open.reduce((sum, { count }) => sum + count, 0)} <span>on their way</span></p>
        <p>
          ${glance.open.length === 0 ? 'Nothing waits.' : glance.open.map(({ state, count, oldest }) => html`<span class="count">${count} ${TEXT_OF_STATE[state].toLowerCase()}, since ${timeText(oldest)}</span> `)}
        </p>
      </div>
      <div class="panel">
        <h2>Failed</h2>
        <p class="big">${glance.failed} <span>given up</span></p>
        <p>${glance.failed === 0 ? 'Nothing to do.' : 'They have no verdict: see below.'}</p>
      </div>
      <div class="panel ${glance.alarms.length > 0 ? 'alarmed' : ''}">
        <h2>Drift</h2>
        <p class="big">
          ${glance.alarms.length} <span>${glance.alarms.length === 1 ? 'alarm' : 'alarms'}</span>
        </p>
        <p>${watchText(glance)}</p>
      </div>
    </section>
    ${glance.alarms.length === 0 ? null : alarmList(glance)}
    ${failures.length === 0 ? null : failureList(failures)}`
}

function watchText({ alarms, watchedAt }: Glance): string {
  if (watchedAt === null) return 'Not looked for yet.'
  return alarms.length === 0
    ? `None when last looked: ${timeText(watchedAt)}.`
    : `As of ${timeText(watchedAt)}.`
}

function alarmList({ alarms }: Glance): Html {
  return html`<section class="panel alarmed" aria-label="Drift">
    <ul>
      ${alarms.map(
        ({ producer, structure, day, since }) =>
          html`<li>
            <strong>${structure.replaceAll('-', ' ')} by ${quoted(producer)}</strong> is judged worse than
            before: alarm on ${day}, probably since ${since}. Look at its <a href="reports">report</a>, then
            ask who updated what about that day.
          </li>`,
      )}
    </ul>
  </section>`
}

/** What went wrong, as the case says it with its next step, and how to try again. */
function failureList(failures: readonly Case[]): Html {
  return html`<section class="panel" aria-label="Failed cases">
    <h2>Failed: what to do</h2>
    <ul>
      ${failures.map(
        ({ id, studyInstanceUid, reasons }) =>
          html`<li>
            <a href="api/v1/cases/${encodeURIComponent(id)}">Case ${id.slice(0, 8)}</a>: ${reasons.join(' ')}
            When that is mended, <code>POST api/v1/studies/${studyInstanceUid}/check</code> tries again.
          </li>`,
      )}
    </ul>
  </section>`
}

function timeText(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}
