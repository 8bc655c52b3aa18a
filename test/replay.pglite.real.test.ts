import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyChain } from '../src/audit/verify.ts'
import type { LocalNorm } from '../src/domain/local-norm.ts'
import { readAudit } from '../src/store/audit-log.ts'
import { MASKS } from './support/in-process.ts'
import { openReplayWorld, type ReplayWorld } from './support/replay-world.ts'

/** PGlite makes its cluster on first opening: seconds, more on a busy machine. */
const SLOW_START_MS = 60_000
const NORM: LocalNorm = {
  structure: 'liver',
  side: null,
  evidence: 'volume',
  unit: 'cm3',
  count: 31,
  median: 90,
  mad: 1,
}

let world: ReplayWorld
let norms: LocalNorm[] = []
beforeAll(async () => {
  world = await openReplayWorld({ norms: () => norms })
  await world.judge('1', {})
  await world.judge('2', { mask: MASKS.cut })
  await world.judge('3', { kind: 'RTSTRUCT' })
}, SLOW_START_MS)
afterAll(() => world.close())

function held(id: string, of: 'CT' | 'SEG') {
  const found = world.pacsOf(id).instances.find(({ modality }) => modality === of)
  if (found?.bytes === undefined) throw new Error(`the study has no ${of}`)
  return { ...found, bytes: found.bytes }
}

test.each(['1', '2', '3'])('verdict %s comes out the same, bit for bit', async (id) => {
  expect(await world.replay(id)).toEqual({ kind: 'same' })
})

test('what the study and the site have gained since then does not matter', async () => {
  norms = [NORM]
  const judged = await world.judge('4', {})
  expect(JSON.stringify(judged.segments)).toContain('outside-local-norm')
  norms = []
  const object = held('4', 'SEG')
  world.pacsOf('4').add({ ...object, seriesInstanceUid: '2.25.99', sopInstanceUid: '2.25.99.1' })
  expect(await world.replay('4')).toEqual({ kind: 'same' })
})

describe('nothing is claimed where something differs:', () => {
  const parts = () => world.pipeline
  const refused = (reason: RegExp) => ({ kind: 'refused', reason: expect.stringMatching(reason) })

  test('the version', async () => {
    expect(await world.replay('1', { pipeline: { ...parts(), version: '0.2.0' } })).toEqual(
      refused(/version 0.1.0/),
    )
  })
  test('the policy', async () => {
    expect(await world.replay('1', { pipeline: { ...parts(), policyDigest: 'sha256:00' } })).toEqual(
      refused(/policy/),
    )
  })
  test('the settings', async () => {
    expect(await world.replay('1', { settings: 'ef'.repeat(32) })).toEqual(refused(/settings/))
  })
  test('the record of inputs', async () => {
    expect(await world.replay('1', { inputsOf: async () => null })).toEqual(refused(/record of its inputs/))
  })
  test('the answers of models', async () => {
    let missed = 0
    expect(await world.replay('1', { missedAnswers: () => missed++ })).toEqual(
      refused(/1 answers of language models/),
    )
  })
  test('one voxel of one image', async () => {
    await world.judge('5', {})
    const image = held('5', 'CT')
    const bytes = Uint8Array.from(image.bytes)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    world.pacsOf('5').remove(image.sopInstanceUid)
    world.pacsOf('5').add({ ...image, bytes })
    expect(await world.replay('5')).toEqual(refused(/files of the images/))
  })
  test('the object, which is gone', async () => {
    await world.judge('6', {})
    world.pacsOf('6').remove(held('6', 'SEG').sopInstanceUid)
    expect(await world.replay('6')).toEqual(refused(/no longer lists/))
  })
})

test('a program that judges differently under the same names is found out, and where', async () => {
  const compute: typeof world.pipeline.compute = {
    ...world.pipeline.compute,
    async assess(input, signal) {
      const { draw: _, ...assessed } = await world.pipeline.compute.assess(input, signal)
      const segments = assessed.segments.map((segment) => ({
        ...segment,
        evidence: segment.evidence.map((one, index) =>
          index === 0 ? { ...one, value: one.value + 1e-9 } : one,
        ),
      }))
      return { ...assessed, segments }
    },
  }
  expect(await world.replay('1', { pipeline: { ...world.pipeline, compute } })).toEqual({
    kind: 'different',
    where: expect.arrayContaining(['segments.0.evidence.0.value']),
  })
})

test('the log of it all is whole', async () => {
  expect(await verifyChain(readAudit(world.database.sql))).toMatchObject({ intact: true })
})
