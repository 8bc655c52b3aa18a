/** A bar of a round length in a panel of known scale. */
const LENGTHS_MM = [200, 100, 50, 20, 10, 5, 2, 1] as const
const PIXELS_MAX = 112

export interface ScaleBar {
  readonly lengthMm: number
  readonly pixels: number
}

/** The longest round length that is not too long; the shortest there is in a panel of very few mm. */
export function scaleBar(panelPixelsPerMm: number): ScaleBar {
  const lengthMm = LENGTHS_MM.find((mm) => mm * panelPixelsPerMm <= PIXELS_MAX) ?? 1
  return { lengthMm, pixels: Math.round(lengthMm * panelPixelsPerMm) }
}
