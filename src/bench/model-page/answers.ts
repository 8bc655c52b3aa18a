/** The scripted answers of the page: written by hand, to show what becomes of an answer. No model has given them. */
import type { JudgeAnswer } from '../../reasoner/language-model/answers.ts'

type Score = 1 | 2 | 3 | 4 | 5

export interface PageCase {
  readonly demoCase: string
  readonly segmentNumber: number
  readonly answer: JudgeAnswer
  /** To the question whether the target is there. */
  readonly target: object
}

const TARGET = {
  imageEvidence: ['A large organ of uniform grey fills the outline.'],
  responseEvidence: ['The response is bright inside the outline and dark around it.'],
  risk: 'The response cannot tell one organ of that grey from another.',
  decision: 'uncertain',
}

const CATEGORIES = ['UNUSABLE', 'MAJOR_REDRAW', 'MINOR_REQUIRED', 'MINOR_OPTIONAL', 'USE_AS_IS'] as const

function answer(
  organ: { appearance: string; place: string; neighbours: string[] },
  score: Score,
  said: { summary: string; observations: [panel: string, text: string][]; errors: JudgeAnswer['errors'] },
): JudgeAnswer {
  const graded = (rationale: string) => ({ rationale, score })
  return {
    knowledge_recall: {
      expected_appearance: organ.appearance,
      expected_signal: 'Soft tissue, uniform.',
      expected_shape_location: organ.place,
      neighbours: organ.neighbours,
      expected_components: 'One piece.',
    },
    visual_features: {
      contour_closed: 'yes',
      edge_alignment: score >= 4 ? 'sharp' : 'partial',
      internal_texture: 'homogeneous',
      observations: said.observations.map(([panel, text]) => ({ panel, text })),
      text_in_pictures: [],
    },
    anatomical_inference: {
      identity: 'correct',
      location_plausible: true,
      shape_plausible: score >= 4,
      under_segmentation: { where: [], extent: score >= 4 ? 'none' : 'moderate' },
      spillage: { into: [], extent: 'none' },
      missed_targets: [],
      extra_regions: [],
    },
    errors: said.errors,
    limitations: { could_not_assess: [], image_quality: 'adequate' },
    clinical_synthesis: {
      strengths: ['The line lies on the visible edge where the structure is drawn.'],
      weaknesses: [],
      summary: said.summary,
      completeness: graded(score >= 4 ? 'From the first to the last slice.' : 'A part is not drawn.'),
      anatomical_accuracy: graded('It is the structure.'),
      boundary_precision: graded('On the edge.'),
      reliability: graded('As far as the panels show.'),
      score,
      category: CATEGORIES[score - 1] ?? 'UNUSABLE',
      abstain_reason: '',
      recommendation: score >= 4 ? 'accept' : 'reject',
    },
  }
}

const LIVER = {
  appearance: 'A large organ with a smooth surface.',
  place: 'Right upper abdomen below the diaphragm.',
  neighbours: ['stomach', 'right kidney', 'gallbladder'],
}

export const PAGE_CASES: readonly PageCase[] = [
  {
    demoCase: 'organs-good',
    segmentNumber: 1,
    target: TARGET,
    answer: answer(LIVER, 5, {
      summary: 'A complete outline on the edge of the organ.',
      observations: [['A2', 'The line follows the surface.']],
      errors: [],
    }),
  },
  {
    // It praises what measurements reject: the verdict does not follow it.
    demoCase: 'liver-truncated',
    segmentNumber: 1,
    target: TARGET,
    answer: answer(LIVER, 5, {
      summary: 'A complete outline on the edge of the organ.',
      observations: [['A2', 'The line follows the surface.']],
      errors: [],
    }),
  },
  {
    // It sees a fault where measurements see none, and cites a measurement that does not exist.
    demoCase: 'prostate-good',
    segmentNumber: 1,
    target: TARGET,
    answer: answer(
      {
        appearance: 'An ovoid gland.',
        place: 'Between bladder and rectum.',
        neighbours: ['bladder', 'rectum'],
      },
      4,
      {
        summary: 'The apex is not drawn.',
        observations: [['A1', 'Gland without an outline below the last slice.']],
        errors: [
          {
            description: 'The apex is left out on two slices.',
            panels: ['A1'],
            evidence_ids: ['E9', 'E99'],
            type: 'under_seg',
            significance: 'significant',
          },
        ],
      },
    ),
  },
]
