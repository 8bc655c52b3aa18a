/** CaseStore in memory, as strict as the real one: named transitions only, copies in and out, opaque cursors. */
import { CASE_TRANSITIONS, type CaseTransition } from '../../src/domain/case-state.ts'
import { unjudged, type Case } from '../../src/domain/case.ts'
import type { SegmentPrompts } from '../../src/domain/correction.ts'
import type { SegmentErrors } from '../../src/domain/error-mask.ts'
import { summarize } from '../../src/domain/study-summary.ts'
import type { DrawnFigure } from '../../src/domain/figure.ts'
import { PlumblineError } from '../../src/errors.ts'
import type { CaseChanges, CaseEvent, CaseFilter, CaseStore, Clock, StoreItem } from '../../src/ports.ts'

interface Row {
  readonly order: number
  current: Case
  outbox: readonly StoreItem[]
  errorMasks: readonly SegmentErrors[]
  figures: readonly DrawnFigure[]
  prompts: readonly SegmentPrompts[]
}

/** `clock` dates what happens; every store made by this is empty. */
export function createMemoryCaseStore(clock: Clock = { now: () => new Date() }): CaseStore {
  const rows = new Map<string, Row>()
  const marks = new Map<string, string>()
  const events: CaseEvent[] = []
  const now = () => clock.now().toISOString()

  function record(subject: Case, transition: CaseEvent['transition']): void {
    const { id: caseId, state, updatedAt: at } = subject
    events.push({ sequence: events.length + 1, caseId, transition, state, at })
  }

  function rowOf(id: string): Row {
    const row = rows.get(id)
    if (row === undefined) throw new PlumblineError('not-found', 'There is no case with this id.')
    return row
  }

  function move(id: string, name: CaseTransition, changes: CaseChanges = {}): Row {
    const row = rowOf(id)
    const edge = CASE_TRANSITIONS.find((each) => each.name === name)
    if (edge === undefined || edge.from !== row.current.state) {
      throw new PlumblineError(
        'illegal-transition',
        `The case is ${row.current.state}; ${name} is not possible then.`,
      )
    }
    row.current = { ...row.current, ...structuredClone(changes), state: edge.to, updatedAt: now() }
    record(row.current, name)
    return row
  }

  return {
    async receive(newCase) {
      const known = rows.get(newCase.id)
      if (known !== undefined) return { created: false, case: structuredClone(known.current) }
      const at = now()
      const current: Case = {
        ...structuredClone(newCase),
        state: 'received',
        ...unjudged(),
        receivedAt: at,
        updatedAt: at,
      }
      rows.set(newCase.id, {
        order: rows.size + 1,
        current,
        outbox: [],
        errorMasks: [],
        figures: [],
        prompts: [],
      })
      record(current, 'receive')
      return { created: true, case: structuredClone(current) }
    },
    async get(id) {
      const row = rows.get(id)
      return row === undefined ? null : structuredClone(row.current)
    },
    async list(filter) {
      const before = filter.cursor === undefined ? Infinity : orderOf(filter.cursor)
      const matching = [...rows.values()]
        .filter(({ order, current }) => order < before && matches(current, filter))
        .toSorted((a, b) => b.order - a.order)
      const page = matching.slice(0, filter.limit)
      const last = page.at(-1)
      return {
        cases: page.map(({ current }) => structuredClone(current)),
        nextCursor: last === undefined || matching.length <= filter.limit ? null : cursorOf(last.order),
      }
    },
    async summaries(studyInstanceUids) {
      return [...new Set(studyInstanceUids)].flatMap((uid) => {
        const newest = new Map<string, Case>()
        for (const { current } of rows.values())
          if (current.studyInstanceUid === uid) newest.set(current.object.sopInstanceUid, current)
        const counted = [...newest.values()].map(({ state, verdict }) => ({ state, verdict, count: 1 }))
        return counted.length === 0 ? [] : [summarize(uid, counted)]
      })
    },
    async transition(id, name, changes) {
      return structuredClone(move(id, name, changes).current)
    },
    async judged(id, changes, { outbox, errorMasks = [], figures = [], prompts = [] }) {
      const row = move(id, 'judge', changes)
      row.errorMasks = structuredClone(errorMasks)
      row.figures = structuredClone(figures)
      row.prompts = structuredClone(prompts)
      row.outbox = structuredClone(outbox)
      return structuredClone(row.current)
    },
    async errorMask(id, segmentNumber) {
      const found = rows.get(id)?.errorMasks.find((mask) => mask.segmentNumber === segmentNumber)
      return structuredClone(found) ?? null
    },
    async figure(id, name) {
      return structuredClone(rows.get(id)?.figures.find(({ figure }) => figure.name === name)?.png) ?? null
    },
    async prompts(id, segmentNumber) {
      const found = rows.get(id)?.prompts.find((of) => of.segmentNumber === segmentNumber)
      return structuredClone(found) ?? null
    },
    async outbox(id) {
      return structuredClone([...rowOf(id).outbox])
    },
    async published(id) {
      const row = move(id, 'publish')
      row.outbox = []
      return structuredClone(row.current)
    },
    async stale(states, unchangedSince, limit) {
      return [...rows.values()]
        .map(({ current }) => current)
        .filter(({ state, updatedAt }) => states.includes(state) && new Date(updatedAt) <= unchangedSince)
        .toSorted((a, b) => a.updatedAt.localeCompare(b.updatedAt))
        .slice(0, limit)
        .map((current) => structuredClone(current))
    },
    async holding(studyInstanceUid, series) {
      const isIn = (uid: string) => series === null || uid === series
      return [...rows.values()]
        .filter(({ current }) => current.studyInstanceUid === studyInstanceUid)
        .filter(({ current: { object, reports } }) =>
          [object, ...reports].some(({ seriesInstanceUid }) => isIn(seriesInstanceUid)),
        )
        .map(({ current }) => current.id)
    },

    async waitingInStudy(studyInstanceUid) {
      return [...rows.values()]
        .filter(
          ({ current }) =>
            current.state === 'waiting-for-images' && current.studyInstanceUid === studyInstanceUid,
        )
        .map(({ current }) => current.id)
    },
    /** Has learned nothing yet. */
    async localNorms() {
      return []
    },
    async getMark(name) {
      return marks.get(name) ?? null
    },
    async setMark(name, value) {
      marks.set(name, value)
    },
    async eventsSince(sequence, limit) {
      return structuredClone(events.filter((event) => event.sequence > sequence).slice(0, limit))
    },
    async lastSequence() {
      return events.length
    },
  }
}

function matches(subject: Case, filter: CaseFilter): boolean {
  return (
    (filter.studyInstanceUid === undefined || subject.studyInstanceUid === filter.studyInstanceUid) &&
    (filter.state === undefined || subject.state === filter.state) &&
    (filter.verdict === undefined || subject.verdict === filter.verdict)
  )
}

function cursorOf(order: number): string {
  return Buffer.from(`order:${order}`).toString('base64url')
}

function orderOf(cursor: string): number {
  const order = /^order:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]
  if (order === undefined) throw new PlumblineError('bad-request', 'The cursor is not one of this list.')
  return Number(order)
}
