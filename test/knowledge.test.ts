import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadKnowledge, parseKnowledge } from '../src/knowledge.ts'

const SHIPPED = new URL('../config/knowledge/', import.meta.url)

describe('the knowledge that ships', () => {
  const { structures, sources } = loadKnowledge(SHIPPED)

  it('describes the structures of TotalSegmentator, radiotherapy and the reference tasks', () => {
    expect(structures.length).toBeGreaterThanOrEqual(60)
    const ids = structures.map(({ id }) => id)
    expect(ids).toEqual(
      expect.arrayContaining([
        'liver',
        'kidney',
        'prostate',
        'parotid-gland',
        'brain-lesion',
        'breast-lesion',
        'lung-nodule',
        'lung-tumour',
        'vertebra-l5',
        'rib-12',
      ]),
    )
  })

  it('spells out every source', () => {
    const texts = new Set(Object.values(sources))
    for (const { id, components, volumeCm3, extentMm, elongation, pairRatioMax, ...lists } of structures) {
      const single = [components, volumeCm3, extentMm, elongation, pairRatioMax]
      for (const part of [...single, ...lists.intensity, ...lists.foreign, ...lists.order])
        if (part !== null) expect(texts, id).toContain(part.source)
    }
  })

  it('means one structure by each name, and one by each code and region', () => {
    const names = structures.flatMap(({ names: own }) =>
      own.map((name) => name.toLowerCase().replaceAll(' ', '')),
    )
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    const codes = structures.flatMap(({ codes: own, regions }) =>
      own.flatMap(({ scheme, value }) =>
        (regions.length > 0 ? regions : [{ scheme: '', value: '' }]).map((region) =>
          [scheme, value, region.scheme, region.value].join(' '),
        ),
      ),
    )
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
  })

  it('compares sides of pairs only', () => {
    const wrong = structures.filter(({ paired, pairRatioMax }) => !paired && pairRatioMax !== null)
    expect(wrong.map(({ id }) => id)).toEqual([])
  })

  it('lets lesions and target volumes lie over anything and asks for those left out', () => {
    for (const { id, kind, mustNotOverlap, missedTarget } of structures)
      if (kind === 'lesion')
        expect({ mustNotOverlap, missedTarget }, id).toEqual({ mustNotOverlap: false, missedTarget: true })
    const regions = structures.filter(({ kind }) => kind === 'region')
    expect(regions.filter(({ mustNotOverlap }) => mustNotOverlap).map(({ id }) => id)).toEqual([])
  })

  it('orders the spine from C1 to the sacrum without a gap', () => {
    const chain: string[] = []
    let id: string | undefined = 'vertebra-c1'
    while (id !== undefined && chain.at(-1) !== 'sacrum') {
      chain.push(id)
      id = structures.find((one) => one.id === id)?.order.find(({ axis }) => axis === 'superior')?.than
    }
    expect(chain.length).toBe(26)
    expect(chain.at(-1)).toBe('sacrum')
  })
})

const ENTRY = `
  - id: thing
    name: Thing
    kind: organ
    codes: [{ scheme: SCT, value: '1', meaning: Thing }]
    names: [thing]
    paired: false
    components: { max: 1, source: here }
    volumeCm3: { low: 1, high: 2, source: a place of its own }
    mayReachImageEdge: false
    appearance: Grey.
    location: Here.
`

const ABOVE = (id: string): string =>
  `    order: [{ than: ${id}, axis: superior, marginMm: 5, source: here }]\n`

describe('loadKnowledge', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'knowledge-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })
  const file = (name: string, structures: string): void =>
    writeFileSync(join(folder, name), `sources: { here: 'Author, Journal 2000' }\nstructures:${structures}`)

  it('joins files by name and replaces source keys by their text', () => {
    file('b.yaml', ENTRY.replace('id: thing', 'id: second'))
    file('a.yaml', ENTRY)
    writeFileSync(join(folder, 'notes.txt'), 'not knowledge')
    const { structures } = loadKnowledge(folder)
    expect(structures.map(({ id }) => id)).toEqual(['thing', 'second'])
    expect(structures[0]).toMatchObject({
      components: { source: 'Author, Journal 2000' },
      volumeCm3: { source: 'a place of its own' },
    })
    // What the file leaves out says nothing against any mask.
    expect(structures[0]).toMatchObject({
      extentMm: null,
      elongation: null,
      pairRatioMax: null,
      foreign: [],
      boundary: 'soft',
      mustNotOverlap: true,
      order: [],
      missedTarget: false,
    })
  })

  it.each([
    ['a wrong kind', ENTRY.replace('kind: organ', 'kind: gadget'), /a\.yaml, entry 1 \(thing\), kind/],
    ['a missing source', ENTRY.replace(', source: here', ''), /entry 1 \(thing\), components\.source/],
    ['an unknown field', `${ENTRY}    colour: blue\n`, /entry 1 \(thing\).*colour/],
    ['an empty range', ENTRY.replace('high: 2', 'high: 1'), /thing: the volume range is empty/],
    [
      'an empty length',
      `${ENTRY}    extentMm: { low: 9, high: 9, source: here }\n`,
      /thing: the extent range is empty/,
    ],
    [
      'a foreign value without a limit',
      `${ENTRY}    foreign: [{ modality: CT, unit: x, below: null, above: null, shareMax: 0, source: here, what: gas }]\n`,
      /thing\), foreign\.0: says neither below nor above/,
    ],
    ['an unknown part', `${ENTRY}    mayContain: [nothing]\n`, /thing, mayContain: .* no entry .* nothing/],
    ['an unknown whole', `${ENTRY}    partOf: [nothing]\n`, /thing, partOf: .* no entry .* nothing/],
    [
      'an unknown organ of a lesion',
      `${ENTRY}    within: [nothing]\n`,
      /thing, within: .* no entry .* nothing/,
    ],
    ['an order with an unknown one', ENTRY + ABOVE('nothing'), /thing, order: .* no entry .* nothing/],
    ['a thing above itself', ENTRY + ABOVE('thing'), /thing would be superior of itself: thing, thing/],
    [
      'two that are above each other',
      `${ENTRY}${ABOVE('other')}${ENTRY.replace('id: thing', 'id: other')}${ABOVE('thing')}`,
      /superior of itself: thing, other, thing/,
    ],
    [
      'two that are inside each other',
      `${ENTRY}    partOf: [other]\n${ENTRY.replace('id: thing', 'id: other')}    partOf: [thing]\n`,
      /part of itself: thing, other, thing/,
    ],
    [
      'the same id twice',
      ENTRY + ENTRY.trimStart().replace(/^/, '\n  '),
      /Two knowledge entries have the id thing/,
    ],
    ['broken YAML', '\n  - id: [', /a\.yaml is not valid YAML at line/],
  ])('refuses %s and says where', (_, structures, message) => {
    file('a.yaml', structures)
    expect(() => loadKnowledge(folder)).toThrowError(
      expect.objectContaining({ code: 'bad-config', message: expect.stringMatching(message) as string }),
    )
  })

  it('knows that what holds of one side says nothing of the other', () => {
    const leftOf = (than: string, sides: string): string =>
      `    order: [{ than: ${than}, ${sides}, axis: left, marginMm: 5, source: here }]\n`
    const other = ENTRY.replace('id: thing', 'id: other')
    file('a.yaml', ENTRY + leftOf('other', 'side: left') + other + leftOf('thing', 'thanSide: right'))
    expect(loadKnowledge(folder).structures.map(({ order }) => order[0]?.side)).toEqual(['left', null])
    file('a.yaml', ENTRY + leftOf('other', 'side: left') + other + leftOf('thing', 'thanSide: left'))
    expect(() => loadKnowledge(folder)).toThrow(/would be left of itself/)
  })

  it('refuses an empty or absent folder', () => {
    expect(() => loadKnowledge(folder)).toThrow(/holds no structure/)
    expect(() => loadKnowledge(join(folder, 'absent'))).toThrow(/cannot be read/)
  })

  it('does not unfold a bomb of aliases', () => {
    const bomb = `a: &a [x, x]\nb: &b [${'*a, '.repeat(60)}*a]\nc: &c [${'*b, '.repeat(60)}*b]\nd: [${'*c, '.repeat(60)}*c]\n`
    expect(() => parseKnowledge(bomb, 'bomb.yaml')).toThrow(/bomb\.yaml is not valid YAML/)
  })
})
