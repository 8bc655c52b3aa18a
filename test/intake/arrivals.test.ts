import { expect, test } from 'vitest'
import { createArrivalListener } from '../../src/intake/arrivals.ts'
import { caseIdOf } from '../../src/intake/case-id.ts'
import { CT_STORAGE, createWorld, instance } from './fakes.ts'

const ID = caseIdOf('9.1', 'sha256:one')

test('a stored segmentation is registered', async () => {
  const { intake, caseStore } = createWorld()
  await createArrivalListener(intake, () => {})([
    instance('9.1'),
    instance('8.1', { sopClassUid: CT_STORAGE }),
  ])
  expect([...caseStore.all.keys()]).toEqual([ID])
})

test('an image wakes the cases that wait in its study, once, after the images had time to settle', async () => {
  const { intake, caseStore, queue, clock } = createWorld()
  const listen = createArrivalListener(intake, () => {})
  await listen([instance('9.1')])
  caseStore.force(ID, 'waiting-for-images')
  await listen([instance('8.0', { sopClassUid: CT_STORAGE, studyInstanceUid: '2.2' })])
  expect(caseStore.all.get(ID)?.state).toBe('waiting-for-images')
  for (const uid of ['8.1', '8.2', '8.3']) await listen([instance(uid, { sopClassUid: CT_STORAGE })])
  expect(caseStore.all.get(ID)?.state).toBe('queued')
  expect(queue.sent.slice(1)).toEqual([{ caseId: ID, notBefore: new Date(clock.now().getTime() + 5_000) }])
})

test('one that fails does not keep the others', async () => {
  const { intake, pacs, caseStore } = createWorld()
  const problems: unknown[] = []
  pacs.failNext('seriesMetadata')
  await createArrivalListener(intake, (error) => problems.push(error))([instance('9.1'), instance('9.2')])
  expect(problems).toHaveLength(1)
  expect([...caseStore.all.values()].map(({ object }) => object.sopInstanceUid)).toEqual(['9.2'])
})
