/** THE table of perturbations: X1 to X16, N1 to N13. */
import type { Family } from './family.ts'
import { HARMLESS } from './harmless.ts'
import { SIGNIFICANT } from './significant.ts'

export const FAMILIES: readonly Family[] = [...SIGNIFICANT, ...HARMLESS]
