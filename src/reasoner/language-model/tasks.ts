/** What is asked in one request: the sections of its prompt in order, its pictures, the shape of its answer. */
import type { DrawnFigure } from '../../domain/figure.ts'
import type { z } from 'zod'
import type { ModelPart, ModelRequest } from '../../domain/language-model.ts'
import { CompareAnswer, JudgeAnswer, LabelAnswer, ListAnswer, strictSchema } from './answers.ts'
import { evidenceText, figuresText, imagingText, questionsText, targetText } from './context.ts'
import type { ReasoningInput } from './input.ts'
import { fill, type Prompts, type TemplateName } from './prompts.ts'

interface Task<Answer> {
  /** Templates of the user's message; the role is the system message. */
  readonly sections: readonly TemplateName[]
  readonly answer: z.ZodType<Answer>
}

/** Recall comes before the pictures' turn in every one of them: `stages` says so, and keys of an answer keep that order. */
export const TASKS = {
  single: {
    sections: ['context', 'rubric', 'harmless', 'stages', 'single', 'evidence-blind', 'answer'],
    answer: JudgeAnswer,
  },
  blind: {
    sections: ['context', 'rubric', 'harmless', 'stages', 'evidence-blind', 'answer'],
    answer: JudgeAnswer,
  },
  informed: {
    sections: ['context', 'rubric', 'harmless', 'stages', 'evidence-informed', 'answer'],
    answer: JudgeAnswer,
  },
  list: { sections: ['context', 'list-discrepancies', 'answer'], answer: ListAnswer },
  label: {
    sections: ['context', 'harmless', 'evidence-informed', 'label-discrepancies', 'answer'],
    answer: LabelAnswer,
  },
  compare: { sections: ['context', 'harmless', 'compare', 'answer'], answer: CompareAnswer },
} as const satisfies Record<string, Task<unknown>>
export type TaskName = keyof typeof TASKS

export interface Question {
  readonly task: TaskName
  readonly figures: readonly DrawnFigure[]
  /** Text of the first pass for the second. */
  readonly discrepancies?: string
}

/** How the model is run; the same for every question of one member of an ensemble. */
export interface Sampling {
  readonly temperature: number
  readonly seed: number
  readonly outputTokensMax: number
}

/** The whole request. Pure: same input, same bytes. */
export function requestOf(
  question: Question,
  input: ReasoningInput,
  prompts: Prompts,
  sampling: Sampling,
): ModelRequest {
  const { task, figures } = question
  const { sections, answer } = TASKS[task]
  const values = placeValues(question, input, prompts)
  const text = sections
    .map((name) => fill(prompts.templates[name], placesIn(prompts.templates[name], values)))
    .join('\n\n')
  return {
    purpose: `reasoner ${task}`,
    system: fill(prompts.templates.role),
    parts: [{ kind: 'text', text }, ...figures.flatMap(pictureParts)],
    schema: { name: `hcr_${task}`, json: strictSchema(answer) },
    ...sampling,
  }
}

function placeValues(
  { figures, discrepancies }: Question,
  input: ReasoningInput,
  { questions }: Prompts,
): Record<string, () => string> {
  return {
    target: () => targetText(input),
    imaging: () => imagingText(input),
    figures: () => figuresText(figures),
    questions: () => questionsText(input.structure, questions),
    evidence: () => evidenceText(input),
    discrepancies: () => discrepancies ?? '',
  }
}

function placesIn(template: string, values: Record<string, () => string>): Record<string, string> {
  const wanted = Object.entries(values).filter(([place]) => template.includes(`{{${place}}}`))
  return Object.fromEntries(wanted.map(([place, value]) => [place, value()]))
}

/** Each picture follows its number, so that a panel can be named. */
function pictureParts({ figure, png }: DrawnFigure, index: number): ModelPart[] {
  return [
    { kind: 'text', text: `Picture ${index + 1}` },
    { kind: 'image', png, text: figure.text },
  ]
}
