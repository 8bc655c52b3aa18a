import { describe, expect, it } from 'vitest'
import { checkMirrored } from '../../src/checks/mirrored.ts'
import { checkWrongStructure } from '../../src/checks/wrong-structure.ts'
import { asObject, ATLAS, blocksOf, exchange, type Block } from '../support/atlas.ts'

/** Reverses the blocks along some axes: x, y, z. */
function flip(blocks: readonly Block[], ...axes: (0 | 1 | 2)[]): Block[] {
  const middle = [0, 0, 400] as const
  const at = (value: number, axis: 0 | 1 | 2) => (axes.includes(axis) ? 2 * middle[axis] - value : value)
  return blocks.map(({ centreMm: [x, y, z], ...block }) => ({
    ...block,
    centreMm: [at(x, 0), at(y, 1), at(z, 2)],
  }))
}
function found(blocks: readonly Block[]): string[] {
  return [...asObject(blocks)].flatMap(([label, context]) =>
    checkMirrored(context).findings.map(({ severity }) => `${label} ${severity}`),
  )
}
function textFor(blocks: readonly Block[], label: string): string | undefined {
  const context = asObject(blocks).get(label)
  return context === undefined ? undefined : checkMirrored(context).findings[0]?.text
}
const SOME = [
  'liver',
  'spleen',
  'stomach',
  'pancreas',
  'kidney_left',
  'urinary_bladder',
  'sacrum',
  'hip_left',
]

describe('a mirrored object', () => {
  it.each([
    ['head to feet', 2, 'liver'],
    ['front to back', 1, 'liver'],
    ['left to right', 0, 'spleen'],
  ] as const)('%s is found on the segments that show it, and no other fault is', (name, axis, label) => {
    const blocks = flip(ATLAS, axis)
    expect(found(blocks)).toContain(`${label} critical`)
    expect(textFor(blocks, label)).toContain(`The whole object looks mirrored ${name}: `)
    const others = [...asObject(blocks).values()].flatMap((one) => checkWrongStructure(one).findings)
    expect(others).toEqual([])
  })

  it('along two axes is told in one finding', () => {
    expect(textFor(flip(ATLAS, 0, 1), 'liver')).toMatch(/mirrored front to back and left to right: /)
  })

  it('of few segments is found as well', () => {
    expect(found(flip(blocksOf(...SOME), 2)).length).toBe(SOME.length)
  })

  it('tells how much is reversed', () => {
    const liver = asObject(flip(blocksOf(...SOME), 2)).get('liver')
    expect(liver && checkMirrored(liver).evidence).toMatchObject([
      { key: 'mirrored.superior', value: 1, unit: '1', where: '11 pairs of segments, head to feet' },
    ])
  })
})

describe('an object that is not mirrored', () => {
  it.each([
    ['as it should be', ATLAS],
    ['two exchanged', exchange(ATLAS, 'liver', 'spleen')],
    ['two of three exchanged', exchange(blocksOf('liver', 'spleen', 'stomach'), 'liver', 'spleen')],
    ['too few segments to tell', flip(blocksOf('liver', 'urinary_bladder', 'hip_left'), 2)],
    ['kidneys alone on the wrong side', exchange(ATLAS, 'kidney_left', 'kidney_right')],
  ])('%s', (_, blocks) => {
    expect(found(blocks)).toEqual([])
  })

  it('turns into one where three pairs are all on the wrong side', () => {
    const sided = ['lung_left', 'lung_right', 'kidney_left', 'kidney_right', 'hip_left', 'hip_right']
    expect(found(blocksOf(...sided))).toEqual([])
    expect(found(flip(blocksOf(...sided), 0))).toEqual(sided.map((label) => `${label} critical`))
  })
})
