import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FailureMode } from '../../src/domain/evidence.ts'
import { CHECKS } from '../../src/checks/index.ts'
import { runChecks } from '../../src/checks/run.ts'
import { drawMask, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named, objectContext, segmentInput } from '../support/segment-input.ts'

describe('the table of checks', () => {
  it('covers every failure mode', () => {
    expect(new Set(CHECKS.flatMap(({ modes }) => modes))).toEqual(new Set(FailureMode.options))
  })

  it.each(CHECKS)('$name is in a file of this folder', ({ file }) => {
    expect(existsSync(new URL(`../../src/checks/${file}`, import.meta.url))).toBe(true)
  })
})

describe('runChecks', () => {
  const geometry = gridOf([60, 60, 60], { spacingMm: [3, 3, 3], origin: [-90, -90, -90] })
  const trunk = paintVolume(geometry, (x, y, z) =>
    ellipsoid([20, 0, 0], [65, 60, 1e6])(x, y, z) ? 40 : -1000,
  )
  const organ = paintMask(geometry, ellipsoid([0, 0, 0], [30, 25, 40]))

  it('finds no fault with a good segment', () => {
    const { evidence, findings } = runChecks(segmentInput(organ, { volume: trunk }))
    expect(findings).toEqual([])
    expect(evidence.map(({ id }) => id)).toEqual(evidence.map((_, index) => `E${index + 1}`))
    const volume = evidence.find(({ name }) => name === 'volume')
    expect(volume?.unit).toBe('cm3')
    expect(volume?.value).toBeCloseTo((4 / 3) * Math.PI * 3 * 2.5 * 4, 0)
    expect(evidence.find(({ name }) => name === 'mean value')).toMatchObject({ value: 40, unit: "[hnsf'U]" })
  })

  it('says once what two checks see at one place, with the evidence of both', () => {
    const volume = paintVolume(geometry, (x, y, z) =>
      ellipsoid([0, 0, 0], [30, 25, 40])(x, y, z) ? 110 : 30,
    )
    const cut = paintMask(geometry, (x, y, z) => z < 5 && ellipsoid([0, 0, 0], [30, 25, 40])(x, y, z))
    const resolved = named('liver', aStructure({ boundary: 'sharp', tapers: true }))
    const { evidence, findings } = runChecks(segmentInput(cut, { volume, resolved }))
    const truncated = findings.filter(({ mode }) => mode === 'truncated')
    expect(truncated).toHaveLength(1)
    const names = truncated[0]?.evidence.map((id) => evidence.find((item) => item.id === id)?.name)
    expect(names).toContain('section that ends without an edge')
    expect(new Set(names).size).toBeGreaterThan(1)
  })

  it('numbers findings gravest first and points them at their evidence', () => {
    const input = segmentInput(drawMask('#.. ... ...'), {
      object: objectContext({ source: { patientId: 'B' }, missingInstances: ['2.25.9'] }),
    })
    const { evidence, findings } = runChecks(input)
    expect(findings.map(({ id, mode, severity }) => [id, mode, severity])).toEqual([
      ['F1', 'wrong-patient', 'critical'],
      ['F2', 'source-incomplete', 'minor'],
    ])
    const [first] = findings
    expect(evidence.find(({ id }) => id === first?.evidence[0])).toMatchObject({
      name: 'patient match',
      value: 0,
    })
    expect(new Set(evidence.map(({ id }) => id)).size).toBe(evidence.length)
  })

  it('says only that an empty segment is empty', () => {
    const { findings } = runChecks(segmentInput(drawMask('... ...'), { volume: null }))
    expect(findings.map(({ mode }) => mode)).toEqual(['empty'])
  })

  it('still checks the headers of a segment without a mask', () => {
    const input = segmentInput(null, { object: objectContext({ source: { frameOfReferenceUid: '2.25.7' } }) })
    expect(runChecks(input).findings.map(({ mode }) => mode)).toEqual(['frame-of-reference-mismatch'])
  })

  it('raises no false alarm about a structure it does not know', () => {
    const resolved = { structure: null, matchedBy: null, side: null, sideFrom: null, sideConflict: false }
    const odd = paintMask(
      geometry,
      (x, y, z) =>
        (Math.abs(x) < 20 && Math.abs(y) < 20 && Math.abs(z) < 60) || (x > 40 && x < 50 && Math.abs(y) < 10),
    )
    expect(runChecks(segmentInput(odd, { volume: trunk, resolved })).findings).toEqual([])
  })
})
