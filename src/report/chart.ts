/** What all charts of a report share. */
import type { TopLevelSpec } from 'vega-lite'
import type { Palette } from './palette.ts'

/** A chart, and what it shows in words for those who do not see it. */
export interface Chart {
  readonly alt: string
  readonly spec: (palette: Palette) => TopLevelSpec
}

/** Pixels. */
export const WIDTH = 640
const NAME_LENGTH_MAX = 38

export const DAY_AXIS = { title: null, format: '%-d %b', grid: false, labelOverlap: true } as const

export function base(palette: Palette) {
  const text = {
    labelColor: palette.quiet,
    titleColor: palette.quiet,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal' as const,
  }
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'transparent',
    padding: 4,
    config: {
      font: 'system-ui, Roboto, Liberation Sans, sans-serif',
      view: { stroke: null },
      axis: { ...text, gridColor: palette.line, domainColor: palette.line, tickColor: palette.line },
      legend: { ...text, symbolType: 'square' as const },
    },
  }
}

export function short(text: string, lengthMax = NAME_LENGTH_MAX): string {
  const characters = Array.from(text)
  return characters.length > lengthMax ? `${characters.slice(0, lengthMax - 1).join('')}…` : text
}
