/**
 * Mode `anchored` from DICOM files to the verdict: the segment and copies of it that were made worse are drawn, sent, compared in
 * both orders. The model of this test looks: it prefers the outline that lies on the edges of the picture above it.
 */
import { decode } from 'fast-png'
import { afterAll, beforeAll, expect, it, test } from 'vitest'
import { reasoningWith } from '../support/asked-scenes.ts'
import { ellipsoid, paintMask } from '../support/draw.ts'
import { GEOMETRY, judgeScene, MASKS, type Scene } from '../support/in-process.ts'
import { comparison } from '../support/language-model.ts'
import {
  besidesTarget,
  nameOf,
  startModelServer,
  type ModelServer,
  type Responder,
} from '../support/model-server/server.ts'

let server: ModelServer
beforeAll(async () => {
  server = await startModelServer()
})
afterAll(() => server.stop())

const STEP = 5

/** Mean step of brightness across the outline in the lower half, measured in the picture without outline above it. */
function edgeUnderOutline(png: Uint8Array): number {
  const { width, height, data, channels, palette } = decode(png)
  const rgb = (x: number, y: number): readonly number[] => {
    const at = y * width + x
    if (palette !== undefined) return palette[data[at] ?? 0] ?? []
    return Array.from(data.subarray(at * channels, at * channels + 3))
  }
  const grey = (x: number, y: number): number => rgb(x, y)[0] ?? 0
  let [sum, count] = [0, 0]
  for (let y = height / 2 + STEP; y < height - STEP; y++)
    for (let x = STEP; x < width - STEP; x++) {
      const [red = 0, green = 0, blue = 0] = rgb(x, y)
      if (red < 200 || green > 140 || blue > 90) continue
      const above = y - height / 2
      const across = grey(x + STEP, above) - grey(x - STEP, above)
      const down = grey(x, above + STEP) - grey(x, above - STEP)
      sum += Math.hypot(across, down)
      count++
    }
  return count === 0 ? 0 : sum / count
}

const looking: Responder = ({ body, images }) => {
  if (nameOf(body) !== 'hcr_compare') throw new Error('only comparisons were expected')
  const [first = 0, second = 0] = images.map(({ png }) => edgeUnderOutline(png))
  const better = first > 1.05 * second ? 'first' : second > 1.05 * first ? 'second' : 'equal'
  return { kind: 'json', json: comparison(better) }
}

async function anchored(scene: Scene, responder: Responder) {
  server.answerWith(besidesTarget(responder, 'present'))
  const before = server.requests.length
  const { judgement } = await judgeScene(scene, reasoningWith(server, { segments: 'all', mode: 'anchored' }))
  const asked = server.requests.slice(before).filter(({ body }) => nameOf(body) === 'hcr_compare')
  const [segment] = judgement.segments
  const said = segment?.opinion?.clinicalSynthesis.statements.map(({ text }) => text) ?? []
  return { verdict: judgement.verdict, opinion: segment?.opinion, asked, said }
}

test('a segment on its edges is better than each worse copy, whatever the order', async () => {
  const { verdict, opinion, asked, said } = await anchored({}, looking)
  expect(said).toEqual([
    'Compared with a copy enlarged by a quarter in every direction: better.',
    'Compared with a copy reduced by a fifth in every direction: better.',
    'Compared with a copy moved aside by two fifths of its width: better.',
  ])
  expect(opinion).toMatchObject({ score: 5, abstained: null })
  expect(verdict).toBe('accept')
  expect(asked).toHaveLength(6)
  expect(asked.every(({ images }) => images.length === 2)).toBe(true)
  // The pictures trade places, and nothing says which one is the copy.
  const bytes = asked.map(({ images }) => images.map(({ png }) => png.toString('base64')))
  expect(bytes[1]).toEqual(bytes[0]?.toReversed())
  expect(asked.map(({ text }) => text).join()).not.toMatch(/copy|enlarged|reduced|moved/)
  expect(server.broken).toEqual([])
})

test('a segment that is much too large loses against its reduced copy', async () => {
  const mask = paintMask(GEOMETRY, ellipsoid([-50, -10, 96], [64 * 1.25, 56 * 1.25, 60 * 1.25]))
  const { verdict, opinion, said } = await anchored({ mask }, looking)
  expect(said[1]).toBe('Compared with a copy reduced by a fifth in every direction: worse.')
  expect(opinion?.score).toBe(2)
  expect(verdict).toBe('reject')
})

it.each(['equal', 'first', 'second'] as const)(
  'a model that always says %s has seen nothing: a person looks',
  async (better) => {
    const { verdict, opinion } = await anchored({ mask: MASKS.good }, () => ({
      kind: 'json',
      json: comparison(better),
    }))
    expect(opinion?.score).toBeNull()
    expect(opinion?.abstained).toContain('no better than a copy enlarged')
    expect(verdict).toBe('review')
  },
)
