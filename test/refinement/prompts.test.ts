import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convexHull, spread } from '../../src/refinement/convex-hull.ts'
import { errorCells } from '../../src/refinement/error-cells.ts'
import { dice, sliceDice } from '../../src/refinement/pseudo-dice.ts'
import { BOX_PAD_PX, HULL_CLICKS, makePrompts, type PromptInput } from '../../src/refinement/prompts.ts'
import { cellsOf, maskOfCells, sceneAround, type Scene } from '../../src/refinement/scene.ts'
import { cut, nothing, spilled, truth, volume } from './scenes.ts'

function sceneOf(cellsMax = 1_000_000): Scene {
  const scene = sceneAround([spilled], volume, { marginMm: [5, 10], cellsMax })
  if (scene === null) throw new Error('the scene holds voxels')
  return scene
}

function input(changes: Partial<PromptInput> = {}): PromptInput {
  const scene = sceneOf()
  const fused = cellsOf(truth, scene)
  const errors = errorCells(cellsOf(spilled, scene), fused)
  return { truth: fused, errors, scene, slices: [12 - scene.origin[2]], modelSide: null, ...changes }
}

describe('a box', () => {
  it('is that of the pseudo ground truth with ten pixels around, as far as the scene goes', () => {
    const { slices } = makePrompts('box', input())
    const [first] = slices
    const { scene } = input()
    expect(first?.box?.[0]).toBe(Math.max(0, 9 - scene.origin[0] - BOX_PAD_PX))
    expect(first?.box?.[2]).toBe(Math.min(scene.size[0] - 1, 31 - scene.origin[0] + BOX_PAD_PX))
  })

  it('has its margin on the grid of the model', () => {
    const { scene } = input()
    const { slices } = makePrompts('box', input({ modelSide: Math.max(scene.size[0], scene.size[1]) * 10 }))
    expect(slices[0]?.box?.[0]).toBe(9 - scene.origin[0] - 1)
  })

  it('holds nothing where the pseudo ground truth is empty', () => {
    const { slices } = makePrompts('box', input({ slices: [input().scene.size[2] - 1] }))
    expect(slices[0]?.box).toEqual([0, 0, -1, -1])
  })
})

it('scribbles are negative in what is too much, positive in what is missing', () => {
  const scene = sceneOf()
  const fused = cellsOf(truth, scene)
  for (const [mask, positive] of [
    [spilled, false],
    [cut, true],
  ] as const) {
    const errors = errorCells(cellsOf(mask, scene), fused)
    const points = makePrompts('scribbles', {
      ...input(),
      errors,
      slices: [15 - scene.origin[2]],
    }).slices.flatMap((slice) => slice.points)
    expect(points.length).toBeGreaterThan(0)
    expect(points.every((point) => point.positive === positive)).toBe(true)
  }
})

it('clicks are sixteen along the hull, on the pseudo ground truth, and one in what is too much', () => {
  const { slices } = makePrompts('clicks', input())
  const points = slices[0]?.points ?? []
  expect(points.filter(({ positive }) => positive)).toHaveLength(HULL_CLICKS)
  expect(points.filter(({ positive }) => !positive)).toHaveLength(1)
  const { truth: fused, scene } = input()
  const k = slices[0]?.k ?? -1
  for (const { column, row, positive } of points)
    expect(fused[(k * scene.size[1] + row) * scene.size[0] + column]).toBe(positive ? 1 : 0)
})

it('every cell lies within the hull of its slice', () => {
  const columns = 9
  fc.assert(
    fc.property(fc.uint8Array({ min: 0, max: 1, minLength: 63, maxLength: 63 }), (cells) => {
      const hull = convexHull(cells, columns)
      const isLeftOfAll = (n: number): boolean => {
        const [x, y] = [n % columns, Math.floor(n / columns)]
        const sides = hull.map(([ax, ay], at) => {
          const [bx, by] = hull[(at + 1) % hull.length] ?? [ax, ay]
          return Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax))
        })
        return !(sides.includes(1) && sides.includes(-1))
      }
      return hull.length < 3 || cells.every((cell, n) => cell === 0 || isLeftOfAll(n))
    }),
  )
})

it('points along a square are evenly spread', () => {
  const corners: [number, number][] = [
    [0, 0],
    [8, 0],
    [8, 8],
    [0, 8],
  ]
  expect(spread(corners, 4)).toEqual(corners)
})

describe('Dice', () => {
  it('of empty and not empty is 0, of two empty ones 1', () => {
    const [empty, full] = [new Uint8Array(3), Uint8Array.of(1, 0, 0)]
    expect([dice(empty, full), dice(empty, empty), dice(full, full)]).toEqual([0, 1, 1])
  })

  it('slice by slice names those that only one of the two holds', () => {
    const scene = sceneOf()
    const fused = cellsOf(truth, scene)
    const alone = (mask: typeof cut) =>
      sliceDice(cellsOf(mask, scene), { fused }, scene).flatMap((slice) => slice.alone ?? [])
    expect(alone(cut)).toEqual(['pseudo-truth', 'pseudo-truth', 'pseudo-truth', 'pseudo-truth'])
    expect(alone(spilled)).toEqual(['candidate', 'candidate', 'candidate'])
  })
})

it.each([1_000_000, 4000])('cells become the very mask they were made of (%i cells at most)', (cellsMax) => {
  const scene = sceneOf(cellsMax)
  const back = maskOfCells(cellsOf(spilled, scene), spilled, scene)
  const count = (voxels: Uint8Array) => voxels.reduce((sum, voxel) => sum + voxel, 0)
  expect(count(back.voxels)).toBe(count(spilled.voxels))
  expect(sceneAround([nothing], volume, { marginMm: [5, 5], cellsMax })).not.toBeNull()
})
