/**
 * A verdict made again: from the same inputs, under the same policy, settings, version and answers of models it must come
 * out the same, bit for bit. Where any of these is not the same, nothing is claimed, and the reason is said.
 */
import { canonicalJson } from './audit/canonical.ts'
import { judgementDigest, judgementOf } from './audit/judgement.ts'
import type { AuditEvent } from './domain/audit-event.ts'
import type { Case } from './domain/case.ts'
import type { JudgementInputs } from './domain/judgement-inputs.ts'
import { PlumblineError } from './errors.ts'
import { judge } from './pipeline.ts'
import type { CaseStore, Pipeline } from './ports.ts'
import { asRecorded, differencesOfInputs, recordInputs } from './recorded-inputs.ts'

export type Replayed =
  | { readonly kind: 'same' }
  /** `where`: places in the case that differ, as far as the case is kept as it was judged. */
  | { readonly kind: 'different'; readonly where: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string }

export interface ReplayParts {
  /** Of this installation as it is now. */
  readonly pipeline: Pipeline
  readonly settings: string
  readonly cases: Pick<CaseStore, 'get'>
  readonly inputsOf: (digest: string) => Promise<JudgementInputs | null>
  /** Answers of models that were asked for so far and are not kept. */
  readonly missedAnswers: () => number
  /** A case in the form in which it is kept. */
  readonly asKept: (judged: Case) => Case
}

type Judgement = Extract<AuditEvent, { kind: 'case-changed' }>

class Refused extends Error {}

/** Writes nothing anywhere. Throws only what is not about this case: the signal's reason, a database that fails. */
export async function replay(event: Judgement, parts: ReplayParts, signal: AbortSignal): Promise<Replayed> {
  try {
    return await replayed(event, parts, signal)
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', reason: error.message }
    if (!(error instanceof PlumblineError) || signal.aborted) throw error
    return { kind: 'refused', reason: `Its inputs cannot be had: ${error.message} ${error.nextStep}`.trim() }
  }
}

async function replayed(
  { caseId, judged }: Judgement,
  parts: ReplayParts,
  signal: AbortSignal,
): Promise<Replayed> {
  if (judged === null) throw new Refused('The event tells of no judgement.')
  const { provenance, basis, judgement } = judged
  if (basis === null) throw new Refused('What it was judged from was not recorded.')
  requireSamePolicy(provenance, basis.settings, parts)
  const before = await parts.inputsOf(basis.inputs)
  if (before === null)
    throw new Refused('The record of its inputs is gone, or is not the one that was noted.')
  const kept = await parts.cases.get(caseId)
  if (kept === null) throw new Refused('The case is not in the record any more.')

  const again = await judgeAgain(kept, before, parts, signal)
  if (judgementDigest(again) === judgement) return { kind: 'same' }
  const isAsJudged = judgementDigest(kept) === judgement
  return {
    kind: 'different',
    where: isAsJudged ? differingPlaces(judgementOf(kept), judgementOf(again)) : [],
  }
}

function requireSamePolicy(
  { version, policy, models }: Case['provenance'],
  settings: string,
  { pipeline, settings: present }: ReplayParts,
): void {
  if (version !== pipeline.version)
    throw new Refused(`It was judged by version ${version}; this is version ${pipeline.version}.`)
  if (policy !== pipeline.policyDigest)
    throw new Refused(
      `It was judged under policy ${policy}; the policy here (config, knowledge, prompts, models) is ${pipeline.policyDigest}.`,
    )
  const now = pipeline.reasoning?.models.models ?? []
  if (canonicalJson(models) !== canonicalJson(now)) throw new Refused('It was judged with other models.')
  if (settings !== present)
    throw new Refused(
      'It was judged under other settings: limits, figures, refinement or report of the config.',
    )
}

async function judgeAgain(
  kept: Case,
  before: JudgementInputs,
  { pipeline, missedAnswers, asKept }: ReplayParts,
  signal: AbortSignal,
): Promise<Case> {
  const { inputs, ...sources } = recordInputs(asRecorded(pipeline.pacs, before))
  const missedBefore = missedAnswers()
  const outcome = await judge(kept, { ...pipeline, ...sources, ...AT_ONCE }, signal)
  if (outcome.kind === 'wait') throw new Refused('Its images are not there any more.')
  const differences = differencesOfInputs(before, inputs())
  if (differences.length > 0) throw new Refused(`Its inputs are not the same: ${differences.join('; ')}.`)
  const missed = missedAnswers() - missedBefore
  if (missed > 0)
    throw new Refused(
      `${missed} answers of language models that it rests on are not kept (model.cacheDaysMax).`,
    )
  return asKept({ ...kept, ...outcome.judgement })
}

/** What was judged then was there then: nothing is waited for. */
const AT_ONCE: Pick<Pipeline, 'readiness' | 'onStage'> = {
  readiness: { deadlineMs: 0, retryMs: 0, stableMs: 0 },
  onStage: () => {},
}

const PLACES_MAX = 10

/** Paths alone: the values may hold labels. */
function differingPlaces(before: unknown, now: unknown, path = ''): string[] {
  if (canonicalJson(before ?? null) === canonicalJson(now ?? null)) return []
  if (!isTree(before) || !isTree(now)) return [path === '' ? 'everything' : path]
  const keys = new Set([...Object.keys(before), ...Object.keys(now)])
  return [...keys]
    .flatMap((key) => differingPlaces(before[key], now[key], path === '' ? key : `${path}.${key}`))
    .slice(0, PLACES_MAX)
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
