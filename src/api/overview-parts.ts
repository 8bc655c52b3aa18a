/** The small parts of the overview page: badges, findings, evidence, reasoning. */
import type { CaseState } from '../domain/case-state.ts'
import type { Case, VerdictKind } from '../domain/case.ts'
import type { Evidence, Finding, Severity } from '../domain/evidence.ts'
import type { Opinion } from '../domain/opinion.ts'
import { html, type Html } from '../html.ts'

type Tone = 'accept' | 'review' | 'reject' | 'other' | 'pending'
interface Sign {
  readonly glyph: string
  readonly text: string
  readonly tone: Tone
}

/** Word and sign say it; the colour only repeats it. */
export const SIGN_OF_VERDICT: Readonly<Record<VerdictKind, Sign>> = {
  accept: { glyph: '✓', text: 'Accept', tone: 'accept' },
  review: { glyph: '?', text: 'Review', tone: 'review' },
  reject: { glyph: '✕', text: 'Reject', tone: 'reject' },
  'not-assessable': { glyph: '∅', text: 'Not assessable', tone: 'other' },
}

export const TEXT_OF_STATE: Readonly<Record<CaseState, string>> = {
  received: 'Received',
  'waiting-for-images': 'Waiting',
  queued: 'Queued',
  running: 'Running',
  publishing: 'Publishing',
  done: 'Done',
  failed: 'Failed',
}

const TONE_OF_SEVERITY: Readonly<Record<Severity, Tone>> = {
  critical: 'reject',
  major: 'review',
  minor: 'other',
}
const SEVERITIES: readonly Severity[] = ['critical', 'major', 'minor']
/** UCUM as people write it. */
const UNITS: Readonly<Record<string, string>> = {
  '1': '',
  cm3: 'cm³',
  mm3: 'mm³',
  mm2: 'mm²',
  "[hnsf'U]": 'HU',
  'g/ml{SUVbw}': 'SUVbw',
}

/** The verdict where there is one, unless the case failed on the way out; else how far it is. */
export function badge({ state, verdict }: Case): { tone: Tone; markup: Html } {
  const sign = verdict === null || state === 'failed' ? signOfState(state) : SIGN_OF_VERDICT[verdict]
  return {
    tone: sign.tone,
    markup: html`<span class="badge ${sign.tone}"
      ><span aria-hidden="true">${sign.glyph}</span>${sign.text}</span
    >`,
  }
}

function signOfState(state: CaseState): Sign {
  const text = TEXT_OF_STATE[state]
  return state === 'failed' ? { glyph: '!', text, tone: 'reject' } : { glyph: '…', text, tone: 'pending' }
}

export function bySeverity(a: Finding, b: Finding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
}

export function findingList(findings: readonly Finding[]): Html {
  return html`<ul class="findings">
    ${findings.map(
      ({ severity, mode, text, evidence }) =>
        html`<li>
          <span class="severity ${TONE_OF_SEVERITY[severity]}"
            >${severity}: ${mode.replaceAll('-', ' ')}.</span
          >
          ${text} ${basis(evidence)}
        </li>`,
    )}
  </ul>`
}

export function evidenceTable(evidence: readonly Evidence[]): Html | null {
  if (evidence.length === 0) return null
  return html`<details>
    <summary>Evidence (${evidence.length})</summary>
    <table class="evidence">
      <thead>
        <tr>
          <th scope="col"></th>
          <th scope="col">Measured</th>
          <th scope="col">Value</th>
          <th scope="col">Expected</th>
          <th scope="col">Where</th>
        </tr>
      </thead>
      <tbody>
        ${evidence.map(
          ({ id, name, value, unit, where, expected }) =>
            html`<tr>
              <td class="basis">${id}</td>
              <td>${name}</td>
              <td class="value">${quantity(value, unit)}</td>
              <td>${expectation(expected, unit)}</td>
              <td>${where}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`
}

/** The four stages of the reasoner, each sentence with what it rests on. */
export function reasoning(opinion: Opinion | null): Html | null {
  if (opinion === null) return null
  const stages = [
    ['Knowledge recall', opinion.knowledgeRecall.statements],
    ['Visual features', opinion.visualFeatures.statements],
    ['Anatomical inference', opinion.anatomicalInference.statements],
    ['Clinical synthesis', opinion.clinicalSynthesis.statements],
  ] as const
  return html`<details>
    <summary>Reasoning (${opinion.reasoner})</summary>
    <dl class="reasoning">
      ${stages
        .filter(([, statements]) => statements.length > 0)
        .map(
          ([name, statements]) =>
            html`<dt>${name}</dt>
              ${statements.map((statement) => html`<dd>${statement.text} ${basis(statement.basis)}</dd>`)}`,
        )}
      ${
        opinion.note === ''
          ? null
          : html`<dt>Note</dt>
              <dd>${opinion.note}</dd>`
      }
    </dl>
  </details>`
}

function basis(ids: readonly string[]): Html | null {
  return ids.length === 0 ? null : html`<span class="basis">[${ids.join(', ')}]</span>`
}

function quantity(value: number, unit: string): string {
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(4))
  return `${rounded} ${UNITS[unit] ?? unit}`.trim()
}

function expectation(expected: Evidence['expected'], unit: string): string {
  if (expected === undefined) return ''
  const { low, high, source } = expected
  const text =
    low === null
      ? high === null
        ? ''
        : `at most ${quantity(high, unit)}`
      : high === null
        ? `at least ${quantity(low, unit)}`
        : `${quantity(low, '1')} to ${quantity(high, unit)}`
  return source === '' ? text : `${text} (${source})`
}
