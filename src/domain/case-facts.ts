import { z } from 'zod'

/** Whole years; the last band is open. Bands, never an age or a date of birth. */
export const AgeBand = z.enum(['0-17', '18-39', '40-64', '65-79', '80+'])
export type AgeBand = z.infer<typeof AgeBand>

/** Body mass index of adults by WHO (Technical Report Series 894): below 18.5, 25, 30 kg/m2, and above. */
export const BodySize = z.enum(['underweight', 'normal', 'overweight', 'obese'])
export type BodySize = z.infer<typeof BodySize>

/** What a departmental report groups cases by, as the images say it; null where they do not. Identifies nobody. */
export const CaseFacts = z
  .object({
    /** Manufacturer and model. */
    scanner: z.string().nullable(),
    site: z.string().nullable(),
    sex: z.enum(['female', 'male', 'other']).nullable(),
    ageBand: AgeBand.nullable(),
    bodySize: BodySize.nullable(),
  })
  .meta({ id: 'CaseFacts' })
export type CaseFacts = z.infer<typeof CaseFacts>
