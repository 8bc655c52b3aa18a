/** How refinement is set where a test is not about it: off. */
import type { Refinement } from '../../src/domain/refinement.ts'
import type { Pipeline } from '../../src/ports.ts'

/** As config/default.yaml, but off. */
export const REFINEMENT: Refinement = {
  segments: 'none',
  segmentsMax: 4,
  prompt: 'scribbles',
  model: 'geodesic',
  pseudoDiceMin: 0.9,
  iterationsMax: 20,
  iterationsWithoutGainMax: 10,
  budgetMs: 20_000,
  marginMm: 15,
  marginAcrossMm: 40,
  cellsMax: 600_000,
}

export const NO_REFINEMENT: Pick<Pipeline, 'refinement' | 'proposals'> = {
  refinement: REFINEMENT,
  proposals: {
    refinedSeg() {
      throw new Error('nothing was refined, yet a proposal is to be written')
    },
  },
}
