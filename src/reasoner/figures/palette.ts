/**
 * The colours of a sheet, one byte per pixel: greys for the image, and the outline over some of them. Vermilion of Okabe and Ito
 * (Color Universal Design, 2008), which the colour-blind tell from every grey.
 */

/** Shades from black to white. */
export const GREYS = 192
export const BLACK = 0
export const WHITE = GREYS - 1
/** What is no image. */
export const PAPER = 16

const OUTLINE_RGB = [255, 110, 20] as const
/** An outline's edge is softened in so many steps, over so many greys. */
const OPACITIES = 4
const UNDER = 20

/** Red, green, blue of every entry. */
export const PALETTE: readonly (readonly [number, number, number])[] = [
  ...Array.from({ length: GREYS }, (_, grey) => blend(0, grey / WHITE)),
  ...Array.from({ length: (OPACITIES - 1) * UNDER }, (_, n) =>
    blend((Math.floor(n / UNDER) + 1) / OPACITIES, (n % UNDER) / (UNDER - 1)),
  ),
  OUTLINE_RGB,
]
export const OUTLINE = PALETTE.length - 1

/** The entry for an outline of this opacity (0..1) over a grey. */
export function outlineOver(grey: number, opacity: number): number {
  const step = Math.round(opacity * OPACITIES)
  if (step <= 0) return grey
  if (step >= OPACITIES) return OUTLINE
  return GREYS + (step - 1) * UNDER + Math.round((grey / WHITE) * (UNDER - 1))
}

function blend(opacity: number, grey: number): readonly [number, number, number] {
  const part = (colour: number): number => Math.round(opacity * colour + (1 - opacity) * 255 * grey)
  return [part(OUTLINE_RGB[0]), part(OUTLINE_RGB[1]), part(OUTLINE_RGB[2])]
}
