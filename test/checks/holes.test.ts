import { describe, expect, it } from 'vitest'
import { runChecks } from '../../src/checks/run.ts'
import type { SegmentInput } from '../../src/checks/check.ts'
import type { Evidence, Finding } from '../../src/domain/evidence.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import { HOLLOW } from '../../src/checks/holes.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named, segmentInput, sibling } from '../support/segment-input.ts'

const GRID = gridOf([60, 60, 60], { spacingMm: [2, 2, 2], origin: [-60, -60, -60] })
const VOLUME = paintVolume(GRID, (x, y) => (Math.hypot(x, y) < 58 ? 40 : -1000))
const ORGAN = ellipsoid([0, 0, 0], [40, 40, 40])
/** With something else in the middle. */
const WITH_CONTENT = paintVolume(GRID, (x, y, z) =>
  Math.hypot(x - 6, y, z - 10) < 16 ? -700 : Math.hypot(x, y) < 58 ? 40 : -1000,
)

/** The organ without a ball that takes this share of its volume. */
function withCavity(share: number): Mask {
  const radius = 40 * Math.cbrt(share)
  const ball = ellipsoid([6, 0, 10], [radius, radius, radius])
  return paintMask(GRID, (x, y, z) => ORGAN(x, y, z) && !ball(x, y, z))
}

function check(mask: Mask, changes: Partial<SegmentInput> = {}): { evidence: Evidence[]; found: Finding[] } {
  const { evidence, findings } = runChecks(segmentInput(mask, { volume: VOLUME, ...changes }))
  return { evidence, found: findings.filter(({ mode }) => mode === 'holes') }
}
const shareIn = (evidence: readonly Evidence[]) =>
  evidence.find(({ name }) => name === 'enclosed cavities')?.value

describe('holes', () => {
  it.each([
    [0, []],
    [0.0005, []],
    [0.006, ['minor']],
    [0.02, ['major']],
    [0.05, ['major']],
    [0.15, ['major']],
    [0.25, ['critical']],
  ])('a cavity of %d of the volume', (share, severities) => {
    const { evidence, found } = check(withCavity(share))
    expect(found.map(({ severity }) => severity)).toEqual(severities)
    expect(shareIn(evidence)).toBeCloseTo(share, 2)
  })

  it('says how large it is and where most of it shows', () => {
    const { evidence, found } = check(withCavity(0.05))
    const cm3 = (0.05 * 4 * Math.PI * 4 ** 3) / 3
    expect((evidence.find(({ name }) => name === 'largest cavity')?.value ?? 0) / cm3).toBeCloseTo(1, 1)
    expect(found[0]?.text).toMatch(
      /^1 cavity inside the segment is not filled, 5 % of its volume; it has 13\.\d cm3\. Most of it shows at slice 3[56] of 60/,
    )
    expect(found[0]?.instances.slice(0, 2).toSorted()).toEqual(['2.25.134', '2.25.135'])
    expect(found[0]?.evidence).toHaveLength(2)
  })

  it('is none when a way leads out over faces', () => {
    const whole = withCavity(0.05)
    const bored = { ...whole, voxels: Uint8Array.from(whole.voxels) }
    for (let k = 35; k < 60; k++) bored.voxels[(k * 60 + 30) * 60 + 33] = 0
    expect(check(bored).found).toEqual([])
    expect(check(whole).found).toHaveLength(1)
  })

  it('is none where another segment lies in it', () => {
    const mask = withCavity(0.05)
    const tumour = paintMask(GRID, (x, y, z) => ORGAN(x, y, z) && Math.hypot(x - 6, y, z - 10) < 16)
    const elsewhere = paintMask(GRID, ellipsoid([0, 0, -50], [5, 5, 5]))
    const other = named('lesion', aStructure({ id: 'lesion', names: ['lesion'], kind: 'lesion' }))
    expect(check(mask, { siblings: [sibling(2, tumour, other)] }).found).toEqual([])
    expect(check(mask, { siblings: [sibling(2, elsewhere, other)] }).found).toHaveLength(1)
  })

  it.each([
    ['a vessel', aStructure({ kind: 'vessel' })],
    ['a necrotic lesion', aStructure({ kind: 'lesion' })],
    ['a region', aStructure({ kind: 'region' })],
    ['an organ with gas', aStructure({ id: 'colon' })],
  ])('does not accuse %s drawn without what it holds', (_, structure) => {
    const { evidence, found } = check(withCavity(0.05), {
      resolved: named('liver', structure),
      volume: WITH_CONTENT,
    })
    expect(found).toEqual([])
    expect(shareIn(evidence)).toBeCloseTo(0.05, 2)
  })

  it.each([
    ['a vessel', aStructure({ kind: 'vessel' }), ['major']],
    ['a lesion', aStructure({ kind: 'lesion' }), ['major']],
    ['an organ with gas', aStructure({ id: 'colon' }), ['major']],
    ['a region, which may be a shell', aStructure({ kind: 'region' }), []],
  ])('%s of which the image shows the same within', (_, structure, severities) => {
    const { found } = check(withCavity(0.05), { resolved: named('liver', structure) })
    expect(found.map(({ severity }) => severity)).toEqual(severities)
  })

  it.each(['bone', 'muscle'] as const)('expects none of a %s', (kind) => {
    expect(check(withCavity(0.05), { resolved: named('liver', aStructure({ kind })) }).found).toHaveLength(1)
  })

  it('counts several cavities together', () => {
    const balls = anyOf(ellipsoid([15, 0, 0], [7, 7, 7]), ellipsoid([-15, 0, 0], [9, 9, 9]))
    const { found } = check(paintMask(GRID, (x, y, z) => ORGAN(x, y, z) && !balls(x, y, z)))
    expect(found[0]?.text).toMatch(/^2 cavities inside the segment are not filled, 2 %/)
  })

  it('knows the hollow organs by ids that exist', () => {
    const ids = new Set(
      loadKnowledge(new URL('../../config/knowledge/', import.meta.url)).structures.map(({ id }) => id),
    )
    expect([...HOLLOW].filter((id) => !ids.has(id))).toEqual([])
  })
})
