/** Language models as object literals, and answers of good form, for tests. */
import type { DrawnFigure } from '../../src/domain/figure.ts'
import type {
  LanguageModel,
  LanguageModels,
  ModelAnswer,
  ModelRequest,
} from '../../src/domain/language-model.ts'
import { Reasoning } from '../../src/domain/reasoning.ts'
import type { Evidence } from '../../src/domain/evidence.ts'
import type { ModelReasoning } from '../../src/ports.ts'
import { loadPrompts } from '../../src/prompts.ts'
import type {
  CompareAnswer,
  JudgeAnswer,
  LabelAnswer,
  ListAnswer,
} from '../../src/reasoner/language-model/answers.ts'
import type { ReasoningInput } from '../../src/reasoner/language-model/input.ts'
import type { ReasonerParts } from '../../src/reasoner/language-model/reason.ts'
import { reasonByRules } from '../../src/reasoner/rules.ts'
import { aStructure, knowledgeOf } from './segment-input.ts'

export const PROMPTS = loadPrompts(new URL('../../config/prompts/', import.meta.url))

type Reply = unknown

export interface ScriptedModel extends LanguageModel {
  readonly requests: ModelRequest[]
}

/** Answers by the task that asks (`reasoner list`: `list`); an error is thrown, a list is used up one by one. */
export function scripted(replies: Readonly<Record<string, Reply>>, name = 'test-model'): ScriptedModel {
  const requests: ModelRequest[] = []
  return {
    name,
    requests,
    async complete(request) {
      requests.push(request)
      const reply = replies[request.purpose.replace('reasoner ', '')]
      const value: unknown =
        typeof reply === 'function' ? reply(request) : Array.isArray(reply) ? reply.shift() : reply
      if (value instanceof Error) throw value
      return answerOf(value)
    },
  }
}

export function answerOf(json: unknown): ModelAnswer {
  return {
    json,
    text: JSON.stringify(json),
    model: 'test',
    usage: { inputTokens: 1, outputTokens: 1 },
    costUsd: null,
    latencyMs: 1,
    cached: false,
    requestDigest: 'sha256:0',
  }
}

export function modelsOf(...models: [LanguageModel, ...LanguageModel[]]): LanguageModels {
  return { models: models.map(({ name }) => ({ name, sha256: 'a'.repeat(64) })), forCase: () => models }
}

/** What the pipeline needs to ask this model; two pictures of every segment unless the test says otherwise. */
export function modelReasoning(
  model: LanguageModel,
  changes: Partial<ModelReasoning> & { settings?: Partial<Reasoning> } = {},
): ModelReasoning {
  return {
    models: modelsOf(model),
    prompts: PROMPTS,
    ...changes,
    settings: Reasoning.parse({ greyMode: null, ...changes.settings }),
  }
}

const LOOKED = {
  knowledge_recall: {
    expected_appearance: 'A large smooth organ.',
    expected_signal: 'Soft tissue density.',
    expected_shape_location: 'Right upper abdomen.',
    neighbours: ['stomach', 'right kidney'],
    expected_components: 'One.',
  },
  visual_features: {
    contour_closed: 'yes',
    edge_alignment: 'sharp',
    internal_texture: 'homogeneous',
    observations: [{ panel: 'A2', text: 'The line lies on the edge.' }],
    text_in_pictures: [],
  },
  anatomical_inference: {
    identity: 'correct',
    location_plausible: true,
    shape_plausible: true,
    under_segmentation: { where: [], extent: 'none' },
    spillage: { into: [], extent: 'none' },
    missed_targets: [],
    extra_regions: [],
  },
} as const

const CATEGORY = ['UNUSABLE', 'MAJOR_REDRAW', 'MINOR_REQUIRED', 'MINOR_OPTIONAL', 'USE_AS_IS'] as const

/** A consistent answer with this score, without errors. */
export function judged(score: 1 | 2 | 3 | 4 | 5 = 5): JudgeAnswer {
  const graded = { rationale: 'As seen.', score }
  return structuredClone<JudgeAnswer>({
    ...structuredClone(LOOKED as unknown as JudgeAnswer),
    errors: [],
    limitations: { could_not_assess: [], image_quality: 'adequate' },
    clinical_synthesis: {
      strengths: ['Follows the surface.'],
      weaknesses: [],
      summary: 'A usable outline.',
      completeness: graded,
      anatomical_accuracy: graded,
      boundary_precision: graded,
      reliability: graded,
      score,
      category: CATEGORY[score - 1] ?? 'UNUSABLE',
      abstain_reason: '',
      recommendation: score >= 4 ? 'accept' : 'reject',
    },
  })
}

export function anError(changes: Partial<JudgeAnswer['errors'][number]> = {}): JudgeAnswer['errors'][number] {
  return {
    description: 'It runs into the stomach.',
    panels: ['B2'],
    evidence_ids: ['E1'],
    type: 'leakage',
    significance: 'significant',
    ...changes,
  }
}

export function listed(...types: ListAnswer['discrepancies'][number]['type'][]): ListAnswer {
  return {
    ...structuredClone(LOOKED as unknown as ListAnswer),
    discrepancies: types.map((type) => ({
      description: `About ${type}.`,
      panels: ['A1'],
      type,
      sure: 'rather',
    })),
  }
}

export function labelled(
  ...labels: [label: LabelAnswer['labels'][number]['label'], reach?: 'local' | 'extensive' | 'everything'][]
): LabelAnswer {
  return {
    text_in_pictures: [],
    labels: labels.map(([label, reach = 'local'], index) => ({
      id: `D${index + 1}`,
      reasoning: 'Seen again.',
      evidence_ids: ['E1'],
      label,
      reach,
    })),
  }
}

export function comparison(better: CompareAnswer['better']): CompareAnswer {
  return { text_in_pictures: [], first: 'Follows the edge.', second: 'Lies beside it.', better }
}

/** A picture that nobody looks at; `name` tells which. */
export function aFigure(name = 'slices-1', kind: DrawnFigure['figure']['kind'] = 'slices'): DrawnFigure {
  return {
    figure: {
      name,
      segmentNumber: 1,
      kind,
      text: `axial slices, window 400/40 (${name})`,
      width: 1,
      height: 1,
      panels: [
        { label: 'A1', text: 'axial slice 12 of 60, no outline', sopInstanceUid: '1.2.3', frameNumber: null },
      ],
    },
    png: new Uint8Array([137, 80, 78, 71]),
  }
}

export const VOLUME: Evidence = {
  id: 'E1',
  name: 'volume',
  value: 1523.4,
  unit: 'cm3',
  where: 'whole segment',
  expected: { low: 400, high: 5000, source: 'Author 2000' },
}

export const LIVER = aStructure({ neighbours: ['stomach'] })
export const KIDNEY = aStructure({
  id: 'kidney',
  name: 'Kidney',
  names: ['kidney'],
  codes: [{ scheme: 'SCT', value: '64033007', meaning: 'Kidney' }],
  paired: true,
})
export const STOMACH = aStructure({ id: 'stomach', name: 'Stomach', names: ['stomach'], codes: [] })
export const KNOWLEDGE = knowledgeOf(LIVER, KIDNEY, STOMACH)

export function reasoningInput(changes: Partial<Omit<ReasoningInput, 'rules'>> = {}): ReasoningInput {
  const input = {
    structure: LIVER,
    code: { scheme: 'SCT', value: '10200004', meaning: 'Liver' },
    laterality: null,
    modality: 'CT',
    evidence: [VOLUME],
    findings: [],
    figures: [aFigure('context-1', 'context'), aFigure()],
    anchors: [],
    ...changes,
  }
  return { ...input, rules: reasonByRules(input) }
}

export function reasonerParts(
  model: LanguageModel | [LanguageModel, ...LanguageModel[]],
  settings: Partial<Reasoning> = {},
): ReasonerParts {
  return {
    models: Array.isArray(model) ? model : [model],
    prompts: PROMPTS,
    // Once only, unless the test is about the grey zone.
    settings: Reasoning.parse({ greyMode: null, ...settings }),
    knowledge: KNOWLEDGE,
  }
}
