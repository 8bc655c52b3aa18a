/** `plumbline bench report-eval`: the evaluator of reports over a file of pairs. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { openJudge } from '../../judge-adapters.ts'
import { INSTALLATION_URL, type Config } from '../../config.ts'
import { PlumblineError } from '../../errors.ts'
import { parseJsonLines } from '../../json-lines.ts'
import { evaluateByModel, type Passes, type ReportPair } from '../../reasoner/report-eval/by-model.ts'
import { evaluateByRules } from '../../reasoner/report-eval/compare.ts'
import { balanceOf, type JudgedPair } from '../../reasoner/report-eval/discrimination.ts'
import { CATEGORIES, type Evaluation } from '../../reasoner/report-eval/evaluation.ts'
import { crimson, green } from '../../reasoner/report-eval/scores.ts'
import { ReportTerms } from '../../reasoner/report-eval/terms.ts'
import { balanceTable } from './table.ts'

/** One line of the file. `label` says whether what was changed matters. */
const Pair = z.strictObject({
  id: z.string(),
  reference: z.string(),
  candidate: z.string(),
  label: z.enum(['significant', 'harmless']),
  category: z.enum(CATEGORIES).nullable().default(null),
})

export interface ReportEvalOptions {
  readonly config: Config
  readonly pairs: string
  /** `rules`: without a language model. */
  readonly passes: Passes | 'rules'
  readonly json: boolean
}

/** Returns what to print. Throws PlumblineError: 'bad-request' for a file that is none of pairs, 'bad-config' without a model. */
export async function benchReportEval(options: ReportEvalOptions, signal: AbortSignal): Promise<string> {
  const pairs = readPairs(options.pairs)
  const evaluate = evaluatorOf(options, signal)
  const rows = []
  for (const pair of pairs) rows.push({ ...pair, evaluation: await evaluate(pair) })
  if (options.json) {
    const lines = rows.map(({ id, label, category, evaluation }) => ({
      id,
      label,
      category,
      ...(evaluation === null
        ? { evaluation }
        : { ...evaluation, green: green(evaluation), crimson: crimson(evaluation) }),
    }))
    return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  }
  return balanceTable(options.passes, balanceOf(rows satisfies JudgedPair[]), rows)
}

function evaluatorOf(
  { config, passes }: ReportEvalOptions,
  signal: AbortSignal,
): (pair: ReportPair) => Promise<Evaluation | null> {
  if (passes === 'rules') {
    const file = new URL('config/report-eval/terms.yaml', INSTALLATION_URL)
    const terms = ReportTerms.parse(parse(readFileSync(file, 'utf8')))
    return async ({ reference, candidate }) => evaluateByRules(reference, candidate, terms)
  }
  const { reasoning } = openJudge(config)
  if (reasoning === null) {
    throw new PlumblineError('bad-config', 'No language model is configured to evaluate the reports.', {
      nextStep: 'Set model in the config, or use --passes rules.',
    })
  }
  const [model] = reasoning.models.forCase({ caseId: 'bench', identifying: [] })
  const parts = { model, prompts: reasoning.prompts }
  return async (pair) => {
    try {
      return await evaluateByModel(pair, passes, parts, signal)
    } catch (error) {
      if (signal.aborted || !(error instanceof PlumblineError)) throw error
      return null
    }
  }
}

function readPairs(path: string): z.infer<typeof Pair>[] {
  return parseJsonLines(readFileSync(path, 'utf8'), Pair, (line) => {
    return new PlumblineError('bad-request', `Line ${line} of the pairs is no pair of reports.`, {
      nextStep: 'Each line is {"id","reference","candidate","label":"significant"|"harmless","category"?}.',
    })
  })
}
