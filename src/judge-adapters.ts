/** Config to what judging needs, without a service: threads, knowledge, templates, a client of the PACS, language models. */
import { fileURLToPath } from 'node:url'
import { loadFusionCalibration, loadTargetCalibration } from './calibration-files.ts'
import { createCompute, type ComputePool } from './compute/pool.ts'
import { type Config, INSTALLATION_URL, type ModelPolicy, policyDigest } from './config.ts'
import { createProposalWriter } from './dicom/refined-seg.ts'
import { createReportWriter } from './dicom/sr.ts'
import { loadTemplates } from './dicom/sr-templates.ts'
import { createDicomWebPacs } from './dicomweb/client.ts'
import type { Knowledge } from './domain/knowledge.ts'
import { PRODUCT_NAME } from './domain/product.ts'
import { PlumblineError } from './errors.ts'
import { createMemorySpending } from './inference/budget.ts'
import { createLanguageModels, type LanguageModelDeps } from './inference/language-models.ts'
import { loadKnowledge } from './knowledge.ts'
import { createLogger, type Logger } from './log.ts'
import type { Clock, ModelReasoning, Pacs, Pipeline, Sql } from './ports.ts'
import { loadPrompts, promptsDigest } from './prompts.ts'
import { ownTexts } from './reasoner/language-model/context.ts'
import { createAuditTrail } from './store/audit-log.ts'
import { createModelAnswers, keptAnswersOnly } from './store/model-answers.ts'
import { createModelSpending } from './store/model-spending.ts'
import { openReconstructionFiles, promptableFile } from './trained-models.ts'
import { VERSION } from './version.ts'

export const systemClock: Clock = { now: () => new Date() }
/** Path of a file that ships with the program. */
export const installed = (path: string) => fileURLToPath(new URL(path, INSTALLATION_URL))

/** What judging needs apart from a PACS and a record of cases: threads, report templates, knowledge, policy. */
export type Judge = Omit<Pipeline, 'pacs' | 'localNorms' | 'readiness' | 'onStage' | 'compute'> & {
  readonly compute: ComputePool
}

/** `parts`: what language models need besides the config; without it nothing of theirs is kept or counted. */
export function openJudge(config: Config, parts: Partial<ModelParts> = {}): Judge {
  const knowledge = loadKnowledge(config.knowledgeDir ?? installed('config/knowledge'))
  const reasoning = openReasoning(config, knowledge, parts)
  const { policy, limits, compute, report, figures } = config
  const target = loadTargetCalibration(
    config.targetCalibration ?? installed('config/calibration/target.json'),
  )
  const fusion = policy.calibration == null ? null : loadFusionCalibration(policy.calibration)
  // A calibration that holds nothing decides nothing, and is no other policy.
  const calibrations = [
    ...(target.content.entries.length > 0 ? [target.digest] : []),
    ...(fusion === null ? [] : [fusion.digest]),
  ]
  const models = reasoning === null ? null : modelPolicy(reasoning)
  const templates = loadTemplates(installed('dicom-templates'))
  return {
    knowledge,
    policy,
    reasoning,
    policyDigest: policyDigest(policy, knowledge, { models, calibrations }),
    ...(fusion !== null && { fusion: fusion.content }),
    version: VERSION,
    site: report.site,
    seriesInstancesMax: limits.seriesInstancesMax,
    secondObjectsMax: limits.secondObjectsMax,
    errorMaskRunsMax: limits.errorMaskRunsMax,
    figures,
    refinement: config.refinement,
    proposals: createProposalWriter({ dictionary: templates.dictionary, version: VERSION }),
    clock: systemClock,
    compute: createCompute({
      ...compute,
      thread: {
        knowledge,
        policy,
        limits,
        targetCalibration: target.content,
        reconstructions: openReconstructionFiles(),
        promptable: promptableFile(config),
      },
    }),
    reports: createReportWriter({
      templates,
      device: {
        name: PRODUCT_NAME,
        manufacturer: PRODUCT_NAME,
        model: PRODUCT_NAME,
        serial: '1',
        softwareVersion: VERSION,
        institution: report.institution,
      },
      sopClass: report.sopClass,
      text: report.text,
    }),
  }
}

export interface ModelParts extends Pick<LanguageModelDeps, 'log' | 'onCall'> {
  /** Null without a record of cases: nothing is kept, and the day's budget is this process's. */
  readonly sql: Sql | null
  /** Hears of every answer that is not kept: nobody is asked for one then, and nothing is written. */
  readonly onMissed?: () => void
}

/** The configured language models and how they are asked; null when there are none. */
function openReasoning(
  config: Config,
  knowledge: Knowledge,
  { sql = null, log = openLog(config), onCall = () => {}, onMissed }: Partial<ModelParts>,
): ModelReasoning | null {
  const { model, reasoning: settings } = config
  if (model === null) return null
  const prompts = loadPrompts(new URL('config/prompts/', INSTALLATION_URL))
  const kept = sql === null || model.cacheBytesMax === 0 ? null : createModelAnswers(sql, systemClock, model)
  const models = createLanguageModels(model, {
    log,
    onCall,
    ...(sql !== null && onMissed === undefined && { audit: createAuditTrail(sql, systemClock) }),
    ownTexts: ownTexts(prompts, knowledge),
    clock: systemClock,
    spending: sql === null ? createMemorySpending() : createModelSpending(sql),
    answers: onMissed === undefined ? kept : keptAnswersOnly(kept, onMissed),
  })
  return { models, prompts, settings }
}

function modelPolicy({ models, prompts, settings }: ModelReasoning): ModelPolicy {
  return { models: models.models, settings, prompts: promptsDigest(prompts) }
}

/** Client of the PACS that `url` or the config names. */
export function openRemotePacs(config: Config, url?: string): Pacs {
  const root = url ?? config.pacs?.url
  if (root !== undefined) return createDicomWebPacs({ ...config.pacsClient, ...config.pacs, baseUrl: root })
  throw new PlumblineError('bad-config', 'No PACS is known to look for this study in.', {
    nextStep: 'Give --pacs URL, set PLUMBLINE_PACS_URL, or name a folder of DICOM files instead of a UID.',
  })
}

/** A log for this process: lines for people at a terminal, JSON else. */
export function openLog(config: Config): Logger {
  return createLogger({ level: config.log.level, pretty: process.stderr.isTTY })
}
