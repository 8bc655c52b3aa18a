/** Charts to SVG, without a canvas and without a browser. Loaded when a chart is asked for: it takes a second. */
import type { Chart } from './chart.ts'
import type { Palette } from './palette.ts'

export async function renderChart({ spec }: Chart, palette: Palette): Promise<string> {
  const [{ compile }, { Error: errorLevel, parse, View }] = await Promise.all([
    import('vega-lite'),
    import('vega'),
  ])
  const view = new View(parse(compile(spec(palette)).spec), {
    renderer: 'none',
    logLevel: errorLevel,
    loader: NO_LOADER,
  })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}

/** Nothing is fetched for a chart. */
const refuse = () => Promise.reject(new Error('a chart of a report loads nothing'))
const NO_LOADER = { load: refuse, sanitize: refuse, http: refuse, file: refuse, options: {} }
