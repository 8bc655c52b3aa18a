import { z } from 'zod'

/** The five categories of the 1-5 scale (BAMF/AIMI Likert definitions). Code, never a model, maps score to category. */
export const Category = z
  .enum(['USE_AS_IS', 'MINOR_OPTIONAL', 'MINOR_REQUIRED', 'MAJOR_REDRAW', 'UNUSABLE'])
  .meta({ id: 'Category' })
export type Category = z.infer<typeof Category>

export const Score = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)])
export type Score = z.infer<typeof Score>

export const CATEGORY_OF_SCORE: Readonly<Record<Score, Category>> = {
  5: 'USE_AS_IS',
  4: 'MINOR_OPTIONAL',
  3: 'MINOR_REQUIRED',
  2: 'MAJOR_REDRAW',
  1: 'UNUSABLE',
}

/** One sentence of reasoning and the evidence or findings it rests on (ids E1.., F1..; empty = general knowledge). */
export const Statement = z.object({ text: z.string(), basis: z.array(z.string()) }).meta({ id: 'Statement' })
export type Statement = z.infer<typeof Statement>

/** One stage of the Hierarchical Clinical Reasoner (arXiv 2506.01841, section 2). */
export const Stage = z.object({ statements: z.array(Statement) }).meta({ id: 'Stage' })
export type Stage = z.infer<typeof Stage>

/** The sub-scores of the clinical synthesis (arXiv 2506.01841, Fig. 3). */
export const SubScores = z
  .object({ completeness: Score, anatomicalAccuracy: Score, boundaryPrecision: Score, reliability: Score })
  .meta({ id: 'SubScores' })
export type SubScores = z.infer<typeof SubScores>

export const ClinicalSynthesis = Stage.extend({
  strengths: z.array(Statement),
  weaknesses: z.array(Statement),
  subScores: SubScores.partial(),
}).meta({ id: 'ClinicalSynthesis' })

/** What a reasoner says. It may abstain (score null, with the reason). It never decides: decide.ts does. */
export const Opinion = z
  .object({
    reasoner: z.string(),
    /** What the reader must know about this reasoner, e.g. that no language model was configured. */
    note: z.string(),
    knowledgeRecall: Stage,
    visualFeatures: Stage,
    anatomicalInference: Stage,
    clinicalSynthesis: ClinicalSynthesis,
    score: Score.nullable(),
    category: Category.nullable(),
    abstained: z.string().nullable(),
  })
  .meta({ id: 'Opinion' })
export type Opinion = z.infer<typeof Opinion>
