/** Style of a report as a page: light or dark as the reader has it, always light on paper. */
const LIGHT = `color-scheme: light;
  --page: #f5f6f8; --card: #fff; --line: #dde1e7; --text: #1b2430; --quiet: #566273; --link: #0b5cad; --reject: #a01b22; --reject-back: #fde7e7;
  --chart-accept: #5aa977; --chart-review: #e0a63c; --chart-reject: #c4494f; --chart-other: #8592a6;`
const DARK = `color-scheme: dark;
  --page: #0f141b; --card: #171e28; --line: #2b3543; --text: #e3e8ef; --quiet: #9aa7b8; --link: #7ab8ff; --reject: #ff9d9d; --reject-back: #401a1d;
  --chart-accept: #57a273; --chart-review: #c9922f; --chart-reject: #cf5a60; --chart-other: #6d7a8d;`

export const REPORT_STYLE = `
:root { ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
header, main, footer { max-width: 960px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 30px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 0 0 6px; }
h3 { font-size: 13px; margin: 18px 0 2px; color: var(--quiet); font-weight: 600; }
p { margin: 0 0 8px; max-width: 78ch; }
header p { margin: 4px 0 0; color: var(--quiet); }
a { color: var(--link); }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.banner { margin: 18px 0 0; padding: 10px 14px; border: 2px solid var(--reject); border-radius: 8px; color: var(--reject); background: var(--reject-back); font-weight: 600; max-width: none; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 22px 20px; margin: 18px 0; }
.summary li { margin: 0 0 7px; }
.summary ul { margin: 0; padding-left: 20px; }
.summary li.alarm { color: var(--reject); font-weight: 600; }
figure { margin: 10px 0; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; display: block; }
figure img { max-width: 100%; height: auto; border-radius: 6px; background: #000; }
figcaption { font-size: 13px; color: var(--quiet); }
.scroll { overflow-x: auto; margin-top: 14px; }
h3 + .scroll { margin-top: 0; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; font-weight: 600; font-size: 12px; color: var(--quiet); vertical-align: bottom; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
td { vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.number { white-space: normal; }
.alarm { color: var(--reject); font-weight: 600; }
.quiet { color: var(--quiet); }
footer { color: var(--quiet); font-size: 13px; padding-bottom: 40px; }
@media (max-width: 640px) { header, main, footer { padding-left: 12px; padding-right: 12px; } section { padding: 14px; } }
@media print {
  @page { margin: 14mm 13mm; }
  body { background: #fff; font-size: 10.5pt; }
  header, main, footer { max-width: none; padding: 0; }
  section { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 10px 0 0; margin: 14px 0 0; }
  h2, h3 { break-after: avoid; }
  figure, tr { break-inside: avoid; }
  thead { display: table-header-group; }
  table { font-size: 8.5pt; }
  th { font-size: 8pt; }
  a { color: inherit; }
}
`
