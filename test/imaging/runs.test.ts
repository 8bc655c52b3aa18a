import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Mask } from '../../src/domain/geometry.ts'
import { runsOf } from '../../src/imaging/runs.ts'
import { drawMask, gridOf } from '../support/draw.ts'

describe('runsOf', () => {
  it('tells columns, row and slice of every run', () => {
    const runs = runsOf(drawMask('##.#. ..... .....', '..... ..... #####'))
    expect([runs.start, runs.end, runs.j, runs.k].map((values) => [...values])).toEqual([
      [0, 3, 0],
      [1, 3, 4],
      [0, 0, 2],
      [0, 0, 1],
    ])
  })

  it('holds every voxel that is set and no other, in scan order, wherever the voxels begin in memory', () => {
    const masks = fc
      .tuple(
        fc.integer({ min: 1, max: 23 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.record({ value: fc.constantFrom(0, 1, 7), length: fc.integer({ min: 1, max: 12 }) }), {
          minLength: 1,
        }),
        fc.nat(5),
      )
      .map(([columns, rows, slices, stretches, offset]): Mask => {
        const pattern = stretches.flatMap(({ value, length }) => Array.from({ length }, () => value))
        const voxels = new Uint8Array(columns * rows * slices + offset).subarray(offset)
        for (const n of voxels.keys()) voxels[n] = pattern[n % pattern.length] ?? 0
        const size = [columns, rows, slices] as const
        return { geometry: gridOf(size), box: { origin: [0, 0, 0], size }, voxels }
      })
    fc.assert(
      fc.property(masks, ({ box, voxels }) => {
        const runs = runsOf({ geometry: gridOf(box.size), box, voxels })
        const places: number[] = []
        for (let run = 0; run < runs.count; run++) {
          const row = ((runs.k[run] ?? 0) * box.size[1] + (runs.j[run] ?? 0)) * box.size[0]
          expect(places).not.toContain(row + (runs.start[run] ?? 0) - (runs.start[run] === 0 ? 0 : 1))
          for (let i = runs.start[run] ?? 0; i <= (runs.end[run] ?? -1); i++) places.push(row + i)
        }
        expect(places).toEqual([...voxels.keys()].filter((n) => voxels[n] !== 0))
      }),
    )
  })

  it('finds none in an empty box', () => {
    expect(
      runsOf({
        geometry: gridOf([4, 4, 4]),
        box: { origin: [0, 0, 0], size: [0, 0, 0] },
        voxels: new Uint8Array(),
      }).count,
    ).toBe(0)
  })
})
