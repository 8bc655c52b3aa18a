import { describe, expect, it } from 'vitest'
import { refine, type LoopInput } from '../../src/refinement/loop.ts'
import type { PromptableModel } from '../../src/refinement/models.ts'
import { cellsOf, sceneAround } from '../../src/refinement/scene.ts'
import { cut, truth, volume } from './scenes.ts'

const scene = sceneAround([truth], volume, { marginMm: [5, 10], cellsMax: 1_000_000 })
if (scene === null) throw new Error('the scene has a ball')
const [candidate, fused] = [cellsOf(cut, scene), cellsOf(truth, scene)]
const SIGNAL = new AbortController().signal

/** A model that answers with these masks, the last one again and again. */
function model(...answers: Uint8Array[]): PromptableModel {
  let asked = 0
  return {
    id: 'scripted',
    prompts: ['scribbles'],
    inputSide: null,
    segment: async () => answers[Math.min(asked++, answers.length - 1)] ?? candidate,
  }
}

function input(changes: Partial<LoopInput>): LoopInput {
  if (scene === null) throw new Error('unreachable')
  return {
    scene,
    candidate,
    truth: { provider: 'test', samples: [fused, fused, fused], voices: [fused], fused },
    model: model(fused),
    prompt: 'scribbles',
    limits: { pseudoDiceMin: 0.9, iterationsMax: 20, iterationsWithoutGainMax: 10, budgetMs: 1000 },
    clockMs: () => 0,
    ...changes,
  }
}

describe('the loop', () => {
  it('stops when the mask is good enough', async () => {
    const result = await refine(input({}), SIGNAL)
    expect(result).toMatchObject({ stoppedBy: 'good-enough', iterations: 1, after: { mean: 1, min: 1 } })
  })

  it('stops after ten iterations without gain, and keeps the best mask', async () => {
    const result = await refine(input({ model: model(new Uint8Array(fused.length)) }), SIGNAL)
    expect(result).toMatchObject({ stoppedBy: 'no-gain', iterations: 10 })
    expect(result.cells).toBe(candidate)
    expect(result.after).toEqual(result.before)
  })

  it('stops after twenty iterations in all', async () => {
    const limits = { pseudoDiceMin: 1, iterationsMax: 20, iterationsWithoutGainMax: 100, budgetMs: 1000 }
    const result = await refine(input({ model: model(candidate), limits }), SIGNAL)
    expect(result).toMatchObject({ stoppedBy: 'iterations', iterations: 20 })
  })

  it('stops when its time is over', async () => {
    let now = 0
    const clockMs = () => (now += 600)
    const result = await refine(input({ model: model(candidate), clockMs }), SIGNAL)
    expect(result).toMatchObject({ stoppedBy: 'budget', iterations: 2 })
  })

  it('asks nothing where the samples do not agree that the mask is wrong', async () => {
    const samples = [fused, fused, candidate]
    const result = await refine(
      input({ truth: { provider: 'test', samples, voices: samples, fused } }),
      SIGNAL,
    )
    expect(result).toMatchObject({ stoppedBy: 'agrees', iterations: 0, prompts: null })
  })

  it('ends between iterations when it is cancelled', async () => {
    const controller = new AbortController()
    const cancelling: PromptableModel = {
      ...model(candidate),
      segment: async () => {
        controller.abort()
        return candidate
      },
    }
    await expect(refine(input({ model: cancelling }), controller.signal)).rejects.toThrow('aborted')
  })
})
