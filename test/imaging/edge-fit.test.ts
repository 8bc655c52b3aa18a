/** Lines across a surface, the edges on them, and where they would have the surface. */
import { describe, expect, it } from 'vitest'
import type { Vector3 } from '../../src/domain/geometry.ts'
import { boundaryProfiles } from '../../src/imaging/boundary-profile.ts'
import { bestGrowth, bestShift, supportAt } from '../../src/imaging/edge-fit.ts'
import { edgeVotes, type EdgeVotes } from '../../src/imaging/edge-votes.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'

const GRID = gridOf([48, 48, 48], { origin: [-23.5, -23.5, -23.5] })
const OPTIONS = { pointsMax: 2000, reach: 6, stepMinMm: 1 }
const ball = (centre: Vector3, radius: number) => ellipsoid(centre, [radius, radius, radius])
const BALL = paintMask(GRID, ball([0, 0, 0], 12))

/** A smooth edge of 2 mm at the ball's surface, moved and grown. */
function votesOf(centre: Vector3, radius: number): EdgeVotes {
  const volume = paintVolume(GRID, (x, y, z) =>
    Math.tanh(radius - Math.hypot(x - centre[0], y - centre[1], z - centre[2])),
  )
  const votes = edgeVotes(boundaryProfiles(BALL, volume, OPTIONS), 10)
  if (votes === null) throw new Error('The ball has a surface.')
  return votes
}

describe('boundaryProfiles', () => {
  it('runs outwards along the normal, one voxel from sample to sample', () => {
    const volume = paintVolume(GRID, (x, y, z) => Math.hypot(x, y, z))
    const lines = boundaryProfiles(BALL, volume, OPTIONS)
    expect(lines.count).toBeGreaterThan(1000)
    expect(lines.count).toBeLessThanOrEqual(2000)
    let [worstStep, meanMiddle] = [0, 0]
    for (let line = 0; line < lines.count; line++) {
      const at = (n: number): number => lines.values[line * lines.samples + n] ?? 0
      const step = lines.stepMm[line] ?? 0
      worstStep = Math.max(worstStep, Math.abs((at(11) - at(0)) / 11 - step))
      meanMiddle += (at(5) + at(6)) / 2 / lines.count
    }
    expect(worstStep).toBeLessThan(0.15)
    expect(meanMiddle).toBeCloseTo(12, 0)
  })

  it('leaves out lines that leave the grid', () => {
    const near = paintMask(GRID, ball([-20, 0, 0], 8))
    const volume = paintVolume(GRID, () => 1)
    const all = boundaryProfiles(near, volume, { ...OPTIONS, pointsMax: 1e6, reach: 1 }).count
    expect(boundaryProfiles(near, volume, { ...OPTIONS, pointsMax: 1e6 }).count).toBeLessThan(all)
  })
})

describe('edgeVotes', () => {
  it('needs lines, and finds no edge in a plain image', () => {
    const plain = boundaryProfiles(
      BALL,
      paintVolume(GRID, () => 7),
      OPTIONS,
    )
    expect(edgeVotes(plain, plain.count + 1)).toBeNull()
    const votes = edgeVotes(plain, 10)
    expect(votes?.edgelessShare).toBe(1)
    expect(votes === null ? 0 : supportAt(votes, 0, [0, 0, 0])).toBe(1)
  })

  it('does not depend on the scale of values', () => {
    const times = (factor: number): number => {
      const volume = paintVolume(GRID, (x, y, z) => factor * Math.tanh(12 - Math.hypot(x, y, z)))
      const votes = edgeVotes(boundaryProfiles(BALL, volume, OPTIONS), 10)
      return votes === null ? 0 : supportAt(votes, 0, [0, 0, 0])
    }
    expect(times(1000)).toBeCloseTo(times(0.01), 3)
    expect(times(1)).toBeGreaterThan(2)
  })
})

describe('the best place', () => {
  it.each([-3, -1.5, 0, 1, 2.5])('grown by %d mm', (mm) => {
    expect((bestGrowth(votesOf([0, 0, 0], 12 + mm))?.steps ?? NaN) - mm).toBeCloseTo(0, 0)
  })

  it('has no peak where the edge lies beyond the lines', () => {
    expect(bestGrowth(votesOf([0, 0, 0], 17))).toBeNull()
  })

  it.each<Vector3>([
    [0, 0, 0],
    [3, 0, 0],
    [0, -3, 2],
  ])('moved by %d, %d, %d mm', (...centre) => {
    const votes = votesOf(centre, 12)
    const { mm, support } = bestShift(votes, [1, 1, 1])
    for (const axis of [0, 1, 2] as const) expect(Math.abs(mm[axis] - centre[axis])).toBeLessThanOrEqual(0.75)
    expect(support).toBeGreaterThanOrEqual(supportAt(votes, 0, [0, 0, 0]))
  })
})
