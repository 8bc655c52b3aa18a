import { describe, expect, it } from 'vitest'
import type { SecondMask } from '../../src/checks/check.ts'
import { checkSecond } from '../../src/checks/second.ts'
import { runChecks } from '../../src/checks/run.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { segmentInput } from '../support/segment-input.ts'

const GRID = gridOf([60, 60, 60], { spacingMm: [2, 2, 2], origin: [-60, -60, -60] })
const VOLUME = paintVolume(GRID, () => 40)
const ball = (x: number, radius = 25) => paintMask(GRID, ellipsoid([x, 0, 0], [radius, radius, radius]))
const second = (x: number, radius?: number, sound = true): SecondMask => ({
  name: 'The object of series …7',
  mask: ball(x, radius),
  isSound: () => sound,
})
const found = (...seconds: SecondMask[]) =>
  runChecks(segmentInput(ball(0), { volume: VOLUME, seconds })).findings.filter(
    ({ mode }) => mode === 'second-disagrees',
  )

describe('a second segmentation of the same structure', () => {
  it.each([
    ['the same', second(0), 0],
    ['a voxel larger all round: within what readers differ', second(0, 27), 0],
    ['shifted by its radius', second(25), 1],
    ['half as large', second(0, 12), 1],
    ['elsewhere', second(-30, 10), 1],
    ['elsewhere, but faulty itself', second(-30, 10, false), 0],
  ])('%s', (_, other, findings) => {
    expect(found(other)).toHaveLength(findings)
  })

  it('asks for a look and never rejects: either may be wrong', () => {
    const [finding] = found(second(25))
    expect(finding).toMatchObject({ severity: 'minor' })
    expect(finding?.text).toContain('The object of series …7')
    expect(finding?.instances.length).toBeGreaterThan(0)
  })

  it('reports Dice, surface Dice and HD95 whether they agree or not', () => {
    const { evidence } = runChecks(segmentInput(ball(0), { volume: VOLUME, seconds: [second(0)] }))
    const values = evidence.flatMap(({ name, value, unit }) =>
      ['Dice', 'surface Dice', 'HD95'].includes(name) ? [[name, value, unit]] : [],
    )
    expect(values).toEqual([
      ['Dice', 1, '1'],
      ['surface Dice', 1, '1'],
      ['HD95', 0, 'mm'],
    ])
  })

  it('does not check what it agrees with', () => {
    const other = { ...second(0), isSound: () => expect.unreachable('checked') }
    expect(found(other)).toEqual([])
  })

  it('is compared by Dice alone where the grid is sheared', () => {
    const affine = [...GRID.affine]
    affine[2] = 1
    const sheared = { ...GRID, affine }
    const on = (radius: number) => ({ ...ball(0, radius), geometry: sheared })
    const volume = { ...VOLUME, geometry: sheared }
    const context = segmentInput(on(25), {
      volume,
      seconds: [{ name: 'Another', mask: on(9), isSound: () => true }],
    })
    const { findings, evidence } = runChecks(context)
    expect(findings.map(({ mode }) => mode)).toContain('second-disagrees')
    expect(evidence.map(({ name }) => name)).not.toContain('HD95')
  })

  it('is nothing to compare with where there is none', () => {
    const { measures, ...rest } = segmentInput(ball(0), { volume: VOLUME })
    if (measures === null || rest.mask === null || rest.volume === null) throw new Error('an empty ball')
    const shape = { mask: rest.mask, measures, imageSlice: (k: number) => k, volumeCm3: 1 }
    expect(checkSecond({ ...rest, measures, mask: rest.mask, volume: rest.volume, shape })).toEqual({
      evidence: [],
      findings: [],
    })
  })
})
