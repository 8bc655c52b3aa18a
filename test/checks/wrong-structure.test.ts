import { describe, expect, it } from 'vitest'
import { checkWrongStructure } from '../../src/checks/wrong-structure.ts'
import { asObject, ATLAS, blocksOf, exchange, type Block } from '../support/atlas.ts'
import type { Vector3 } from '../../src/domain/geometry.ts'

/** `label severity` of every segment with a finding. */
function found(blocks: readonly Block[]): string[] {
  return [...asObject(blocks)].flatMap(([label, context]) =>
    checkWrongStructure(context).findings.map(({ severity }) => `${label} ${severity}`),
  )
}
function textFor(blocks: readonly Block[], label: string): string | undefined {
  const context = asObject(blocks).get(label)
  return context === undefined ? undefined : checkWrongStructure(context).findings[0]?.text
}
const move = (blocks: readonly Block[], label: string, centreMm: Vector3): Block[] =>
  blocks.map((block) => (block.label === label ? { ...block, centreMm } : block))

describe('an object as it should be', () => {
  it('has nothing in a wrong place', () => {
    expect(found(ATLAS)).toEqual([])
  })

  it('tells how many places fit', () => {
    const spleen = asObject(ATLAS).get('spleen')
    expect(spleen && checkWrongStructure(spleen).evidence).toEqual([
      {
        key: 'place.fits',
        name: 'places that fit the claim',
        value: 11,
        unit: '1',
        where: 'of 11 relative to 11 other segments',
      },
    ])
  })
})

describe('exchanged claims', () => {
  it.each([
    ['liver', 'spleen'],
    ['kidney_left', 'adrenal_gland_left'],
    ['spleen', 'gallbladder'],
    ['heart', 'urinary_bladder'],
    ['lung_right', 'kidney_right'],
  ])('%s and %s are found, and nothing else', (a, b) => {
    const blocks = exchange(ATLAS, a, b)
    expect(found(blocks).toSorted()).toEqual([`${a} critical`, `${b} critical`].toSorted())
    expect(textFor(blocks, a)).toMatch(/^It and segment \d+ \(.*\) look exchanged/)
  })

  it('of which only one place and no volume tells are either that or one wrong claim', () => {
    const blocks = exchange(blocksOf('aorta', 'inferior_vena_cava'), 'aorta', 'inferior_vena_cava')
    expect(found(blocks)).toEqual(['inferior_vena_cava major', 'aorta major'])
    expect(textFor(blocks, 'aorta')).toBe(
      'It and segment 1 (Inferior vena cava) lie the wrong way round: they look exchanged, or one of them is not what it claims.',
    )
  })
})

describe('one segment in a wrong place', () => {
  it.each([
    ['liver', [-60, -20, 20], 'critical', '4 of 7 segments', 'below'],
    ['spleen', [-160, 40, 490], 'critical', '5 of 5 segments', "to the patient's right of"],
    ['heart', [20, -40, 380], 'major', '3 of 6 segments', 'below'],
  ] as const)('is the one that others contradict: %s at %j', (label, centreMm, severity, share, where) => {
    const blocks = move(ATLAS, label, centreMm)
    expect(found(blocks)).toEqual([`${label} ${severity}`])
    const text = textFor(blocks, label) ?? ''
    expect(text).toContain(`must lie: ${share} that it can be compared with contradict it; it lies`)
    expect(text).toContain(where)
  })

  it('may be either of two', () => {
    // Too small for a liver, so the bladder cannot be one.
    const blocks = move(blocksOf('liver', 'urinary_bladder'), 'liver', [-60, -20, 20])
    expect(found(blocks)).toEqual(['liver minor', 'urinary_bladder minor'])
    expect(textFor(blocks, 'urinary_bladder')).toBe(
      'Either it or segment 1 (Liver) is not what it claims: it lies 100 mm above segment 1 (Liver). Which of the two is wrong cannot be told from their places.',
    )
  })

  it.each([
    ['beside the other', -50, -50, []],
    ['a little apart', -50, 30, []],
    ['with a gap that no cut explains', -50, 80, ['liver major', 'urinary_bladder major']],
  ])('cut by the images, %s', (_, liverMm, bladderMm, expected) => {
    const blocks = move(blocksOf('liver', 'urinary_bladder'), 'liver', [-60, -20, liverMm])
    const large = blocks.map((block): Block => ({
      ...block,
      size: block.label === 'liver' ? block.size : [8, 8, 8],
    }))
    expect(found(move(large, 'urinary_bladder', [0, -40, bladderMm]))).toEqual(expected)
  })
})

describe('an order that holds of one side only', () => {
  const few = blocksOf('kidney_left', 'kidney_right', 'aorta')

  it('an aorta between the kidneys is where it belongs', () => {
    expect(found(few)).toEqual([])
  })

  it.each<[string, Vector3]>([
    ['left', [110, 40, 480]],
    ['right', [-110, 40, 480]],
  ])('an aorta to the %s of both is not', (_, at) => {
    expect(found(move(few, 'aorta', at)).some((one) => one.startsWith('aorta'))).toBe(true)
  })
})
