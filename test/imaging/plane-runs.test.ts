import { describe, expect, it } from 'vitest'
import type { Mask, Volume } from '../../src/domain/geometry.ts'
import { planeRuns } from '../../src/imaging/plane-runs.ts'
import { drawMask, gridOf, paintVolume } from '../support/draw.ts'

const GRID = gridOf([10, 6, 4])
const VOLUME = paintVolume(GRID, () => 0)

/** Drawn at column 3, row 2, slice 1 of the grid. */
function placed(...slices: string[]): Mask {
  const { box, voxels } = drawMask(...slices)
  return { geometry: GRID, box: { origin: [3, 2, 1], size: box.size }, voxels }
}

const brief = (volume: Volume, mask: Mask) =>
  planeRuns(mask, volume).map(({ sopInstanceUid, frameNumber, runs }) => [
    sopInstanceUid,
    frameNumber,
    [...runs],
  ])

describe('planeRuns', () => {
  const mask = placed('##.# ..#.', '.... ....', '#### ####')

  it('counts pixels row by row from the first of the image, slices without voxels left out', () => {
    expect(brief(VOLUME, mask)).toEqual([
      ['2.25.101', null, [23, 2, 26, 1, 35, 1]],
      ['2.25.103', null, [23, 4, 33, 4]],
    ])
    expect(planeRuns(mask, VOLUME)[0]).toMatchObject({ rows: 6, columns: 10 })
  })

  it('names the frame of a multi-frame image', () => {
    const instances = ['1.2', '1.3', '1.3', '1.3']
    const frames = [null, 3, 2, 1]
    expect(brief({ ...VOLUME, instances, frames }, mask)).toEqual([
      ['1.3', 3, [23, 2, 26, 1, 35, 1]],
      ['1.3', 1, [23, 4, 33, 4]],
    ])
  })

  it('leaves out slices without an image', () => {
    const instances = VOLUME.instances.map((uid, k) => (k === 1 ? null : uid))
    expect(brief({ ...VOLUME, instances }, mask).map(([uid]) => uid)).toEqual(['2.25.103'])
  })

  it('has no plane for nothing', () => {
    expect(planeRuns(placed('....'), VOLUME)).toEqual([])
  })

  it('copies nothing when it is handed to another thread', () => {
    const [plane] = planeRuns(mask, VOLUME)
    const received = structuredClone(plane)
    if (plane !== undefined) plane.runs[0] = 99
    expect(received?.runs[0]).toBe(99)
  })
})
