import { z } from 'zod'

/** A coded concept (PS3.3 8.8): scheme is the Coding Scheme Designator, e.g. SCT, DCM, 99PLUMB. */
export const Code = z
  .object({ scheme: z.string(), value: z.string(), meaning: z.string() })
  .meta({ id: 'Code' })
export type Code = z.infer<typeof Code>

/** Side of the patient, never of the screen. `unpaired` = the structure has no sides. */
export const Laterality = z.enum(['left', 'right', 'bilateral', 'unpaired']).meta({ id: 'Laterality' })
export type Laterality = z.infer<typeof Laterality>
