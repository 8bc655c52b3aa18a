/** What stands at `/` while there is no viewer. No script; the texts are our own. */
export interface StatusText {
  readonly title: string
  readonly detail: string
  readonly nextStep: string
  /** Null: it stays as it is. */
  readonly reloadSeconds: number | null
}

export function statusPage({ title, detail, nextStep, reloadSeconds }: StatusText): string {
  const reload = reloadSeconds === null ? '' : `<meta http-equiv="refresh" content="${reloadSeconds}">`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${reload}
<title>${escaped(title)} · Plumbline</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(detail)}</p>
<p>${escaped(nextStep)}</p>
<p>Segmentations are judged meanwhile: <a href="overview">the verdicts as a plain page</a>.</p>
</body>
</html>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
