import { z } from 'zod'

/** One picture in a figure, named by its place in the sheet: A1, A2, B1 ... */
export const FigurePanel = z
  .object({
    label: z.string(),
    /** What it shows: `axial slice 12 of 60, 2 slices above the last one of the segment, window 400/40`. */
    text: z.string(),
    sopInstanceUid: z.string().nullable(),
    frameNumber: z.number().int().positive().nullable(),
  })
  .meta({ id: 'FigurePanel' })
export type FigurePanel = z.infer<typeof FigurePanel>

/** A sheet of at most nine panels about one segment; its PNG is at `/cases/{id}/figures/{name}.png`. Its name is unique in its case. */
export const Figure = z
  .object({
    name: z.string().regex(/^[a-z0-9-]{1,64}$/),
    segmentNumber: z.number().int(),
    /** `slices`: raw beside outlined; `context`: whole slice; `reformat`: coronal and sagittal; `response`: a response map. */
    kind: z.enum(['slices', 'context', 'reformat', 'response']),
    text: z.string(),
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    panels: z.array(FigurePanel).min(1).max(9),
  })
  .meta({ id: 'Figure' })
export type Figure = z.infer<typeof Figure>

/** A figure with its bytes, as it is carried and kept inside the service. */
export interface DrawnFigure {
  readonly figure: Figure
  readonly png: Uint8Array
}
