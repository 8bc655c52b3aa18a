import { expect, test } from 'vitest'
import type { CaseState } from '../../src/domain/case-state.ts'
import { caseIdOf } from '../../src/intake/case-id.ts'
import { createSweeper } from '../../src/intake/sweeper.ts'
import { createWorld, instance, type World } from './fakes.ts'

const MINUTE_MS = 60_000
const ID = caseIdOf('9.1', 'sha256:one')
const signal = new AbortController().signal

function sweeperOf(world: World, owing: readonly string[] = []) {
  const problems: unknown[] = []
  const sweep = createSweeper({
    ...world,
    owing: async () => owing,
    staleAfterMs: 2 * MINUTE_MS,
    waitingMaxMs: 60 * MINUTE_MS,
    batchMax: 10,
    onSwept: () => {},
    onProblem: (_id, error) => void problems.push(error),
  })
  return { sweep, problems }
}

test.each<[CaseState, number, CaseState, number]>([
  ['received', 3, 'queued', 1],
  ['queued', 3, 'queued', 1],
  ['running', 3, 'running', 1],
  ['publishing', 3, 'publishing', 1],
  ['waiting-for-images', 3, 'waiting-for-images', 0],
  ['waiting-for-images', 61, 'queued', 1],
  ['done', 1000, 'done', 0],
  ['failed', 1000, 'failed', 0],
  ['queued', 1, 'queued', 0],
])('%s and unchanged for %d minutes: %s, %d job', async (state, minutes, after, jobs) => {
  const world = createWorld()
  await world.intake.register(instance('9.1'))
  world.caseStore.force(ID, state)
  const sentBefore = world.queue.sent.length
  world.clock.advance(minutes * MINUTE_MS)
  expect(await sweeperOf(world).sweep(signal)).toBe(jobs)
  expect(world.caseStore.all.get(ID)?.state).toBe(after)
  expect(world.queue.sent.length - sentBefore).toBe(jobs)
})

test('killed between the transition and the job: the sweep sends it', async () => {
  const world = createWorld()
  world.queue.failNext()
  await expect(world.intake.register(instance('9.1'))).rejects.toThrow('killed at enqueue')
  expect(world.caseStore.all.get(ID)?.state).toBe('queued')
  world.clock.advance(3 * MINUTE_MS)
  await sweeperOf(world).sweep(signal)
  expect(world.queue.sent).toEqual([{ caseId: ID, notBefore: null }])
})

test('one case that cannot be queued does not keep the others', async () => {
  const world = createWorld()
  await world.intake.register(instance('9.1'))
  await world.intake.register(instance('9.2'))
  world.clock.advance(3 * MINUTE_MS)
  world.queue.failNext()
  const { sweep, problems } = sweeperOf(world)
  expect(await sweep(signal)).toBe(1)
  expect(problems).toHaveLength(1)
})

test('a case that has ended and owes a signed report gets a job and keeps its state', async () => {
  const world = createWorld()
  await world.intake.register(instance('9.1'))
  world.caseStore.force(ID, 'done')
  const sentBefore = world.queue.sent.length
  expect(await sweeperOf(world, [ID]).sweep(signal)).toBe(1)
  expect(world.queue.sent.slice(sentBefore).length).toBe(1)
  expect((await world.caseStore.get(ID))?.state).toBe('done')
})
