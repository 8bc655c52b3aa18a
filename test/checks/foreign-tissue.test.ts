/** Gas, bone and fat where they cannot be. */
import { describe, expect, it } from 'vitest'
import { checkForeignTissue } from '../../src/checks/foreign-tissue.ts'
import type { Structure } from '../../src/domain/knowledge.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named } from '../support/segment-input.ts'
import { volumeContext } from '../support/volume-context.ts'

const GRID = gridOf([30, 30, 30], { spacingMm: [3, 3, 3], origin: [-45, -45, -45] })
const BALL = ellipsoid([0, 0, 0], [30, 30, 30])
const MASK = paintMask(GRID, BALL)
const GAS: Structure['foreign'][number] = {
  modality: 'CT',
  unit: "[hnsf'U]",
  below: -200,
  above: null,
  shareMax: 0.02,
  source: 'Author 2002',
  what: 'gas',
}
const BONE = { ...GAS, below: null, above: 400, what: 'bone' }
const liver = (...foreign: Structure['foreign']) => named('liver', aStructure({ foreign }))

describe('foreign tissue', () => {
  it.each([
    ['none', 40, []],
    ['a bubble', 26.5, []],
    ['a corner', 15, ['major']],
    ['more than half', -3, ['critical']],
  ])('gas: %s', (_, from, severities) => {
    const volume = paintVolume(GRID, (x) => (x > from ? -900 : 60))
    const { findings } = checkForeignTissue(volumeContext(MASK, volume, { resolved: liver(GAS, BONE) }))
    expect(findings.map(({ mode, severity }) => [mode, severity])).toEqual(
      severities.map((severity) => ['foreign-tissue', severity]),
    )
    for (const { text } of findings)
      expect(text).toMatch(
        /^\d+ % of the segment below its surface is gas \(below -200 HU\), most of it in slice 16 of 30 .*; at most 2 % is plausible \(Author 2002\)\.$/,
      )
  })

  it('names the slice that holds most of it first', () => {
    const volume = paintVolume(GRID, (_x, _y, z) => (z === 9 ? 700 : 60))
    const { evidence, findings } = checkForeignTissue(volumeContext(MASK, volume, { resolved: liver(BONE) }))
    expect(findings[0]?.instances).toEqual(['2.25.118'])
    expect(evidence[0]).toMatchObject({ name: 'share of bone', expected: { low: 0, high: 0.02 } })
  })

  it('leaves out the surface, which is half something else', () => {
    const cube = (half: number) => (x: number, y: number, z: number) =>
      Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) <= half
    const volume = paintVolume(GRID, (x, y, z) => (cube(21)(x, y, z) ? 60 : -900))
    const mask = paintMask(GRID, cube(24))
    expect(checkForeignTissue(volumeContext(mask, volume, { resolved: liver(GAS) })).findings).toEqual([])
  })

  it('does not reject a mask that is all surface', () => {
    const sheet = paintMask(GRID, (x, y, z) => BALL(x, y, z) && Math.abs(x) < 2)
    const volume = paintVolume(GRID, () => -900)
    const { findings } = checkForeignTissue(volumeContext(sheet, volume, { resolved: liver(GAS) }))
    expect(findings.map(({ severity }) => severity)).toEqual(['minor'])
  })

  it('knows nothing of other units, and leaves out slices without an image', () => {
    const volume = paintVolume(GRID, () => -900)
    const other = { ...volume, unit: '1' }
    expect(checkForeignTissue(volumeContext(MASK, other, { resolved: liver(GAS) })).evidence).toEqual([])
    const half = { ...volume, instances: volume.instances.map(() => null) }
    expect(checkForeignTissue(volumeContext(MASK, half, { resolved: liver(GAS) })).evidence).toEqual([])
  })
})
