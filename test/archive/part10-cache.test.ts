import { expect, test } from 'vitest'
import { createPart10Cache } from '../../src/archive/part10-cache.ts'
import { PlumblineError } from '../../src/errors.ts'
import { ctSlice } from '../support/ct.ts'

const slices = [1, 2, 3].map((instance) => ctSlice(1, 1, instance))
const [one = '', two = '', three = ''] = slices.map(({ sopInstanceUid }) => sopInstanceUid)
const size = slices[0]?.bytes.length ?? 0

/** An archive of the slices that counts how often each is read. */
function counting() {
  const reads: string[] = []
  const read = async (sopInstanceUid: string) => {
    reads.push(sopInstanceUid)
    const slice = slices.find((each) => each.sopInstanceUid === sopInstanceUid)
    if (slice === undefined) throw new PlumblineError('not-found', 'It is not held.')
    return slice.bytes
  }
  return { reads, archive: { read } }
}

test('reads once what is asked for many times at once', async () => {
  const { reads, archive } = counting()
  const read = createPart10Cache(archive, size)
  const found = await Promise.all(Array.from({ length: 20 }, () => read(one)))
  expect(reads).toEqual([one])
  expect(new Set(found).size).toBe(1)
})

test('lets go of what was not asked for longest, and keeps nothing larger than itself', async () => {
  const { reads, archive } = counting()
  const read = createPart10Cache(archive, size * 2)
  for (const uid of [one, two, one, three, one, two]) await read(uid)
  expect(reads).toEqual([one, two, three, two])
  const small = counting()
  const readSmall = createPart10Cache(small.archive, size - 1)
  await readSmall(one)
  await readSmall(one)
  expect(small.reads).toEqual([one, one])
})

test('a failure is told to all who wait, and not kept', async () => {
  const { reads, archive } = counting()
  const read = createPart10Cache(archive, size)
  const results = await Promise.allSettled([read('9.9'), read('9.9')])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(read('9.9')).rejects.toMatchObject({ code: 'not-found' })
  expect(reads).toEqual(['9.9', '9.9'])
})
