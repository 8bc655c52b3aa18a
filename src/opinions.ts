/** What is made of each segment: by a language model where one is configured and asked, else by the rules. */
import type { Case, TargetMatch } from './domain/case.ts'
import type { DrawnFigure } from './domain/figure.ts'
import type { Opinion } from './domain/opinion.ts'
import type { ReasoningMode, ReasoningSelection } from './domain/reasoning.ts'
import type { LanguageModel } from './domain/language-model.ts'
import type { SeriesSummary } from './domain/segmentation.ts'
import { PlumblineError } from './errors.ts'
import { identifyingValues } from './dicom/identifying-values.ts'
import type { AssessedSegment, Assessment, DicomJson, Drawing, ModelReasoning, Pipeline } from './ports.ts'
import { decideSegment } from './reasoner/decide.ts'
import { fill } from './reasoner/language-model/prompts.ts'
import { reasonByModel } from './reasoner/language-model/reason.ts'
import { reasonByRules } from './reasoner/rules.ts'
import { createSlots } from './slots.ts'
import { hearModel } from './target/ask-model.ts'

export interface ReasonAbout {
  readonly subject: Pick<Case, 'id'>
  /** DICOM JSON of the judged object and its images: what must not leave. */
  readonly headers: readonly DicomJson[]
  /** The image series; null without one. */
  readonly series: SeriesSummary | null
  readonly segments: readonly AssessedSegment[]
  /** Undefined where there are no images to draw. */
  readonly draw: Assessment['draw'] | undefined
}

type ReasonParts = Pick<Pipeline, 'reasoning' | 'knowledge' | 'policy' | 'figures'>

export interface Heard {
  readonly opinion: Opinion
  /** As it stands after a model was heard about it. */
  readonly target: TargetMatch
}

/** By segment number. */
type AllHeard = ReadonlyMap<number, Heard>

/** Segments about which a model is asked at the same time: their pictures are in memory. */
const AT_ONCE = 4

/** A segment that could not be measured has none. Throws only when the signal is aborted. */
export async function opinionsOn(about: ReasonAbout, p: ReasonParts, signal: AbortSignal): Promise<AllHeard> {
  const modality = about.series?.modality ?? null
  const byRules = about.segments
    .filter(({ notAssessable }) => notAssessable === null)
    .map((assessed) => ({ assessed, rules: rulesOpinion(assessed, modality, p) }))
  const { reasoning } = p
  const unheard = ({ target }: AssessedSegment, opinion: Opinion): Heard => ({ opinion, target })
  if (reasoning === null)
    return new Map(byRules.map(({ assessed, rules }) => [assessed.number, unheard(assessed, rules)]))
  const identifying = identifyingValues(about.headers)
  const models = reasoning.models.forCase({ caseId: about.subject.id, identifying })
  const inTurn = createSlots(AT_ONCE)
  const opinions = byRules.map(async ({ assessed, rules }): Promise<[number, Heard]> => {
    if (!isAsked(assessed, rules, reasoning, p))
      return [assessed.number, unheard(assessed, notAsked(rules, reasoning))]
    const work = () => hearModels(assessed, rules, about, { models, reasoning, p }, signal)
    return [assessed.number, await inTurn(signal, work)]
  })
  return new Map(await Promise.all(opinions))
}

/** For provenance: the models that may have been asked. */
export function modelsOf({ reasoning }: Pick<Pipeline, 'reasoning'>): Case['provenance']['models'] {
  return reasoning === null ? [] : [...reasoning.models.models]
}

export function rulesOpinion(
  assessed: AssessedSegment,
  modality: string | null,
  p: Pick<Pipeline, 'knowledge'>,
): Opinion {
  return reasonByRules({ ...assessed, structure: structureOf(assessed, p), modality })
}

function structureOf({ structure }: AssessedSegment, { knowledge }: Pick<Pipeline, 'knowledge'>) {
  return knowledge.structures.find(({ id }) => id === structure) ?? null
}

function isAsked(
  assessed: AssessedSegment,
  rules: Opinion,
  { settings }: ModelReasoning,
  { policy }: Pick<Pipeline, 'policy'>,
): boolean {
  const { verdict, score } = decideSegment({ assessed, opinion: rules, policy })
  const isRejected = verdict === 'reject'
  const wanted: Record<ReasoningSelection, boolean> = {
    all: true,
    'not-rejected': !isRejected,
    'grey-zone': !isRejected && (verdict !== 'accept' || score !== 5),
  }
  return wanted[settings.segments]
}

function notAsked(rules: Opinion, { settings }: ModelReasoning): Opinion {
  const note = `Formed by fixed rules from measurements and the knowledge base; a language model is configured and was not asked (reasoning.segments: ${settings.segments}).`
  return { ...rules, note }
}

interface Asked {
  readonly models: readonly [LanguageModel, ...LanguageModel[]]
  readonly reasoning: ModelReasoning
  readonly p: ReasonParts
}

async function hearModels(
  assessed: AssessedSegment,
  rules: Opinion,
  { series, draw }: ReasonAbout,
  { models, reasoning, p }: Asked,
  signal: AbortSignal,
): Promise<Heard> {
  const { structure: _, target: __, ...measured } = assessed
  // Burned In Annotation (PS3.3 C.7.6.1.1.1): text in the pixels may name the patient, or speak to the model.
  if (series?.hasBurnedInText === true) {
    return nobody(
      assessed,
      rules,
      'the images are marked as having text burned in, so no picture of them was sent',
    )
  }
  const drawn = await drawnOrReason(assessed, draw, p, modesOf(reasoning), signal)
  if (typeof drawn === 'string') return nobody(assessed, rules, drawn)
  const { figures, anchors = [], slice } = drawn
  const heard = await targetHeard(assessed, figures, { models, reasoning, p }, signal)
  if (typeof heard === 'string') return nobody(assessed, rules, heard)
  const opinion = await reasonByModel(
    {
      ...measured,
      structure: structureOf(assessed, p),
      modality: series?.modality ?? null,
      figures,
      anchors,
      ...(slice !== undefined && { slice }),
      rules,
    },
    { models, prompts: reasoning.prompts, settings: reasoning.settings, knowledge: p.knowledge },
    signal,
  )
  return { opinion, target: heard }
}

/** By the first of the models, where the response scores leave it unsure and there is a picture of the response; or why it could not be heard. */
async function targetHeard(
  assessed: AssessedSegment,
  figures: readonly DrawnFigure[],
  { models, reasoning: { prompts, settings }, p }: Asked,
  signal: AbortSignal,
): Promise<TargetMatch | string> {
  const { target: match } = assessed
  const picture = figures.find(({ figure: { kind } }) => kind === 'response')
  const structure = structureOf(assessed, p)
  if (!settings.targets || match.status !== 'unsure' || picture === undefined || structure === null)
    return match
  const prompt = { system: fill(prompts.templates.role), question: fill(prompts.templates.target) }
  try {
    return await hearModel(
      { match, structureName: structure.name, picture, prompt, seed: settings.seed },
      models[0],
      signal,
    )
  } catch (error) {
    if (signal.aborted) throw error
    return `the language model could not be heard about the target${whyOf(error)}`
  }
}

/** Drawn for this question; whoever keeps pictures draws the same ones again. */
async function drawnOrReason(
  { number, structure, findings }: AssessedSegment,
  draw: ReasonAbout['draw'],
  { figures: { sheetBytesMax } }: Pick<Pipeline, 'figures'>,
  modes: readonly ReasoningMode[],
  signal: AbortSignal,
): Promise<Drawing | string> {
  try {
    const drawn = await draw?.({ number, structure, findings, sheetBytesMax, modes }, signal)
    if (drawn !== undefined && drawn.figures.length > 0) return drawn
    return 'there is no picture of the segment to show to the language model'
  } catch (error) {
    if (signal.aborted) throw error
    return `no picture of the segment could be made for the language model${whyOf(error)}`
  }
}

function modesOf({ settings: { mode, greyMode } }: ModelReasoning): ReasoningMode[] {
  return greyMode === null ? [mode] : [mode, greyMode]
}

function whyOf(error: unknown): string {
  return error instanceof PlumblineError ? `: ${error.message.replace(/\.$/, '')}` : ''
}

/** Nobody has looked: the words of the rules, and no score. */
function nobody({ target }: AssessedSegment, rules: Opinion, reason: string): Heard {
  return { opinion: { ...rules, score: null, category: null, abstained: reason }, target }
}
