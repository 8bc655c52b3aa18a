import { describe, expect, it } from 'vitest'
import { checkOverlap } from '../../src/checks/overlap.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import type { Structure } from '../../src/domain/knowledge.ts'
import { gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, maskContext, named, sibling } from '../support/segment-input.ts'

const GRID = gridOf([60, 40, 40])
/** A block 20 wide, 20 deep and 20 high that begins at column `from`. */
const block = (from: number, width = 20) =>
  paintMask(GRID, (x, y, z) => x >= from && x < from + width && y >= 10 && y < 30 && z >= 10 && z < 30)
const VOLUME = paintVolume(GRID, () => 40)
const OWN = aStructure({ id: 'liver', name: 'Liver', names: ['liver'] })
const other = (changes: Partial<Structure> = {}) =>
  aStructure({ id: 'spleen', name: 'Spleen', names: ['spleen'], ...changes })

function checkWith(theirs: Mask, structure: Structure = other(), own: Structure = OWN) {
  const siblings = [sibling(4, theirs, named('spleen', structure))]
  return checkOverlap(maskContext(block(10), { resolved: named('liver', own), siblings, volume: VOLUME }))
}
const check = (from: number, structure?: Structure, own?: Structure) => checkWith(block(from), structure, own)
const severities = (found: ReturnType<typeof check>) => found.findings.map(({ severity }) => severity)

describe('how much', () => {
  it.each([
    ['touching', 30, []],
    ['a layer of one', 29, []],
    ['a layer of two', 28, []],
    ['a layer of three, deeper than where outlines meet', 27, ['major']],
    ['half', 20, ['major']],
  ])('%s', (_, from, expected) => {
    expect(severities(check(from))).toEqual(expected)
  })

  it('is minor where a thick but small part of both is shared', () => {
    const isFinger = (x: number, y: number, z: number) => x >= 22 && y >= 15 && y < 21 && z >= 15 && z < 25
    const withFinger = paintMask(GRID, (x, y, z) => x < 50 && (x >= 30 || isFinger(x, y, z)))
    expect(severities(checkWith(withFinger))).toEqual(['minor'])
  })

  it('is minor where a layer is much of a small structure', () => {
    expect(severities(checkWith(block(28, 6)))).toEqual(['minor'])
  })

  it('is told in cm3 and percent, with the other one by number, on the slices that show it', () => {
    const { evidence, findings } = check(20)
    expect(findings[0]).toMatchObject({
      mode: 'overlap',
      text: 'It overlaps a structure that it must not: 4.00 cm3 are also in segment 4 (Spleen), 50 % of the smaller of the two.',
    })
    expect(findings[0]?.instances[0]).toBe('2.25.110')
    expect(evidence).toMatchObject([{ key: 'overlap.4', value: 0.5, unit: '1' }])
  })

  it('is not told again where both hold the same voxels', () => {
    expect(severities(check(10))).toEqual([])
  })
})

describe('what may overlap', () => {
  it.each([
    ['organs', {}, {}, ['major']],
    ['a lesion', { mustNotOverlap: false }, {}, []],
    ['over a lesion', {}, { mustNotOverlap: false }, []],
    ['its part', { partOf: ['liver'] }, {}, []],
    ['what it may contain', {}, { mayContain: ['spleen'] }, []],
    ['the whole', { mayContain: ['liver'] }, {}, []],
    ['a part of something else', { partOf: ['stomach'] }, { mayContain: ['pancreas'] }, ['major']],
  ])('%s', (_, theirs, own, expected) => {
    expect(severities(check(20, other(theirs), { ...OWN, ...own }))).toEqual(expected)
  })

  it.each([
    ['kidney_left', 'kidney_right', ['major']],
    ['kidney_left', 'kidney_left', []],
    ['kidney', 'kidney_left', []],
    ['kidney_left', 'unknown', []],
    ['unknown', 'kidney_left', []],
  ])('%s and %s', (own, theirs, expected) => {
    const kidney = aStructure({ id: 'kidney', names: ['kidney'], paired: true })
    const siblings = [sibling(4, block(20), named(theirs, kidney))]
    expect(
      severities(checkOverlap(maskContext(block(10), { resolved: named(own, kidney), siblings }))),
    ).toEqual(expected)
  })
})
