import type { Server } from 'node:http'
import { CASE_TRANSITIONS, type CaseState, type CaseTransition } from '../../src/domain/case-state.ts'
import { unjudged, type Case } from '../../src/domain/case.ts'
import { PlumblineError } from '../../src/errors.ts'
import { createIntake, type IntakeOptions, type SegmentationIntake } from '../../src/intake/intake.ts'
import type { CaseChanges, CaseStore, Clock, InstanceRef, JobQueue } from '../../src/ports.ts'
import { createMemoryPacs, type MemoryInstance, type MemoryPacs } from '../support/memory-pacs.ts'

export const SEG_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4'
export const LABELMAP_SEG_STORAGE = '1.2.840.10008.5.1.4.1.1.66.7'
export const RTSTRUCT_STORAGE = '1.2.840.10008.5.1.4.1.1.481.3'
export const CT_STORAGE = '1.2.840.10008.5.1.4.1.1.2'

export interface FakeClock extends Clock {
  advance(ms: number): void
}

export function fakeClock(at = '2026-03-10T12:00:00Z'): FakeClock {
  let now = Date.parse(at)
  return { now: () => new Date(now), advance: (ms) => void (now += ms) }
}

type Cases = Pick<
  CaseStore,
  'receive' | 'get' | 'transition' | 'stale' | 'waitingInStudy' | 'getMark' | 'setMark'
>
export interface FakeCaseStore extends Cases {
  readonly all: ReadonlyMap<string, Case>
  readonly transitions: readonly string[]
  /** Puts a case into a state without asking. */
  force(id: string, state: CaseState): void
  /** The next call of this method throws, as when the process is killed there. */
  crashAt(method: 'receive' | 'transition'): void
}

/** As much of a case store as intake uses; it outlives the "process" in tests of restarts. */
export function fakeCaseStore(clock: Clock): FakeCaseStore {
  const all = new Map<string, Case>()
  const marks = new Map<string, string>()
  const transitions: string[] = []
  const crashes = new Set<string>()
  const crash = (method: string) => {
    if (crashes.delete(method)) throw new Error(`killed at ${method}`)
  }
  const put = (changed: Case) => {
    all.set(changed.id, changed)
    return changed
  }
  return {
    all,
    transitions,
    force: (id, state) => {
      const known = all.get(id)
      if (known !== undefined) put({ ...known, state, updatedAt: clock.now().toISOString() })
    },
    crashAt: (method) => void crashes.add(method),
    async receive(newCase) {
      crash('receive')
      const known = all.get(newCase.id)
      if (known !== undefined) return { created: false, case: known }
      const at = clock.now().toISOString()
      const created: Case = {
        ...newCase,
        ...unjudged(),
        state: 'received',
        receivedAt: at,
        updatedAt: at,
      }
      return { created: true, case: put(created) }
    },
    async get(id) {
      return all.get(id) ?? null
    },
    async transition(id: string, name: CaseTransition, changes: CaseChanges = {}) {
      crash('transition')
      const known = all.get(id)
      const edge = CASE_TRANSITIONS.find((candidate) => candidate.name === name)
      if (known === undefined || edge === undefined || known.state !== edge.from) {
        throw new PlumblineError('illegal-transition', `The case is not in the state for ${name}.`)
      }
      transitions.push(name)
      return put({ ...known, ...changes, state: edge.to, updatedAt: clock.now().toISOString() })
    },
    async stale(states, unchangedSince, limit) {
      return [...all.values()]
        .filter(
          ({ state, updatedAt }) =>
            states.includes(state) && Date.parse(updatedAt) <= unchangedSince.getTime(),
        )
        .slice(0, limit)
    },
    async waitingInStudy(study) {
      return [...all.values()]
        .filter(({ studyInstanceUid, state }) => studyInstanceUid === study && state === 'waiting-for-images')
        .map(({ id }) => id)
    },
    async getMark(name) {
      return marks.get(name) ?? null
    },
    async setMark(name, value) {
      marks.set(name, value)
    },
  }
}

export interface FakeQueue extends Pick<JobQueue, 'enqueue'> {
  readonly sent: { caseId: string; notBefore: Date | null }[]
  failNext(): void
}

export function fakeQueue(): FakeQueue {
  const sent: FakeQueue['sent'] = []
  let failing = false
  return {
    sent,
    failNext: () => void (failing = true),
    async enqueue(caseId, options = {}) {
      if (failing) {
        failing = false
        throw new Error('killed at enqueue')
      }
      sent.push({ caseId, notBefore: options.notBefore ?? null })
    },
  }
}

export interface World {
  readonly pacs: MemoryPacs
  readonly clock: FakeClock
  readonly caseStore: FakeCaseStore
  readonly queue: FakeQueue
  readonly intake: SegmentationIntake
  readonly skipped: string[]
  readonly registered: string[]
}

/** Intake on fakes. */
export function createWorld(
  pacs: MemoryPacs = createMemoryPacs(),
  limits: Partial<IntakeOptions['limits']> = {},
): World {
  const clock = fakeClock()
  const caseStore = fakeCaseStore(clock)
  const queue = fakeQueue()
  const skipped: string[] = []
  const registered: string[] = []
  const intake = createIntake({
    pacs,
    caseStore,
    queue,
    clock,
    policyDigest: 'sha256:one',
    version: '0.1.0',
    limits: { segmentationsPerStudyMax: 100, timeoutMs: 10_000, settleMs: 5_000, ...limits },
    onRegistered: ({ object }) => void registered.push(object.sopInstanceUid),
    onSkipped: (_ref: InstanceRef, why) => void skipped.push(why),
  })
  return { pacs, clock, caseStore, queue, intake, skipped, registered }
}

/** Listens on a free port of loopback; gives its origin. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}

export function instance(sopInstanceUid: string, changes: Partial<MemoryInstance> = {}): MemoryInstance {
  return {
    studyInstanceUid: '1.1',
    seriesInstanceUid: '1.1.1',
    sopInstanceUid,
    sopClassUid: SEG_STORAGE,
    modality: 'SEG',
    studyDate: '20260310',
    ...changes,
  }
}
