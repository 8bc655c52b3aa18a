import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PlumblineError } from '../../src/errors.ts'
import { createIntake } from '../../src/intake/intake.ts'
import { createPoll, type PollerOptions } from '../../src/intake/poller.ts'
import { createMemoryPacs, type MemoryInstance, type MemoryPacs } from '../support/memory-pacs.ts'
import { createWorld, instance, RTSTRUCT_STORAGE, type World } from './fakes.ts'

const DAY_MS = 86_400_000
const RECENT = { name: 'recent', lookbackDays: 7 }
const signal = new AbortController().signal

function pollOf(world: World, changes: Partial<PollerOptions> = {}) {
  const problems: unknown[] = []
  const poll = createPoll({
    ...world,
    pageSize: 2,
    seriesMax: 100,
    concurrency: 3,
    onProblem: (_series, error) => void problems.push(error),
    ...changes,
  })
  return { poll, problems }
}

const found = (world: World) =>
  [...world.caseStore.all.values()].map(({ object }) => object.sopInstanceUid).toSorted()
const series = (n: number, changes: Partial<MemoryInstance> = {}) =>
  instance(`9.${n}`, { studyInstanceUid: `1.${n}`, seriesInstanceUid: `1.${n}.1`, ...changes })

describe('one poll', () => {
  test('registers SEG and RTSTRUCT of all pages and does not ask again for what it has seen', async () => {
    const world = createWorld()
    world.pacs.add(series(1), series(2), series(3), series(4), series(5))
    world.pacs.add(series(6, { modality: 'RTSTRUCT', sopClassUid: RTSTRUCT_STORAGE }))
    const { poll } = pollOf(world)
    expect(await poll(RECENT, signal)).toEqual({ seriesSeen: 6, seriesLookedInto: 6, problems: 0 })
    expect(found(world)).toEqual(['9.1', '9.2', '9.3', '9.4', '9.5', '9.6'])
    expect(await poll(RECENT, signal)).toEqual({ seriesSeen: 6, seriesLookedInto: 0, problems: 0 })
    expect(world.pacs.calls('listInstances')).toBe(6)
  })

  test('an archive that cuts pages shorter than asked loses nothing', async () => {
    const world = createWorld(createMemoryPacs({ pageMax: 2 }))
    world.pacs.add(...Array.from({ length: 9 }, (_, n) => series(n)))
    await pollOf(world, { pageSize: 5 }).poll(RECENT, signal)
    expect(found(world)).toHaveLength(9)
  })

  test('an archive that ignores offset does not hang the poll', async () => {
    const world = createWorld(createMemoryPacs({ honoursOffset: false }))
    world.pacs.add(series(1), series(2))
    await pollOf(world).poll(RECENT, signal)
    expect(found(world)).toEqual(['9.1', '9.2'])
  })

  test('a series that grew is looked into again', async () => {
    const world = createWorld()
    const { poll } = pollOf(world)
    world.pacs.add(series(1))
    await poll(RECENT, signal)
    world.pacs.add(instance('9.1.2', { studyInstanceUid: '1.1', seriesInstanceUid: '1.1.1' }))
    expect(await poll(RECENT, signal)).toMatchObject({ seriesLookedInto: 1 })
    expect(found(world)).toEqual(['9.1', '9.1.2'])
  })

  test('without an instance count a series is looked into at every poll', async () => {
    const world = createWorld(createMemoryPacs({ saysInstanceCount: false }))
    const { poll } = pollOf(world)
    world.pacs.add(series(1))
    await poll(RECENT, signal)
    world.pacs.add(instance('9.1.2', { studyInstanceUid: '1.1', seriesInstanceUid: '1.1.1' }))
    await poll(RECENT, signal)
    expect(found(world)).toEqual(['9.1', '9.1.2'])
  })

  test('more series than the limit: those within it are registered, then it says so', async () => {
    const world = createWorld()
    world.pacs.add(series(1), series(2), series(3))
    await expect(pollOf(world, { seriesMax: 2 }).poll(RECENT, signal)).rejects.toMatchObject({
      code: 'limit-exceeded',
    })
    expect(found(world)).toHaveLength(2)
    expect(await world.caseStore.getMark('poll:recent:completed')).toBeNull()
  })
})

describe('how far it looks back', () => {
  test('a fresh service takes the last days only', async () => {
    const world = createWorld() // 2026-03-10
    world.pacs.add(
      series(1, { studyDate: '20260303' }),
      series(2, { studyDate: '20260228' }),
      series(3, { studyDate: '' }),
    )
    await pollOf(world).poll(RECENT, signal)
    expect(found(world)).toEqual(['9.1'])
  })

  test('after being down it counts back from its last complete poll', async () => {
    const world = createWorld()
    const { poll } = pollOf(world)
    await poll(RECENT, signal)
    world.pacs.add(series(1, { studyDate: '20260305' }))
    world.clock.advance(30 * DAY_MS)
    await poll(RECENT, signal)
    expect(found(world)).toEqual(['9.1'])
  })

  test('the nightly scan sees farther and keeps its own watermark', async () => {
    const world = createWorld()
    const { poll } = pollOf(world)
    await poll(RECENT, signal)
    world.pacs.add(series(1, { studyDate: '20260120' }))
    await poll(RECENT, signal)
    expect(found(world)).toEqual([])
    await poll({ name: 'nightly', lookbackDays: 60 }, signal)
    expect(found(world)).toEqual(['9.1'])
  })
})

describe('failures', () => {
  test('a PACS that is down: the poll throws, the watermark stays, the next one catches up', async () => {
    const world = createWorld()
    const { poll } = pollOf(world)
    await poll(RECENT, signal)
    const before = await world.caseStore.getMark('poll:recent:completed')
    world.pacs.add(series(1))
    world.clock.advance(60_000)
    world.pacs.down()
    await expect(poll(RECENT, signal)).rejects.toMatchObject({ code: 'pacs-unreachable' })
    expect(await world.caseStore.getMark('poll:recent:completed')).toBe(before)
    world.pacs.up()
    await poll(RECENT, signal)
    expect(found(world)).toEqual(['9.1'])
    expect(await world.caseStore.getMark('poll:recent:completed')).not.toBe(before)
  })

  test('one series that fails for now keeps neither the others nor the watermark moving', async () => {
    const world = createWorld()
    world.pacs.add(series(1), series(2))
    world.pacs.failNext('listInstances')
    const { poll, problems } = pollOf(world)
    expect(await poll(RECENT, signal)).toMatchObject({ problems: 1 })
    expect(problems).toHaveLength(1)
    expect(found(world)).toHaveLength(1)
    expect(await world.caseStore.getMark('poll:recent:completed')).toBeNull()
    await poll(RECENT, signal)
    expect(found(world)).toEqual(['9.1', '9.2'])
  })

  test('one that fails for good is reported each time and does not hold the watermark', async () => {
    const world = createWorld()
    world.pacs.add(series(1))
    world.pacs.failNext('listInstances', new PlumblineError('pacs-refused', 'No.'))
    const { poll, problems } = pollOf(world)
    await poll(RECENT, signal)
    expect(problems).toHaveLength(1)
    expect(await world.caseStore.getMark('poll:recent:completed')).not.toBeNull()
  })

  test('stopped in the middle: no watermark', async () => {
    const world = createWorld()
    world.pacs.add(series(1))
    await expect(pollOf(world).poll(RECENT, AbortSignal.abort())).rejects.toThrow()
    expect(await world.caseStore.getMark('poll:recent:completed')).toBeNull()
  })
})

type Step =
  | { do: 'arrive'; series: number; rtstruct: boolean; ageDays: number }
  | { do: 'poll' }
  | { do: 'pass'; hours: number }
  | { do: 'fail'; method: 'findSegmentationSeries' | 'listInstances' | 'seriesMetadata'; nth: number }
  | { do: 'down' | 'up' | 'restart' }
  | { do: 'crash'; at: 'receive' | 'transition' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('arrive' as const),
      series: fc.nat(12),
      rtstruct: fc.boolean(),
      ageDays: fc.nat(6),
    }),
  },
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'poll' }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 400 }) }),
  },
  fc.record({
    do: fc.constant('fail' as const),
    method: fc.constantFrom(
      'findSegmentationSeries' as const,
      'listInstances' as const,
      'seriesMetadata' as const,
    ),
    nth: fc.integer({ min: 1, max: 4 }),
  }),
  fc.constantFrom<Step>({ do: 'down' }, { do: 'up' }, { do: 'restart' }),
  fc.record({
    do: fc.constant('crash' as const),
    at: fc.constantFrom('receive' as const, 'transition' as const),
  }),
)

/** Adds an instance; gives its UID when its study is within the lookback, '' when it came too late to a known series. */
function arrive(
  pacs: MemoryPacs,
  now: Date,
  n: number,
  { series: key, rtstruct, ageDays }: Extract<Step, { do: 'arrive' }>,
): string {
  const date = new Date(now.getTime() - ageDays * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')
  const kind = rtstruct ? 2 : 1
  const first = pacs.instances.find(({ seriesInstanceUid }) => seriesInstanceUid === `1.${key}.${kind}`)
  pacs.add(
    instance(`9.${n}`, {
      studyInstanceUid: `1.${key}`,
      seriesInstanceUid: `1.${key}.${kind}`,
      studyDate: first?.studyDate ?? date,
      ...(rtstruct ? { modality: 'RTSTRUCT', sopClassUid: RTSTRUCT_STORAGE } : {}),
    }),
  )
  const oldest = new Date(now.getTime() - 7 * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')
  return (first?.studyDate ?? date) >= oldest ? `9.${n}` : ''
}

test('whatever the order of arrivals, restarts and failures, each object is registered exactly once in the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      async (steps, pageMax, counts) => {
        const world = createWorld(createMemoryPacs({ pageMax, saysInstanceCount: counts }))
        let { poll } = pollOf(world)
        await poll(RECENT, signal) // the service is installed; from now on nothing may be missed
        const expected: string[] = []
        for (const [n, action] of steps.entries()) {
          if (action.do === 'arrive') expected.push(arrive(world.pacs, world.clock.now(), n, action))
          if (action.do === 'poll') await poll(RECENT, signal).catch(() => {})
          if (action.do === 'pass') world.clock.advance(action.hours * 3_600_000)
          if (action.do === 'fail') world.pacs.failNext(action.method, undefined, action.nth)
          if (action.do === 'down') world.pacs.down()
          if (action.do === 'up') world.pacs.up()
          if (action.do === 'crash') world.caseStore.crashAt(action.at)
          if (action.do === 'restart') poll = pollOf({ ...world, intake: restarted(world) }).poll
        }
        world.pacs.up()
        // Injected faults that are still pending use up a few polls.
        for (let n = 0; n < 60; n++) await poll(RECENT, signal).catch(() => {})
        const all = expected.filter((uid) => uid !== '')
        expect(found(world)).toEqual(expect.arrayContaining(all))
        expect(new Set(world.registered).size).toBe(world.registered.length)
        expect(world.caseStore.all.size).toBe(world.registered.length)
        expect([...world.caseStore.all.values()].every(({ state }) => state === 'queued')).toBe(true)
        const jobs = world.queue.sent.map(({ caseId }) => caseId)
        expect(jobs.toSorted()).toEqual([...world.caseStore.all.keys()].toSorted())
      },
    ),
    { numRuns: 150 },
  )
})

/** A new process: nothing but the store and the archive is left of the old one. */
function restarted(world: World) {
  return createIntake({
    ...world,
    policyDigest: 'sha256:one',
    version: '0.1.0',
    limits: { segmentationsPerStudyMax: 100, timeoutMs: 10_000, settleMs: 5_000 },
    onRegistered: ({ object }) => void world.registered.push(object.sopInstanceUid),
    onSkipped: () => {},
  })
}
