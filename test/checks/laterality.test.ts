import { describe, expect, it } from 'vitest'
import type { Sibling } from '../../src/checks/check.ts'
import { runChecks } from '../../src/checks/run.ts'
import type { Finding } from '../../src/domain/evidence.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named, segmentInput, sibling } from '../support/segment-input.ts'

const GRID = gridOf([80, 50, 20], { spacingMm: [5, 5, 5], origin: [-180, -125, 0] })
/** The body's midline is at x = 15. */
const VOLUME = paintVolume(GRID, (x, y, z) => (ellipsoid([15, 0, 0], [150, 100, 1e6])(x, y, z) ? 40 : -1000))
const CROPPED = paintVolume(GRID, () => 40)
const KIDNEY = aStructure({ id: 'kidney', names: ['kidney'], paired: true })
const at = (x: number) => paintMask(GRID, ellipsoid([x, 0, 50], [20, 20, 30]))
const LUNG = aStructure({ id: 'lung', names: ['lung'], paired: true })
const partner = (label: string, x: number): Sibling => sibling(2, at(x), named(label, KIDNEY, LUNG))

function check(label: string, x: number, siblings: Sibling[] = [], volume = VOLUME): string[] {
  const input = segmentInput(at(x), { volume, resolved: named(label, KIDNEY), siblings })
  return brief(runChecks(input).findings)
}
const brief = (found: readonly Finding[]): string[] => found.map(({ mode }) => mode)

describe('against the midline', () => {
  it.each([
    ['kidney_left', 75, []],
    ['kidney_left', -45, ['wrong-side']],
    ['kidney_left', 20, ['side-unverified']],
    ['kidney_right', -45, []],
    ['kidney_right', 75, ['wrong-side']],
    ['kidney_right', 10, ['side-unverified']],
    ['kidney', -45, []],
  ])('%s at x = %i mm', (label, x, expected) => {
    expect(check(label, x)).toEqual(expected)
  })

  it('tells how far off it lies, in words of the patient', () => {
    const { findings, evidence } = runChecks(
      segmentInput(at(-45), { volume: VOLUME, resolved: named('Kidney_L', KIDNEY) }),
    )
    expect(findings[0]).toMatchObject({
      severity: 'critical',
      text: "It should lie on the patient's left, but its centre lies 60.0 mm to the right of the body's midline.",
    })
    const offset = evidence.find(({ id }) => findings[0]?.evidence.includes(id) === true)
    expect(offset).toMatchObject({ name: 'offset to the left of the midline', unit: 'mm' })
    expect(offset?.value).toBeCloseTo(-60, 0)
  })

  it('cannot be told where the images cut the body', () => {
    expect(check('kidney_left', 75, [], CROPPED)).toEqual(['side-unverified'])
    expect(
      brief(runChecks(segmentInput(at(75), { resolved: named('kidney_left', KIDNEY) })).findings),
    ).toEqual(['side-unverified'])
  })
})

describe('against the partner', () => {
  it.each([
    ['in order', 'kidney_left', 75, partner('kidney_right', -45), []],
    ['in order, body cut', 'kidney_left', 75, partner('kidney_right', -45), []],
    ['swapped', 'kidney_left', -45, partner('kidney_right', 75), ['wrong-side']],
    ['swapped, the other one', 'kidney_right', 75, partner('kidney_left', -45), ['wrong-side']],
    ['both on the left', 'kidney_right', 75, partner('kidney_left', 120), ['wrong-side']],
    ['in order, near the midline', 'kidney_left', 20, partner('kidney_right', -45), []],
    ['another structure', 'kidney_left', 75, partner('lung_right', 120), []],
    ['the same side twice', 'kidney_left', 75, partner('kidney_left', 120), []],
    ['which claims no side', 'kidney_left', 75, partner('kidney', 100), []],
  ])('%s', (name, label, x, other, expected) => {
    expect(check(label, x, [other], name.includes('cut') ? CROPPED : VOLUME)).toEqual(expected)
  })
})

describe('what is claimed', () => {
  it('is where an unpaired organ always lies', () => {
    const liver = named('liver', aStructure({ usualSide: 'right' }))
    expect(brief(runChecks(segmentInput(at(75), { volume: VOLUME, resolved: liver })).findings)).toEqual([
      'wrong-side',
    ])
    expect(brief(runChecks(segmentInput(at(-45), { volume: VOLUME, resolved: liver })).findings)).toEqual([])
  })

  it('is not a chamber that is called left', () => {
    const atrium = { ...named('left atrium', aStructure({ names: ['left atrium'] })), side: 'left' as const }
    expect(brief(runChecks(segmentInput(at(-45), { volume: VOLUME, resolved: atrium })).findings)).toEqual([])
  })

  it('is no side of the body for sure where nothing is known of the structure', () => {
    // "Left hepatic lobe" may lie to the right of the midline.
    const unknown = { ...named('lobe'), side: 'left' as const, sideFrom: 'code' as const }
    const found = runChecks(segmentInput(at(-45), { volume: VOLUME, resolved: unknown })).findings
    expect(found).toMatchObject([{ mode: 'side-unverified', severity: 'minor' }])
    expect(found[0]?.text).toContain("60.0 mm to the right of the body's midline")
    expect(brief(runChecks(segmentInput(at(75), { volume: VOLUME, resolved: unknown })).findings)).toEqual([])
  })

  it('must not contradict itself', () => {
    const resolved = { ...named('kidney_left', KIDNEY), sideConflict: true }
    expect(brief(runChecks(segmentInput(at(75), { volume: VOLUME, resolved })).findings)).toEqual([
      'wrong-side',
    ])
  })
})
