/** The modes: how often a model is asked about one segment, with what, and what becomes of its answers. One row each. */
import type { DrawnFigure } from '../../domain/figure.ts'
import type { z } from 'zod'
import type { ReasoningMode } from '../../domain/reasoning.ts'
import { PlumblineError } from '../../errors.ts'
import type { TASKS, Question, TaskName } from './tasks.ts'
import type { Anchor, ReasoningInput } from './input.ts'
import { quoted } from './prompts.ts'
import {
  clean,
  draftOfAnswer,
  draftOfPasses,
  knownIds,
  listOf,
  type Draft,
  ACCEPTED_MIN,
} from './opinion-of.ts'
import {
  discrepancyId,
  lowest,
  scoreOfAnswer,
  scoreOfLabels,
  textDoubts,
  unlabelled,
  WORDS,
} from './score.ts'
import type { ListAnswer } from './answers.ts'
import type { Score } from '../../domain/opinion.ts'

type AnswerOf<Name extends TaskName> = z.infer<(typeof TASKS)[Name]['answer']>

/** Asks one question; the answer has the task's shape. Throws PlumblineError as LanguageModel does. */
export type Ask = <Name extends TaskName>(
  question: Question & { readonly task: Name },
) => Promise<AnswerOf<Name>>

interface ModeRow {
  /** For the reader of an opinion. */
  readonly what: string
  readonly judge: (input: ReasoningInput, ask: Ask) => Promise<Draft>
}

export const MODES: Readonly<Record<ReasoningMode, ModeRow>> = {
  single: {
    what: 'one representative slice with the outline on it, as in arXiv 2506.01841',
    judge: (input, ask) => judgeOnce('single', input, [representative(input)], ask),
  },
  'one-pass': {
    what: 'all pictures and the measurements, asked once',
    judge: (input, ask) => judgeOnce('informed', input, input.figures, ask),
  },
  'two-pass': {
    what: 'a first pass lists discrepancies, a second labels each of them; the score was computed',
    judge: twoPasses,
  },
  'blind-then-informed': {
    what: 'asked without measurements first, then with them; the lower score counts',
    judge: blindThenInformed,
  },
  anchored: {
    what: 'compared with outlines of known quality on the same image, in both orders',
    judge: againstAnchors,
  },
}

async function judgeOnce(
  task: 'single' | 'blind' | 'informed',
  input: ReasoningInput,
  figures: readonly DrawnFigure[],
  ask: Ask,
): Promise<Draft> {
  const answer = await ask({ task, figures })
  return draftOfAnswer(answer, scoreOfAnswer(answer), knownIds(input))
}

/** The paper's one slice, with the outline on it. */
function representative({ slice, figures }: ReasoningInput): DrawnFigure {
  const found = slice ?? figures.find(({ figure }) => figure.kind === 'context') ?? figures[0]
  if (found !== undefined) return found
  throw new PlumblineError('model-answer', 'There is no picture of the segment to show.')
}

async function twoPasses(input: ReasoningInput, ask: Ask): Promise<Draft> {
  const { figures } = input
  const list = await ask({ task: 'list', figures })
  const nothing = { text_in_pictures: [], labels: [] }
  const labels =
    list.discrepancies.length === 0
      ? nothing
      : await ask({ task: 'label', figures, discrepancies: discrepanciesText(list) })
  const missing = unlabelled(list, labels)
  if (missing.length > 0) {
    throw new PlumblineError('model-answer', `The second pass did not label ${missing.join(', ')}.`)
  }
  return draftOfPasses(list, labels, scoreOfLabels(list, labels), knownIds(input))
}

/** What the second pass hears of the first: what and where, not how sure it was. */
function discrepanciesText({ discrepancies }: ListAnswer): string {
  return discrepancies
    .map(({ description, panels, type }, index) => {
      const where = panels.length === 0 ? '' : ` (${clean(panels.join(', '))})`
      return quoted(`- ${discrepancyId(index)}: ${WORDS[type]}${where}: ${clean(description)}`)
    })
    .join('\n')
}

async function blindThenInformed(input: ReasoningInput, ask: Ask): Promise<Draft> {
  const blind = await judgeOnce('blind', input, input.figures, ask)
  const informed = await judgeOnce('informed', input, input.figures, ask)
  const isAccepted = ({ score }: Draft) => score >= ACCEPTED_MIN
  const turned =
    isAccepted(blind) === isAccepted(informed)
      ? null
      : `it gave ${blind.score} of 5 without the measurements and ${informed.score} with them`
  return {
    ...informed,
    score: lowest([blind.score, informed.score]),
    doubts: [...new Set([...blind.doubts, ...informed.doubts])],
    abstained: blind.abstained ?? informed.abstained ?? turned,
  }
}

async function againstAnchors(input: ReasoningInput, ask: Ask): Promise<Draft> {
  const { anchors } = input
  if (anchors.length === 0) {
    throw new PlumblineError('model-answer', 'There is nothing of known quality to compare the segment with.')
  }
  const results = []
  for (const anchor of anchors) results.push(await compared(anchor, ask))
  const said = results.map(({ anchor, result }) => `Compared with ${anchor.text}: ${result}.`)
  return {
    knowledgeRecall: input.rules.knowledgeRecall,
    visualFeatures: { statements: listOf(results.map(({ words }) => words)) },
    anatomicalInference: { statements: [] },
    clinicalSynthesis: { statements: listOf(said), strengths: [], weaknesses: [], subScores: {} },
    score: lowest(results.map(({ score }) => score)),
    doubts: [...new Set(results.flatMap(({ doubts }) => doubts))],
    inventedIds: [],
    abstained: null,
  }
}

type Comparison = 'better' | 'equal' | 'worse'

/** Asked in both orders: an answer that turns with the order is a tie (position bias). */
async function compared(anchor: Anchor, ask: Ask) {
  const { own, figure } = anchor
  const forth = await ask({ task: 'compare', figures: [own, figure] })
  const back = await ask({ task: 'compare', figures: [figure, own] })
  const result: Comparison =
    forth.better === 'first' && back.better === 'second'
      ? 'better'
      : forth.better === 'second' && back.better === 'first'
        ? 'worse'
        : 'equal'
  const scores: Record<Comparison, Score> = {
    better: 5,
    equal: anchor.scoreIfEqual,
    worse: anchor.scoreIfWorse,
  }
  return {
    anchor,
    result,
    score: scores[result],
    words: forth.first,
    doubts: [
      ...(result === 'equal' && anchor.isWorse ? [`it finds the segment no better than ${anchor.text}`] : []),
      ...textDoubts(forth),
      ...textDoubts(back),
    ],
  }
}
