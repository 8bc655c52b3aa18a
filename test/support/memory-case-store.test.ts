/** The fake that other tests stand on. */
import { describe, expect, it } from 'vitest'
import { CASE_TRANSITIONS } from '../../src/domain/case-state.ts'
import { createMemoryCaseStore } from './memory-case-store.ts'
import { newCase, STUDY } from '../api/sample-cases.ts'

describe('createMemoryCaseStore', () => {
  it('receives a case once', async () => {
    const store = createMemoryCaseStore()
    expect((await store.receive(newCase('a'))).created).toBe(true)
    expect(await store.receive(newCase('a'))).toMatchObject({
      created: false,
      case: { id: 'a', state: 'received' },
    })
    expect(await store.eventsSince(0, 10)).toHaveLength(1)
  })

  it('allows the transitions of the table only', async () => {
    for (const { name, from } of CASE_TRANSITIONS) {
      const store = createMemoryCaseStore()
      await store.receive(newCase('a'))
      if (from === 'received') await expect(store.transition('a', name)).resolves.toBeTruthy()
      else await expect(store.transition('a', name)).rejects.toMatchObject({ code: 'illegal-transition' })
    }
    await expect(createMemoryCaseStore().transition('none', 'enqueue')).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('keeps the outbox from judged to published', async () => {
    const store = createMemoryCaseStore()
    await store.receive(newCase('a'))
    await store.transition('a', 'enqueue')
    await store.transition('a', 'start')
    const item = {
      studyInstanceUid: '1',
      seriesInstanceUid: '2',
      sopInstanceUid: '3',
      sopClassUid: '4',
      bytes: new Uint8Array([1]),
    }
    expect((await store.judged('a', { verdict: 'accept' }, { outbox: [item] })).state).toBe('publishing')
    expect(await store.outbox('a')).toEqual([item])
    expect((await store.published('a')).state).toBe('done')
    expect(await store.outbox('a')).toEqual([])
  })

  it('gives copies', async () => {
    const store = createMemoryCaseStore()
    const { case: first } = await store.receive(newCase('a'))
    first.reasons.push('changed outside')
    expect((await store.get('a'))?.reasons).toEqual([])
  })

  it('finds what is stale, oldest first, and what waits in a study', async () => {
    let minute = 0
    const store = createMemoryCaseStore({ now: () => new Date(Date.UTC(2026, 0, 1, 0, minute)) })
    for (const id of ['a', 'b', 'c']) {
      minute++
      await store.receive(newCase(id))
      await store.transition(id, 'enqueue')
      await store.transition(id, 'start')
    }
    await store.transition('b', 'wait')
    const since = new Date(Date.UTC(2026, 0, 1, 0, 2))
    expect((await store.stale(['running'], since, 10)).map(({ id }) => id)).toEqual(['a'])
    expect((await store.stale(['running'], new Date(Date.UTC(2027, 0, 1)), 1)).map(({ id }) => id)).toEqual([
      'a',
    ])
    expect(await store.waitingInStudy(STUDY)).toEqual(['b'])
    expect(await store.waitingInStudy('1.2.3')).toEqual([])
  })

  it('remembers marks', async () => {
    const store = createMemoryCaseStore()
    expect(await store.getMark('poller')).toBeNull()
    await store.setMark('poller', '20260101')
    expect(await store.getMark('poller')).toBe('20260101')
  })
})
