import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EMPTY_HEAD, linkAfter, linkDigest, type Link } from '../../src/audit/chain.ts'
import { verifyChain } from '../../src/audit/verify.ts'
import { SERVICE_AGENT } from '../../src/domain/audit-event.ts'
import { chainOf, JUDGED, manyEvents, ONE_OF_EACH } from './events.ts'

const CHAIN = chainOf(manyEvents(24))
const anyIndex = fc.nat(CHAIN.length - 1)
const at = (links: readonly Link[], index: number): Link => {
  const link = links[index]
  if (link === undefined) throw new Error('no such link')
  return link
}
const anchorOf = (links: readonly Link[], index: number) => {
  const { sequence, digest } = at(links, index)
  return { sequence, digest }
}

test('an untouched log is whole, and so is an empty one', async () => {
  const head = anchorOf(CHAIN, 23)
  expect(await verifyChain(CHAIN)).toEqual({ intact: true, count: 24, first: 1, head, anchored: 0 })
  expect(await verifyChain([])).toMatchObject({ intact: true, count: 0, head: EMPTY_HEAD })
  expect(await verifyChain(CHAIN, { anchors: [head, anchorOf(CHAIN, 3)] })).toMatchObject({ anchored: 2 })
})

test('any byte that is changed in any column of any event names that event', async () => {
  const column = fc.constantFrom('body' as const, 'digest' as const, 'previous' as const)
  await fc.assert(
    fc.asyncProperty(
      anyIndex,
      column,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (index, name, place, bits) => {
        const link = at(CHAIN, index)
        const bytes = Buffer.from(link[name], 'utf8')
        const byte = place % bytes.length
        bytes[byte] = (bytes[byte] ?? 0) ^ bits
        const changed = CHAIN.with(index, { ...link, [name]: bytes.toString('utf8') })
        expect(await verifyChain(changed)).toMatchObject({ intact: false, brokenAt: index + 1 })
      },
    ),
    { numRuns: 300 },
  )
})

test('a number that is changed, an event that is left out or doubled: named', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(CHAIN.length - 2), async (index) => {
      const link = at(CHAIN, index)
      const dropped = CHAIN.toSpliced(index, 1)
      expect(await verifyChain(dropped)).toMatchObject({
        intact: false,
        brokenAt: index === 0 ? 1 : index + 1,
      })
      const doubled = CHAIN.toSpliced(index, 0, link)
      expect(await verifyChain(doubled)).toMatchObject({ intact: false, brokenAt: index + 1 })
      const renumbered = CHAIN.with(index, { ...link, sequence: link.sequence + 1 })
      expect(await verifyChain(renumbered)).toMatchObject({ intact: false })
    }),
  )
})

test('two events that change places are found, renumbered or not', async () => {
  await fc.assert(
    fc.asyncProperty(anyIndex, anyIndex, async (a, b) => {
      fc.pre(a !== b)
      const [one, other] = [at(CHAIN, a), at(CHAIN, b)]
      const first = Math.min(a, b) + 1
      expect(await verifyChain(CHAIN.with(a, other).with(b, one))).toMatchObject({ intact: false })
      const renumbered = CHAIN.with(a, { ...other, sequence: a + 1 }).with(b, { ...one, sequence: b + 1 })
      expect(await verifyChain(renumbered)).toMatchObject({ intact: false, brokenAt: first })
    }),
  )
})

test('an event whose digest was made anew breaks the link after it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(CHAIN.length - 2), async (index) => {
      const link = at(CHAIN, index)
      const body = link.body.replace(/"at":"\d{4}/, '"at":"2031')
      const forged = CHAIN.with(index, { ...link, body, digest: linkDigest(link.previous, body) })
      expect(await verifyChain(forged)).toMatchObject({ intact: false, brokenAt: index + 2 })
    }),
  )
})

describe('what a chain cannot show, an anchor does', () => {
  const anchors = [anchorOf(CHAIN, 20)]

  test('a tail that was cut off', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), async (kept) => {
        const cut = CHAIN.slice(0, kept)
        expect(await verifyChain(cut)).toMatchObject({ intact: true, count: kept })
        expect(await verifyChain(cut, { anchors })).toMatchObject({
          intact: false,
          brokenAt: kept + 1,
          reason: expect.stringContaining('its end was cut off'),
        })
      }),
    )
  })

  test('a log that was made anew from some event on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), async (from) => {
        const forged = CHAIN.slice(0, from)
        for (const event of manyEvents(CHAIN.length - from))
          forged.push(linkAfter(forged.at(-1) ?? EMPTY_HEAD, event, new Date('2031-01-01')))
        expect(await verifyChain(forged)).toMatchObject({ intact: true })
        expect(await verifyChain(forged, { anchors })).toMatchObject({ intact: false, brokenAt: 21 })
      }),
    )
  })

  test('but not what happened after it', async () => {
    expect(await verifyChain(CHAIN.slice(0, 22), { anchors })).toMatchObject({ intact: true, anchored: 1 })
  })
})

describe('a log whose beginning was pruned', () => {
  const pruned = (through: number, at_: string, newestAt: string, digest?: string): Link[] => {
    const checkpoint = linkAfter(
      anchorOf(CHAIN, 23),
      {
        kind: 'log-pruned',
        agent: SERVICE_AGENT,
        through,
        digest: digest ?? at(CHAIN, through - 1).digest,
        newestAt,
      },
      new Date(at_),
    )
    return [...CHAIN, checkpoint].slice(through)
  }
  const OLD = '2026-01-10T10:00:00.000Z'

  test('is whole, by its checkpoint', async () => {
    const links = pruned(10, '2026-09-01T00:00:00.000Z', OLD)
    expect(await verifyChain(links)).toMatchObject({ intact: true, count: 15, first: 11 })
    const anchors = [anchorOf(CHAIN, 9), anchorOf(CHAIN, 2), anchorOf(CHAIN, 15)]
    expect(await verifyChain(links, { anchors })).toMatchObject({ intact: true, anchored: 2 })
  })

  test('is broken without one, with one of another place, or of another log', async () => {
    const links = pruned(10, '2026-09-01T00:00:00.000Z', OLD)
    const missing = { intact: false, brokenAt: 1, reason: expect.stringContaining('missing') }
    expect(await verifyChain(links.slice(0, -1))).toMatchObject(missing)
    expect(await verifyChain(links.slice(1))).toMatchObject(missing)
    const wrong = pruned(10, '2026-09-01T00:00:00.000Z', OLD, 'cd'.repeat(32))
    expect(await verifyChain(wrong)).toMatchObject({ intact: false, brokenAt: 25 })
    const anchors = [{ sequence: 10, digest: 'cd'.repeat(32) }]
    expect(await verifyChain(links, { anchors })).toMatchObject({ intact: false, brokenAt: 10 })
  })

  test('is broken where it was pruned before its time', async () => {
    const links = pruned(10, '2026-07-10T09:00:00.000Z', OLD)
    expect(await verifyChain(links)).toMatchObject({
      intact: false,
      brokenAt: 25,
      reason: expect.stringContaining('six months'),
    })
  })
})

test('a first event that claims a past is none', async () => {
  const [event = JUDGED] = ONE_OF_EACH
  const foreign = [linkAfter({ sequence: 0, digest: 'cd'.repeat(32) }, event, new Date(0))]
  expect(await verifyChain(foreign)).toMatchObject({ intact: false, brokenAt: 1 })
})

test('an event that this version does not write is not taken for one', async () => {
  const { previous, body } = at(CHAIN, 0)
  const strange = body.replace('"configured"', '"confused"')
  const link: Link = { sequence: 1, previous, body: strange, digest: linkDigest(previous, strange) }
  expect(await verifyChain([link])).toMatchObject({ intact: false, brokenAt: 1 })
})
