import { describe, expect, test } from 'vitest'
import { PlumblineError } from '../../src/errors.ts'
import { caseIdOf } from '../../src/intake/case-id.ts'
import { createMemoryPacs } from '../support/memory-pacs.ts'
import { createWorld, instance, LABELMAP_SEG_STORAGE, RTSTRUCT_STORAGE, SEG_STORAGE } from './fakes.ts'

const idOf = (uid: string) => caseIdOf(uid, 'sha256:one')

describe('register', () => {
  test('makes a queued case with what is known', async () => {
    const { pacs, intake, queue, registered } = createWorld()
    pacs.add(instance('9.1', { metadata: { '00080070': { vr: 'LO', Value: ['Acme'] } } }))
    const made = await intake.register(instance('9.1'))
    expect(made).toMatchObject({
      id: idOf('9.1'),
      studyInstanceUid: '1.1',
      state: 'queued',
      object: {
        modality: 'SEG',
        sopClassUid: SEG_STORAGE,
        sopInstanceUid: '9.1',
        seriesInstanceUid: '1.1.1',
        label: '',
        producer: { manufacturer: 'Acme', algorithm: '', version: '' },
      },
      provenance: { version: '0.1.0', policy: 'sha256:one', models: [] },
    })
    expect(queue.sent).toEqual([{ caseId: idOf('9.1'), notBefore: null }])
    expect(registered).toEqual(['9.1'])
  })

  test('twice is a no-op', async () => {
    const { intake, queue, registered, caseStore } = createWorld()
    await intake.register(instance('9.1'))
    caseStore.force(idOf('9.1'), 'done')
    expect((await intake.register(instance('9.1')))?.state).toBe('done')
    expect(queue.sent).toHaveLength(1)
    expect(registered).toHaveLength(1)
  })

  test('at the same time by two processes: one case, no error', async () => {
    const { intake, caseStore, registered } = createWorld()
    await Promise.all([intake.register(instance('9.1')), intake.register(instance('9.1'))])
    expect(caseStore.transitions).toEqual(['enqueue'])
    expect(registered).toHaveLength(1)
  })

  test.each([
    ['SEG', SEG_STORAGE],
    ['SEG', LABELMAP_SEG_STORAGE],
    ['RTSTRUCT', RTSTRUCT_STORAGE],
  ] as const)('%s of SOP class %s is judged', async (modality, sopClassUid) => {
    const made = await createWorld().intake.register(instance('9.1', { sopClassUid }))
    expect(made?.object).toMatchObject({ modality, sopClassUid })
  })

  test('another SOP class is left alone, with the reason', async () => {
    const surface = '1.2.840.10008.5.1.4.1.1.66.5'
    const { intake, caseStore, skipped } = createWorld()
    expect(await intake.register(instance('9.1', { sopClassUid: surface }))).toBeNull()
    expect(caseStore.all.size).toBe(0)
    expect(skipped).toEqual([`SOP class ${surface} is not a segmentation that is judged`])
  })

  test('a SOP class that the listing leaves out comes from the metadata', async () => {
    const { pacs, intake } = createWorld()
    pacs.add(instance('9.1', { sopClassUid: RTSTRUCT_STORAGE }))
    expect((await intake.register(instance('9.1', { sopClassUid: '' })))?.object.modality).toBe('RTSTRUCT')
  })

  test('our own output is never judged', async () => {
    const { pacs, intake, caseStore, skipped } = createWorld()
    pacs.add(instance('9.1', { metadata: { '00080070': { vr: 'LO', Value: ['Plumbline'] } } }))
    expect(await intake.register(instance('9.1'))).toBeNull()
    expect(caseStore.all.size).toBe(0)
    expect(skipped).toEqual(['it was made by this product'])
  })

  test('metadata that fails for now fails the call; that fails for good does not lose the object', async () => {
    const { pacs, intake, caseStore } = createWorld()
    pacs.add(instance('9.1'))
    pacs.failNext('seriesMetadata')
    await expect(intake.register(instance('9.1'))).rejects.toMatchObject({ code: 'pacs-unreachable' })
    expect(caseStore.all.size).toBe(0)
    pacs.failNext('seriesMetadata', new PlumblineError('pacs-refused', 'No.'))
    expect((await intake.register(instance('9.1')))?.state).toBe('queued')
  })

  test.each(['receive', 'transition'] as const)(
    'killed at %s, the next call completes it',
    async (method) => {
      const { intake, caseStore, queue } = createWorld()
      caseStore.crashAt(method)
      await expect(intake.register(instance('9.1'))).rejects.toThrow('killed')
      expect(queue.sent).toEqual([])
      expect((await intake.register(instance('9.1')))?.state).toBe('queued')
      expect(queue.sent).toHaveLength(1)
    },
  )
})

describe('checkStudy', () => {
  test('every SEG and RTSTRUCT instance of the study, nothing else', async () => {
    const { pacs, intake } = createWorld()
    pacs.add(
      instance('9.1'),
      instance('9.2'),
      instance('9.3', { seriesInstanceUid: '1.1.2', modality: 'RTSTRUCT', sopClassUid: RTSTRUCT_STORAGE }),
      instance('9.4', {
        seriesInstanceUid: '1.1.3',
        modality: 'CT',
        sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
      }),
      instance('9.5', { studyInstanceUid: '2.2', seriesInstanceUid: '2.2.1' }),
    )
    const cases = await intake.checkStudy('1.1')
    expect(cases.map(({ object }) => object.sopInstanceUid)).toEqual(['9.1', '9.2', '9.3'])
    expect(cases.map(({ state }) => state)).toEqual(['queued', 'queued', 'queued'])
    expect(pacs.calls('seriesMetadata')).toBe(2)
  })

  test.each([
    ['failed', 'queued', 1],
    ['waiting-for-images', 'queued', 1],
    ['running', 'running', 0],
    ['publishing', 'publishing', 0],
    ['done', 'done', 0],
  ] as const)('a case that is %s becomes %s', async (before, after, jobs) => {
    const { pacs, intake, caseStore, queue } = createWorld()
    pacs.add(instance('9.1'))
    await intake.checkStudy('1.1')
    caseStore.force(idOf('9.1'), before)
    const sentBefore = queue.sent.length
    expect((await intake.checkStudy('1.1')).map(({ state }) => state)).toEqual([after])
    expect(queue.sent.length - sentBefore).toBe(jobs)
  })

  test('a case that failed after its verdict loses it when it is queued again', async () => {
    const { pacs, intake, caseStore } = createWorld()
    pacs.add(instance('9.1'))
    await intake.checkStudy('1.1')
    const id = idOf('9.1')
    for (const edge of ['start', 'judge', 'give-up-publishing'] as const) {
      await caseStore.transition(
        id,
        edge,
        edge === 'judge' ? { verdict: 'accept', score: 5, reasons: ['test'] } : {},
      )
    }
    expect(caseStore.all.get(id)).toMatchObject({ state: 'failed', verdict: 'accept' })
    expect(await intake.checkStudy('1.1')).toMatchObject([
      { state: 'queued', verdict: null, score: null, reasons: [] },
    ])
  })

  test('an unknown study is not found', async () => {
    await expect(createWorld().intake.checkStudy('1.1')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('too many objects: an error, and none is registered', async () => {
    const { pacs, intake, caseStore } = createWorld(createMemoryPacs(), { segmentationsPerStudyMax: 2 })
    pacs.add(instance('9.1'), instance('9.2'), instance('9.3'))
    await expect(intake.checkStudy('1.1')).rejects.toMatchObject({ code: 'limit-exceeded' })
    expect(caseStore.all.size).toBe(0)
  })
})
