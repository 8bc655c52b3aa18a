/** What a model may answer, step by step. Keys are in the order of the work: what was seen and thought before any score. */
import { z } from 'zod'

const SCORES = [1, 2, 3, 4, 5] as const
const GradedScore = z.strictObject({ rationale: z.string(), score: z.literal(SCORES) })
const InPanel = z.strictObject({ panel: z.string(), text: z.string() })
const Extent = z.enum(['none', 'mild', 'moderate', 'severe'])

export const ERROR_TYPES = [
  'identity',
  'laterality',
  'missed_target',
  'hallucinated_target',
  'truncation',
  'under_seg',
  'over_seg',
  'leakage',
  'shift',
  'hole',
  'fragment',
  'fused',
  'contour_artifact',
  'other',
] as const
export const ErrorType = z.enum(ERROR_TYPES)
export type ErrorType = z.infer<typeof ErrorType>

/** Stages 1 to 3, alike in every task that looks. */
const Looked = z.strictObject({
  knowledge_recall: z.strictObject({
    expected_appearance: z.string(),
    expected_signal: z.string(),
    expected_shape_location: z.string(),
    neighbours: z.array(z.string()),
    expected_components: z.string(),
  }),
  visual_features: z.strictObject({
    contour_closed: z.enum(['yes', 'no', 'cannot_assess']),
    edge_alignment: z.enum(['sharp', 'partial', 'poor', 'cannot_assess']),
    internal_texture: z.enum([
      'homogeneous',
      'heterogeneous_expected',
      'heterogeneous_unexpected',
      'cannot_assess',
    ]),
    observations: z.array(InPanel),
    text_in_pictures: z.array(z.string()),
  }),
  anatomical_inference: z.strictObject({
    identity: z.enum(['correct', 'wrong', 'uncertain']),
    location_plausible: z.boolean(),
    shape_plausible: z.boolean(),
    under_segmentation: z.strictObject({ where: z.array(z.string()), extent: Extent }),
    spillage: z.strictObject({ into: z.array(z.string()), extent: Extent }),
    missed_targets: z.array(InPanel),
    extra_regions: z.array(InPanel),
  }),
})
export type Looked = z.infer<typeof Looked>

export const JudgeAnswer = Looked.extend({
  errors: z.array(
    z.strictObject({
      description: z.string(),
      panels: z.array(z.string()),
      evidence_ids: z.array(z.string()),
      type: ErrorType,
      significance: z.enum(['significant', 'insignificant', 'uncertain']),
    }),
  ),
  limitations: z.strictObject({
    could_not_assess: z.array(z.string()),
    image_quality: z.enum(['adequate', 'limited', 'non_diagnostic']),
  }),
  clinical_synthesis: z.strictObject({
    strengths: z.array(z.string()),
    weaknesses: z.array(z.string()),
    summary: z.string(),
    completeness: GradedScore,
    anatomical_accuracy: GradedScore,
    boundary_precision: GradedScore,
    reliability: GradedScore,
    score: z.literal(SCORES),
    category: z.enum(['USE_AS_IS', 'MINOR_OPTIONAL', 'MINOR_REQUIRED', 'MAJOR_REDRAW', 'UNUSABLE']),
    /** Why no judgement is possible; empty otherwise. */
    abstain_reason: z.string(),
    recommendation: z.enum(['accept', 'reject', 'abstain']),
  }),
})
export type JudgeAnswer = z.infer<typeof JudgeAnswer>

export const ListAnswer = Looked.extend({
  discrepancies: z.array(
    z.strictObject({
      description: z.string(),
      panels: z.array(z.string()),
      type: ErrorType,
      sure: z.enum(['yes', 'rather', 'hardly']),
    }),
  ),
})
export type ListAnswer = z.infer<typeof ListAnswer>

export const LabelAnswer = z.strictObject({
  text_in_pictures: z.array(z.string()),
  labels: z.array(
    z.strictObject({
      id: z.string(),
      reasoning: z.string(),
      evidence_ids: z.array(z.string()),
      label: z.enum(['significant', 'insignificant', 'not_confirmed']),
      reach: z.enum(['local', 'extensive', 'everything']),
    }),
  ),
})
export type LabelAnswer = z.infer<typeof LabelAnswer>

export const CompareAnswer = z.strictObject({
  text_in_pictures: z.array(z.string()),
  first: z.string(),
  second: z.string(),
  better: z.enum(['first', 'second', 'equal']),
})
export type CompareAnswer = z.infer<typeof CompareAnswer>

/** As OpenAI's strict structured outputs want it: every key required, none besides, no `$schema`. */
export function strictSchema(answer: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(answer, { target: 'draft-2020-12' })
  return schema
}
