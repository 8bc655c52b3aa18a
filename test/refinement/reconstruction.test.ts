import { describe, expect, it } from 'vitest'
import type { Mask, Volume } from '../../src/domain/geometry.ts'
import type { Network, Tensors } from '../../src/domain/network.ts'
import { dice } from '../../src/refinement/pseudo-dice.ts'
import { fromReconstruction } from '../../src/refinement/pseudo-truth-reconstruction.ts'
import { CHANNELS, type ReconstructionModel } from '../../src/refinement/reconstruction-model.ts'
import { cellsOf, sceneAround, type Cells, type Scene } from '../../src/refinement/scene.ts'
import { cut, geometry, maskWhere, nothing, truth, volume } from './scenes.ts'

const SIGNAL = new AbortController().signal
const SIZE = 32
const PLANE = SIZE * SIZE

/** A network that says of every pixel what `say` makes of its channels. */
function network(say: (channel: (n: number, pixel: number) => number, pixel: number) => number): Network {
  return {
    run: async ({ input }: Tensors) => {
      const { data = new Float32Array(), shape = [] } = input ?? {}
      const count = shape[0] ?? 0
      const out = new Float32Array(count * PLANE)
      for (let n = 0; n < out.length; n++) {
        const [slice, pixel] = [Math.floor(n / PLANE), n % PLANE]
        const channel = (at: number, where: number) => data[(slice * CHANNELS + at) * PLANE + where] ?? 0
        out[n] = say(channel, pixel) - 0.5
      }
      return { logits: { shape: [count, 1, SIZE, SIZE], data: out } }
    },
  }
}

const [SHOWN, OWN, FOOTPRINT] = [1, 4, 6]
const asItIs = network((channel, pixel) => channel(OWN, pixel))

function model(of: Network): ReconstructionModel {
  const structure = { scheme: '99TEST', value: 'ball', meaning: 'Ball' }
  const seen = { size: SIZE, pixelMm: 1, contextMm: [6, 12] satisfies [number, number] }
  return { id: 'test-1', structure, modality: 'CT', ...seen, quality: 'not known', network: of }
}

function sceneOf(mask: Mask, images: Volume = volume): { scene: Scene; candidate: Cells } {
  const scene = sceneAround([mask], images, { marginMm: [8, 16], cellsMax: 1_000_000 })
  if (scene === null) throw new Error('the mask has voxels')
  return { scene, candidate: cellsOf(mask, scene) }
}

async function samplesOf(mask: Mask, of: Network, images?: Volume): Promise<readonly number[]> {
  const { scene, candidate } = sceneOf(mask, images)
  const input = { scene, candidate, second: null, reconstruction: model(of) }
  const samples = (await fromReconstruction(input, SIGNAL)) ?? []
  return samples.map((sample) => dice(sample, cellsOf({ ...truth, geometry: mask.geometry }, scene)))
}

describe('what the network says comes back to its place', () => {
  it.each([
    { name: 'upright', affine: geometry.affine },
    {
      name: 'columns to the right, rows to the front',
      affine: [-1, 0, 0, 9, 0, -1, 0, 5, 0, 0, 2, 0, 0, 0, 0, 1],
    },
    { name: 'slices from left to right', affine: [0, 0, 2, 3, 1, 0, 0, 0, 0, -1, 0, 7, 0, 0, 0, 1] },
  ])('$name', async ({ affine }) => {
    const turned = { ...geometry, affine }
    const all = await samplesOf({ ...truth, geometry: turned }, asItIs, { ...volume, geometry: turned })
    expect(all.length).toBeGreaterThanOrEqual(3)
    for (const one of all) expect(one).toBeGreaterThan(0.95)
  })
})

it('finds what was cut off: slices beyond the own ones are reconstructed from the image', async () => {
  const bright = network((channel, pixel) => channel(SHOWN, pixel))
  expect(Math.min(...(await samplesOf(cut, bright)))).toBeGreaterThan(0.95)
})

it('a mirrored sample is mirrored back', async () => {
  const isLeft = network((channel, pixel) => (pixel % SIZE < SIZE / 2 ? channel(OWN, pixel) : 0))
  const { scene, candidate } = sceneOf(truth)
  const input = { scene, candidate, second: null, reconstruction: model(isLeft) }
  const [upright = candidate, mirrored = candidate] = (await fromReconstruction(input, SIGNAL)) ?? []
  expect(dice(upright, mirrored)).toBeLessThan(0.3)
  expect(
    dice(
      upright.map((cell, n) => cell | (mirrored[n] ?? 0)),
      candidate,
    ),
  ).toBeGreaterThan(0.9)
})

it('the footprint is the share of slices', async () => {
  let most = 0
  const look = network((channel, pixel) => {
    most = Math.max(most, channel(FOOTPRINT, pixel))
    return 1
  })
  await samplesOf(truth, look)
  expect(most).toBeCloseTo(1, 4)
})

describe('says nothing', () => {
  const wide = maskWhere((i, j, k) => j === 20 && k === 12 && i > 1 && i < 38)
  it.each([
    { of: 'an empty mask', mask: nothing },
    { of: 'a mask wider than its window', mask: wide },
  ])('of $of', async ({ mask }) => {
    const { scene } = sceneOf(truth)
    const input = { scene, candidate: cellsOf(mask, scene), second: null, reconstruction: model(asItIs) }
    expect(await fromReconstruction(input, SIGNAL)).toBeNull()
  })

  it('of a structure that none was trained for', async () => {
    expect(
      await fromReconstruction({ ...sceneOf(truth), second: null, reconstruction: null }, SIGNAL),
    ).toBeNull()
  })
})
