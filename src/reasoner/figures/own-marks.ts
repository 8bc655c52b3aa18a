/** What is written on our own sheets, and so is no news when a model reads it there. */

/** Of captions and windows (draw-figures.ts, shown-slices.ts, view.ts, grey-window.ts). No word of it could ask for anything. */
const WORDS = new Set(
  `axial coronal sagittal oblique no image here whole largest area worst finding left right posterior anterior superior
  inferior end beyond of the way through highest response outside how strongly it looks like segment this place pet suv
  middle mm`.split(/\s+/),
)
/** Panel labels, letters of sides, windows, lengths, places in a stack. */
const MARK = /^(?:[a-c][1-3]|[rlaphf]{1,3}|[wl]-?\d{1,5}|\d{1,5}(?:[/-]\d{1,5})?%?)$/

/** Also true of nothing at all. */
export function isOwnMark(text: string): boolean {
  const words = text.toLowerCase().split(/[\s,;:."'()]+/)
  return words.every((word) => word === '' || WORDS.has(word) || MARK.test(word))
}
