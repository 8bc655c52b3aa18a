import { expect, it } from 'vitest'
import { PlumblineError } from '../src/errors.ts'
import { meteredPacs } from '../src/metered-pacs.ts'
import type { Pacs } from '../src/ports.ts'

it('counts calls by what became of them, and changes neither results nor errors', async () => {
  const counted: string[] = []
  const refused = new PlumblineError('pacs-refused', 'no')
  const pacs = {
    listSeries: () => Promise.resolve([]),
    store: () => Promise.reject(refused),
    holds: () => Promise.reject(new TypeError('a fault of ours')),
  } as unknown as Pacs
  const metered = meteredPacs(pacs, {
    pacsCall: (operation, outcome) => void counted.push(`${operation} ${outcome}`),
  })
  const signal = AbortSignal.timeout(1000)
  await expect(metered.listSeries('1.2', signal)).resolves.toEqual([])
  await expect(metered.store([], signal)).rejects.toBe(refused)
  await expect(
    metered.holds(
      { studyInstanceUid: '1', seriesInstanceUid: '2', sopInstanceUid: '3', sopClassUid: '4' },
      signal,
    ),
  ).rejects.toThrow(TypeError)
  expect(counted).toEqual(['list ok', 'store refused', 'holds other'])
})
