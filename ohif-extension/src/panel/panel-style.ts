import { TONE_COLOURS } from './tones.ts'

/**
 * Style of the panel: all of it, so that nothing depends on the classes a viewer was built with. Colours are for a dark
 * room, AA on the panel's own background; a site may set any `--plumbline-*` from outside.
 */
export const PANEL_STYLE = `
.plumbline-panel {
  --pl-back: var(--plumbline-back, #0a0e26); --pl-card: var(--plumbline-card, #11173a); --pl-raised: var(--plumbline-raised, #1a2250);
  --pl-line: var(--plumbline-line, #2c366b); --pl-text: var(--plumbline-text, #eef2fb); --pl-quiet: var(--plumbline-quiet, ${TONE_COLOURS.pending});
  --pl-link: var(--plumbline-link, #7cbcff); --pl-focus: var(--plumbline-focus, #ffd24a); --pl-expected: var(--plumbline-expected, #4b6a9c);
  --pl-accept: ${TONE_COLOURS.accept}; --pl-accept-back: #10351f; --pl-review: ${TONE_COLOURS.review}; --pl-review-back: #402e08;
  --pl-reject: ${TONE_COLOURS.reject}; --pl-reject-back: #4c171b; --pl-other: ${TONE_COLOURS.other}; --pl-other-back: #2b3554;
  container-type: inline-size; box-sizing: border-box; min-height: 100%; padding: 8px; background: var(--pl-back); color: var(--pl-text);
  font: 13px/1.45 Inter, system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; text-align: left; overflow-wrap: anywhere; color-scheme: dark;
}
.plumbline-panel *, .plumbline-panel *::before { box-sizing: border-box; }
.plumbline-panel :is(p, h2, h3, h4, h5, ul, ol, dl, dd, table) { margin: 0; padding: 0; font: inherit; }
.plumbline-panel :is(ul, ol) { list-style: none; }
.plumbline-panel :is(button, input, select, textarea) { font: inherit; color: inherit; letter-spacing: inherit; }
.plumbline-panel :is(button, input, select, textarea):focus-visible { outline: 2px solid var(--pl-focus); outline-offset: 1px; border-radius: 4px; }
.plumbline-panel b { font-weight: 600; }
.plumbline-panel [hidden] { display: none; }
.plumbline-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.plumbline-quiet, .plumbline-basis { color: var(--pl-quiet); }
.plumbline-basis { font-size: 11px; font-variant-numeric: tabular-nums; white-space: nowrap; }
.plumbline-accept { --tone: var(--pl-accept); --tone-back: var(--pl-accept-back); }
.plumbline-review { --tone: var(--pl-review); --tone-back: var(--pl-review-back); }
.plumbline-reject { --tone: var(--pl-reject); --tone-back: var(--pl-reject-back); }
.plumbline-other { --tone: var(--pl-other); --tone-back: var(--pl-other-back); }
.plumbline-pending { --tone: var(--pl-quiet); --tone-back: transparent; }

.plumbline-head { display: grid; grid-template-columns: 1fr auto; align-items: center; gap: 2px 8px; padding: 2px 4px 8px; }
.plumbline-summary { font-weight: 600; }
.plumbline-answer { grid-column: 1 / -1; color: var(--pl-quiet); }
.plumbline-answer:empty, .plumbline-problem:empty { display: none; }
.plumbline-panel .plumbline-problem { color: var(--pl-reject); margin-top: 4px; }
.plumbline-panel .plumbline-notice { border: 1px solid var(--pl-line); border-left: 4px solid var(--pl-other); border-radius: 6px; background: var(--pl-other-back); padding: 8px 10px; margin: 0 0 8px; }
.plumbline-panel .plumbline-notice-from-report { border-left-color: var(--pl-review); background: var(--pl-review-back); }
.plumbline-panel .plumbline-notice-unavailable { border-left-color: var(--pl-reject); background: var(--pl-reject-back); }
.plumbline-panel .plumbline-empty { padding: 16px 8px; color: var(--pl-quiet); text-align: center; }

.plumbline-panel .plumbline-sign { display: inline-block; width: 1em; height: 1em; flex: none; vertical-align: -0.12em; }
.plumbline-badge { display: inline-flex; align-items: center; gap: 5px; padding: 1px 9px 1px 7px; border-radius: 5px; border: 1px solid transparent; background: var(--tone-back); color: var(--tone); font-weight: 600; white-space: nowrap; }
.plumbline-badge.plumbline-small { font-size: 12px; padding: 0 7px 0 5px; }
.plumbline-badge.plumbline-pending { border: 1px dashed var(--pl-quiet); }
.plumbline-button { min-height: 26px; padding: 2px 10px; border: 1px solid var(--pl-line); border-radius: 5px; background: var(--pl-raised); cursor: pointer; }
.plumbline-button:hover { border-color: var(--pl-link); }
.plumbline-button[aria-disabled='true'] { opacity: 0.65; cursor: default; }
.plumbline-button[aria-pressed='true'], .plumbline-button[aria-current] { background: var(--pl-link); border-color: var(--pl-link); color: #07102b; font-weight: 600; }
.plumbline-panel .plumbline-primary:not([aria-current], [aria-pressed='true']) { border-color: var(--pl-link); color: var(--pl-link); }
.plumbline-panel .plumbline-number { min-width: 26px; padding: 2px 5px; text-align: center; font-variant-numeric: tabular-nums; }
.plumbline-panel .plumbline-link { min-height: 24px; border: 0; padding: 2px 0; background: none; color: var(--pl-link); cursor: pointer; text-decoration: underline; text-underline-offset: 2px; }
.plumbline-actions { display: flex; flex-wrap: wrap; align-items: center; gap: 5px; }

.plumbline-disclosure { display: flex; align-items: flex-start; gap: 6px; width: 100%; padding: 0; border: 0; background: none; text-align: left; cursor: pointer; }
.plumbline-chevron { width: 12px; height: 12px; flex: none; margin-top: 4px; color: var(--pl-quiet); transition: transform 0.12s; }
.plumbline-disclosure[aria-expanded='true'] > .plumbline-chevron { transform: rotate(90deg); }
.plumbline-row { display: grid; grid-template-columns: 1fr auto; gap: 1px 8px; align-items: center; flex: 1; min-width: 0; }
.plumbline-name { font-weight: 600; }
.plumbline-facts { font-size: 12px; }
.plumbline-score { justify-self: end; font-size: 12px; color: var(--pl-quiet); font-variant-numeric: tabular-nums; }

.plumbline-object { border: 1px solid var(--pl-line); border-left: 4px solid var(--tone); border-radius: 8px; background: var(--pl-card); margin-bottom: 8px; overflow: clip; }
.plumbline-object > .plumbline-heading > .plumbline-disclosure { padding: 9px 10px 9px 8px; }
.plumbline-object > .plumbline-heading .plumbline-name { font-size: 14px; }
.plumbline-disclosure:hover .plumbline-name { text-decoration: underline; text-underline-offset: 3px; text-decoration-thickness: 1px; }
.plumbline-body { padding: 0 10px 10px; display: grid; gap: 8px; }
.plumbline-panel .plumbline-reasons { display: grid; gap: 3px; }
.plumbline-panel .plumbline-reasons:empty { display: none; }
.plumbline-panel .plumbline-reasons li { padding-left: 12px; position: relative; }
.plumbline-reasons li::before { content: ''; position: absolute; left: 1px; top: 0.6em; width: 4px; height: 4px; border-radius: 50%; background: var(--tone); }
.plumbline-panel .plumbline-todo { border-left: 3px solid var(--pl-review); padding-left: 9px; }

.plumbline-progress > ol { display: grid; grid-template-columns: repeat(4, 1fr); gap: 4px; margin-bottom: 3px; }
.plumbline-panel .plumbline-progress li { border-top: 3px solid var(--pl-line); padding-top: 2px; font-size: 12px; color: var(--pl-quiet); }
.plumbline-panel .plumbline-progress li.plumbline-past { border-top-color: var(--pl-link); }
.plumbline-panel .plumbline-progress li[aria-current] { border-top-color: var(--pl-focus); color: var(--pl-text); font-weight: 600; animation: plumbline-pulse 1.6s ease-in-out infinite; }
@keyframes plumbline-pulse { 50% { border-top-color: var(--pl-line); } }
@media (prefers-reduced-motion: reduce) { .plumbline-panel * { animation: none !important; transition: none !important; } }

.plumbline-filter { display: flex; flex-wrap: wrap; align-items: center; gap: 5px; }
.plumbline-filter > input { flex: 1; min-width: 120px; min-height: 28px; padding: 2px 8px; border: 1px solid #6b7ab0; border-radius: 5px; background: var(--pl-back); }
.plumbline-filter > input::placeholder { color: var(--pl-quiet); opacity: 1; }
.plumbline-panel .plumbline-shown { font-size: 12px; }
.plumbline-lazy > li { content-visibility: auto; contain-intrinsic-size: auto 51px; }
.plumbline-segments > li { border-top: 1px solid var(--pl-line); }
.plumbline-segments > li:last-child { border-bottom: 1px solid var(--pl-line); }
.plumbline-segment > .plumbline-heading > .plumbline-disclosure { padding: 6px 0; }
.plumbline-details { display: grid; gap: 12px; padding: 2px 0 12px 18px; }
.plumbline-panel .plumbline-figure { margin: 6px 0 0; font-size: 12px; }
.plumbline-figure img { display: block; width: 100%; height: auto; margin-top: 3px; border-radius: 4px; }
@container (max-width: 420px) { .plumbline-details { padding-left: 4px; } }
.plumbline-panel .plumbline-section { font-size: 11px; font-weight: 600; letter-spacing: 0.06em; text-transform: uppercase; color: var(--pl-quiet); margin-bottom: 4px; }

.plumbline-panel .plumbline-findings { display: grid; gap: 6px; }
.plumbline-finding { border-left: 3px solid var(--tone); background: var(--pl-raised); border-radius: 0 6px 6px 0; padding: 6px 8px 7px; display: grid; gap: 6px; }
.plumbline-finding .plumbline-button { background: var(--pl-card); }
.plumbline-finding .plumbline-button:is([aria-pressed='true'], [aria-current]) { background: var(--pl-link); }
.plumbline-severity { color: var(--tone); font-weight: 600; white-space: nowrap; }

.plumbline-panel .plumbline-story { counter-reset: step; margin-bottom: 6px; }
.plumbline-panel .plumbline-story > li { position: relative; padding: 0 0 9px 27px; counter-increment: step; }
.plumbline-story > li::before { content: counter(step); position: absolute; left: 0; top: 0; width: 19px; height: 19px; border-radius: 50%; background: var(--pl-raised); border: 1px solid var(--pl-link); color: var(--pl-link); font-size: 11px; line-height: 17px; text-align: center; }
.plumbline-story > li:not(:last-child)::after { content: ''; position: absolute; left: 9px; top: 22px; bottom: 3px; border-left: 1px solid var(--pl-line); }
.plumbline-panel .plumbline-story h5 { font-weight: 600; margin-bottom: 1px; }
.plumbline-panel .plumbline-story p + p { margin-top: 3px; }
.plumbline-panel .plumbline-scores { display: flex; flex-wrap: wrap; gap: 2px 12px; margin-top: 5px; font-size: 12px; }
.plumbline-scores > div { display: flex; gap: 5px; }
.plumbline-scores dt { color: var(--pl-quiet); }

.plumbline-evidence { width: 100%; border-collapse: collapse; font-size: 12px; }
.plumbline-evidence :is(th, td) { padding: 4px 8px 4px 0; border-top: 1px solid var(--pl-line); text-align: left; vertical-align: top; font-weight: inherit; }
.plumbline-evidence :is(th, td):last-child { padding-right: 0; width: 104px; }
.plumbline-evidence thead th { border-top: 0; color: var(--pl-quiet); padding-top: 0; }
.plumbline-where { display: block; color: var(--pl-quiet); font-size: 11px; }
.plumbline-evidence thead th, .plumbline-value { white-space: nowrap; }
.plumbline-value { font-variant-numeric: tabular-nums; }
.plumbline-folded { margin-top: 3px; }
.plumbline-folded > .plumbline-disclosure { min-height: 24px; align-items: center; color: var(--pl-quiet); }
.plumbline-folded > .plumbline-disclosure > .plumbline-chevron { margin-top: 0; }
.plumbline-folded > div { padding-left: 18px; color: var(--pl-quiet); }
@container (max-width: 420px) {
  .plumbline-evidence tr { display: grid; grid-template-columns: 1fr 118px; }
  .plumbline-evidence th[scope='row'] { grid-column: 1 / -1; padding-bottom: 0; }
  .plumbline-evidence td { border-top: 0; padding-top: 2px; }
  .plumbline-panel .plumbline-evidence :is(th, td) { width: auto; }
  .plumbline-evidence thead th:first-child { position: absolute; clip-path: inset(50%); }
  .plumbline-where { display: inline; }
}
.plumbline-tip-anchor { position: relative; display: block; }
.plumbline-panel .plumbline-range { display: block; width: 100%; min-height: 24px; padding: 0; border: 0; background: none; text-align: left; cursor: help; }
.plumbline-bar { display: block; max-width: 100%; overflow: visible; }
.plumbline-bar-track { fill: var(--pl-line); }
.plumbline-bar-expected { fill: var(--pl-expected); }
.plumbline-within { --mark: var(--pl-accept); }
.plumbline-below, .plumbline-above { --mark: var(--pl-review); }
.plumbline-bar-value { fill: var(--mark); stroke: var(--pl-card); stroke-width: 1; }
.plumbline-range-words { display: block; font-size: 11px; line-height: 1.35; color: var(--pl-quiet); }
.plumbline-range-words > b { color: var(--mark); }
.plumbline-range-words > b:not(.plumbline-hidden) { display: block; }
.plumbline-tip { position: absolute; right: 0; top: 100%; z-index: 2; width: max-content; max-width: min(260px, 80cqw); padding: 5px 8px; border: 1px solid var(--pl-link); border-radius: 5px; background: var(--pl-back); font-size: 12px; visibility: hidden; }
.plumbline-tip-anchor:hover > .plumbline-tip, .plumbline-range:focus-visible + .plumbline-tip { visibility: visible; }

.plumbline-panel .plumbline-opinions { display: grid; gap: 6px; margin-bottom: 6px; }
.plumbline-opinions > li { border-left: 3px solid var(--pl-link); background: var(--pl-raised); border-radius: 0 6px 6px 0; padding: 6px 8px; display: grid; gap: 3px; }
.plumbline-review { display: grid; gap: 6px; padding: 4px 0 0 18px; justify-items: start; }
.plumbline-panel .plumbline-opinion { border: 0; margin: 0; padding: 0; display: grid; gap: 4px; width: 100%; min-width: 0; }
.plumbline-opinion > legend { font-weight: 600; padding: 0; }
.plumbline-choice { display: flex; align-items: center; gap: 6px; min-height: 24px; cursor: pointer; }
.plumbline-choice > input { width: 16px; height: 16px; margin: 0; accent-color: var(--pl-link); }
.plumbline-field { display: grid; grid-template-columns: 80px 1fr; gap: 6px; align-items: center; width: 100%; }
.plumbline-field > :is(input, select, textarea) { min-width: 0; min-height: 28px; padding: 2px 8px; border: 1px solid #6b7ab0; border-radius: 5px; background: var(--pl-back); }

.plumbline-proposal { display: grid; gap: 6px; }
.plumbline-panel .plumbline-proposal > .plumbline-section { margin-bottom: -2px; }
.plumbline-panel .plumbline-proposal > .plumbline-facts-list { padding: 0; }
.plumbline-proposal > .plumbline-facts-list > div { grid-template-columns: 84px 1fr; }
.plumbline-proposal > .plumbline-review { padding-left: 0; }

.plumbline-provenance > .plumbline-disclosure { color: var(--pl-quiet); font-size: 12px; min-height: 24px; }
.plumbline-panel .plumbline-facts-list { font-size: 12px; padding: 4px 0 0 18px; display: grid; gap: 3px; }
.plumbline-facts-list > div { display: grid; grid-template-columns: 68px 1fr; gap: 6px; }
.plumbline-facts-list dt { color: var(--pl-quiet); }
.plumbline-panel code { font: 11px/1.4 ui-monospace, "Liberation Mono", monospace; }
`
