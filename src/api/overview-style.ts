/** Style of the overview page. Colours follow the reader's light or dark setting; none of them is the only sign. */
export const OVERVIEW_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #fff; --line: #dde1e7; --text: #1b2430; --quiet: #566273; --link: #0b5cad;
  --accept: #1d6b3a; --accept-back: #e2f3e8; --review: #7a4d00; --review-back: #fdf0d5;
  --reject: #a01b22; --reject-back: #fde7e7; --other: #445064; --other-back: #e8ebf0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f141b; --card: #171e28; --line: #2b3543; --text: #e3e8ef; --quiet: #9aa7b8; --link: #7ab8ff;
    --accept: #8fdcaa; --accept-back: #15301f; --review: #f3c66b; --review-back: #382a0e;
    --reject: #ff9d9d; --reject-back: #401a1d; --other: #b9c4d3; --other-back: #26303d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header { display: flex; align-items: center; gap: 14px; padding-top: 26px; }
header svg { flex: none; color: var(--link); }
h1 { font-size: 22px; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
header p { margin: 2px 0 0; color: var(--quiet); }
nav { display: flex; flex-wrap: wrap; gap: 8px; margin: 22px 0 14px; }
nav a { padding: 4px 13px; border: 1px solid var(--line); border-radius: 999px; background: var(--card); color: var(--text); text-decoration: none; }
nav a:hover { border-color: var(--quiet); }
nav a[aria-current] { background: var(--text); border-color: var(--text); color: var(--page); }
h2 { font-size: 15px; margin: 0 0 4px; }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 18px; margin: 0 0 14px; }
.panel p, .panel ul { margin: 2px 0 0; }
.panel ul { padding-left: 18px; }
.panel li + li { margin-top: 6px; }
.panel.alarmed { border-color: var(--reject); background: var(--reject-back); }
.glance { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 14px; margin-top: 20px; }
.glance .panel { margin: 0; }
.glance + .panel { margin-top: 14px; }
.glance p { color: var(--quiet); font-size: 13px; }
.glance .big { font-size: 28px; line-height: 1.2; color: var(--text); font-variant-numeric: tabular-nums; }
.glance .big span { font-size: 14px; color: var(--quiet); }
.count { color: var(--tone, inherit); margin-right: 8px; white-space: nowrap; }
form.panel { display: flex; flex-wrap: wrap; gap: 12px 18px; align-items: end; }
form.panel label { display: grid; gap: 2px; font-size: 13px; color: var(--quiet); }
input, select, button { font: inherit; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 4px 8px; }
button { background: var(--text); color: var(--page); border-color: var(--text); padding: 5px 14px; cursor: pointer; }
.reports td, .reports th { border-top: 1px solid var(--line); }
.reports thead th { border-top: 0; }
.case { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 0 0 16px; overflow: hidden; }
.case > .head { display: grid; grid-template-columns: 176px 1fr; gap: 4px 20px; padding: 16px 20px; border-left: 5px solid var(--tone, var(--line)); }
.case h2 { font-size: 17px; line-height: 1.35; margin: 0; overflow-wrap: anywhere; }
.meta { color: var(--quiet); font-size: 13px; margin: 2px 0 0; overflow-wrap: anywhere; }
.reasons { margin: 8px 0 0; padding-left: 18px; }
.accept { --tone: var(--accept); --back: var(--accept-back); }
.review { --tone: var(--review); --back: var(--review-back); }
.reject { --tone: var(--reject); --back: var(--reject-back); }
.other { --tone: var(--other); --back: var(--other-back); }
.pending { --tone: var(--quiet); --back: transparent; }
.pending.badge { border: 1px dashed var(--quiet); }
.case.pending { --tone: var(--line); }
.badge { display: inline-flex; align-items: center; gap: 6px; padding: 2px 10px 2px 8px; border-radius: 6px; background: var(--back); color: var(--tone); font-weight: 600; white-space: nowrap; }
.small { font-size: 13px; padding: 0 8px 0 6px; }
.score { color: var(--quiet); font-size: 13px; margin-top: 5px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; font-size: 12px; color: var(--quiet); }
th, td { padding: 8px 20px 8px 0; vertical-align: top; }
.segments > thead th, .segments > tbody > tr > td { border-top: 1px solid var(--line); }
.segments > thead th:first-child, .segments > tbody > tr > td:first-child { padding-left: 25px; width: 221px; }
.segments > thead th { padding-top: 5px; padding-bottom: 5px; }
.segments .name { width: 26%; overflow-wrap: anywhere; }
.segments .number { width: 62px; white-space: nowrap; }
ul.findings { list-style: none; margin: 0; padding: 0; }
ul.findings li + li { margin-top: 7px; }
.severity { display: inline-block; font-weight: 600; color: var(--tone); }
.severity::first-letter { text-transform: uppercase; }
details { margin-top: 6px; }
summary { cursor: pointer; color: var(--link); font-size: 13px; width: fit-content; }
.evidence { font-size: 13px; margin-top: 4px; }
.evidence th, .evidence td { padding: 3px 14px 3px 0; border-top: 1px solid var(--line); }
.evidence .value { font-variant-numeric: tabular-nums; white-space: nowrap; }
.reasoning { font-size: 13px; margin: 6px 0 0; }
.reasoning dt { font-weight: 600; margin-top: 5px; }
.reasoning dd { margin: 0; }
.basis { color: var(--quiet); font-variant-numeric: tabular-nums; }
.more { padding: 8px 20px 10px 25px; border-top: 1px solid var(--line); margin: 0; }
.more table { margin: 8px 0 0 -25px; width: calc(100% + 45px); }
.foot { border-top: 1px solid var(--line); padding: 8px 20px 9px 25px; font-size: 13px; color: var(--quiet); display: flex; flex-wrap: wrap; gap: 2px 18px; }
.empty { background: var(--card); border: 1px dashed var(--line); border-radius: 10px; padding: 36px 24px; text-align: center; color: var(--quiet); }
.empty strong { color: var(--text); display: block; font-size: 17px; margin-bottom: 4px; }
code { font: 13px ui-monospace, "Liberation Mono", monospace; }
footer { color: var(--quiet); font-size: 13px; padding-top: 8px; padding-bottom: 36px; display: flex; flex-wrap: wrap; gap: 2px 18px; }
@media (max-width: 720px) {
  header, main, footer { padding-left: 14px; padding-right: 14px; }
  .case > .head { grid-template-columns: 1fr; }
  .segments, .segments > tbody, .segments > tbody > tr { display: block; }
  .segments > thead { display: none; }
  .segments > tbody > tr { padding: 8px 14px 10px 25px; border-top: 1px solid var(--line); }
  .segments > tbody > tr > td { display: block; border: 0; padding: 3px 0; width: auto; }
  .segments > tbody > tr > td:first-child { padding-left: 0; width: auto; }
  .segments > tbody > tr > td.number::before { content: 'Score '; }
  .segments > tbody > tr > td.name { width: auto; }
  .more table { margin-left: -25px; }
  details { max-width: 100%; overflow-x: auto; }
}
`
