/**
 * A record of cases and an audit log in PGlite, a PACS in memory, small phantoms: judged by the real worker, and made again.
 * The clock stands still; threads are this one.
 */
import { NO_REFINEMENT } from './refinement.ts'
import { AuditEvent } from '../../src/domain/audit-event.ts'
import type { Case } from '../../src/domain/case.ts'
import { loadConfig } from '../../src/config.ts'
import type { LocalNorm } from '../../src/domain/local-norm.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import type { CaseStore, ModelReasoning, Pacs, Pipeline, StoreItem } from '../../src/ports.ts'
import { replay, type Replayed, type ReplayParts } from '../../src/replay.ts'
import { lastJudgements, readAudit } from '../../src/store/audit-log.ts'
import { asKept } from '../../src/store/case-rows.ts'
import { createCaseStore } from '../../src/store/case-store.ts'
import { readInputs } from '../../src/store/judgement-inputs.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPglite, type Pglite } from '../../src/store/pglite.ts'
import { createCaseWorker } from '../../src/worker.ts'
import { filesOf, inThisThread, jsonOf, type Scene } from './in-process.ts'
import { createMemoryPacs, type MemoryPacs } from './memory-pacs.ts'

const CONFIG = loadConfig(null, {})
const KNOWLEDGE = loadKnowledge(new URL('../../config/knowledge/', import.meta.url))
export const SETTINGS = 'cd'.repeat(32)
const NOW = '2026-03-01T12:00:00.000Z'
const STUDY = '2.25.20260301'
const never = new AbortController().signal

export interface Files {
  readonly images: readonly StoreItem[]
  readonly object: StoreItem
}

export interface ReplayWorld {
  readonly database: Pglite
  /** What the PACS holds of the study of this case. */
  pacsOf(id: string): MemoryPacs
  readonly cases: CaseStore
  readonly pipeline: Pipeline
  /** Adds the scene, or these files, to the PACS as a study of its own and takes its case to its end. */
  judge(id: string, scene: Scene | Files): Promise<Case>
  /** The last judgement of the case made again, with what is different now. */
  replay(id: string, changes?: Partial<ReplayParts>): Promise<Replayed>
  events(): Promise<AuditEvent[]>
  close(): Promise<void>
}

export async function openReplayWorld(options: {
  reasoning?: ModelReasoning | null
  norms?: () => LocalNorm[]
  blankPictures?: boolean
}): Promise<ReplayWorld> {
  const database = await openPglite({ dataDir: null })
  await migrate(database.sql)
  const studies = new Map<string, MemoryPacs>()
  const pacs = pacsOfStudies(studies)
  const cases = createCaseStore(database.sql, { now: () => new Date(NOW) })
  const pipeline: Pipeline = {
    pacs,
    compute: inThisThread(options.blankPictures ?? true),
    reports: { verdictReports: () => [] },
    clock: { now: () => new Date(NOW) },
    knowledge: KNOWLEDGE,
    policy: CONFIG.policy,
    reasoning: options.reasoning ?? null,
    policyDigest: `sha256:${'ab'.repeat(32)}`,
    version: '0.1.0',
    seriesInstancesMax: 100,
    secondObjectsMax: 3,
    errorMaskRunsMax: 100_000,
    figures: { segments: 'not-accepted', segmentsMax: 3, sheetBytesMax: 500_000 },
    localNorms: async () => options.norms?.() ?? [],
    ...NO_REFINEMENT,
    readiness: { deadlineMs: 0, retryMs: 0, stableMs: 0 },
    onStage: () => {},
  }
  let failure: unknown = null
  const run = createCaseWorker({
    pipeline,
    cases,
    settings: SETTINGS,
    followUp: async () => {},
    onOutcome: ({ error }) => {
      failure = error
    },
  })
  const parts: ReplayParts = {
    pipeline: { ...pipeline, localNorms: async () => [] },
    settings: SETTINGS,
    cases,
    inputsOf: (digest) => readInputs(database.sql, digest),
    missedAnswers: () => 0,
    asKept,
  }
  return {
    database,
    pacsOf: (id) => studyOf(studies, `${STUDY}.${id}`),
    cases,
    pipeline,
    async judge(id, scene) {
      const { object, modality } = addScene(studies, id, scene)
      const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, sopClassUid } = object
      const nobody = { manufacturer: '', algorithm: '', version: '' }
      await cases.receive({
        id,
        studyInstanceUid,
        object: { modality, sopClassUid, sopInstanceUid, seriesInstanceUid, label: '', producer: nobody },
        provenance: { version: '0.1.0', policy: pipeline.policyDigest, models: [] },
      })
      await run({ caseId: id, attempt: 1, lastAttempt: true, signal: never })
      const judged = await cases.get(id)
      if (judged?.state !== 'done') throw new Error(`the case is ${judged?.state}`, { cause: failure })
      return judged
    },
    async replay(caseId, changes = {}) {
      const [event] = await lastJudgements(database.sql, { caseId, last: 1 })
      if (event === undefined) throw new Error('the case was not judged')
      return replay(event, { ...parts, ...changes }, never)
    },
    async events() {
      const found = []
      for await (const { body } of readAudit(database.sql)) found.push(AuditEvent.parse(JSON.parse(body)))
      return found
    },
    close: () => database.close(),
  }
}

/** All UIDs of a scene but that of its study are the same in all scenes: each study is an archive of its own. */
function addScene(studies: Map<string, MemoryPacs>, id: string, scene: Scene | Files) {
  const { images, object } = 'images' in scene ? scene : filesOf(scene)
  const modality = 'kind' in scene ? (scene.kind ?? 'SEG') : 'SEG'
  const studyInstanceUid = `${STUDY}.${id}`
  const pacs = createMemoryPacs()
  studies.set(studyInstanceUid, pacs)
  const add = (item: StoreItem, of: string) =>
    pacs.add({ ...item, studyInstanceUid, modality: of, studyDate: '20260301', metadata: jsonOf(item) })
  for (const item of images) add(item, 'CT')
  add(object, modality)
  return { object: { ...object, studyInstanceUid }, modality } as const
}

function studyOf(studies: ReadonlyMap<string, MemoryPacs>, studyInstanceUid: string): MemoryPacs {
  const found = studies.get(studyInstanceUid)
  if (found === undefined) throw new Error('there is no such study')
  return found
}

function pacsOfStudies(studies: ReadonlyMap<string, MemoryPacs>): Pacs {
  const of = (study: string) => studyOf(studies, study)
  return {
    findSegmentationSeries: async () => [],
    listSeries: (study, signal) => of(study).listSeries(study, signal),
    listInstances: (study, series, signal) => of(study).listInstances(study, series, signal),
    seriesMetadata: (study, series, signal) => of(study).seriesMetadata(study, series, signal),
    retrieveInstance: (ref, signal) => of(ref.studyInstanceUid).retrieveInstance(ref, signal),
    retrieveSeries: (study, series, signal) => of(study).retrieveSeries(study, series, signal),
    store: async () => [],
    holds: (ref, signal) => of(ref.studyInstanceUid).holds(ref, signal),
  }
}
