/** What the deterministic evaluator of texts knows by name: config/report-eval/terms.yaml. */
import { z } from 'zod'

/** CRIMSON (arXiv 2603.06183): what an error about a finding would mean. */
export const Significance = z.enum([
  'urgent',
  'actionable_not_urgent',
  'not_actionable_not_urgent',
  'benign_expected',
])
export type Significance = z.infer<typeof Significance>

const Names = z.array(z.string().min(2)).min(1)
const Term = z.strictObject({ id: z.string(), names: Names })

export const ReportTerms = z.strictObject({
  version: z.string(),
  findings: z.array(Term.extend({ significance: Significance })),
  places: z.array(Term),
  degrees: z.strictObject({ 1: Names, 2: Names, 3: Names }),
  changes: z.strictObject({ new: Names, worse: Names, better: Names, same: Names }),
})
export type ReportTerms = z.infer<typeof ReportTerms>

export type Degree = 1 | 2 | 3
export type Change = 'new' | 'worse' | 'better' | 'same'
