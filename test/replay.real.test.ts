/** Five hundred verdicts on small phantoms, all different, made again: every one must come out bit for bit. Minutes of CPU. */
import { expect, test } from 'vitest'
import { between, seededRandom } from '../src/phantom/random.ts'
import { ellipsoid, paintMask } from './support/draw.ts'
import { GEOMETRY, type Scene } from './support/in-process.ts'
import { openReplayWorld } from './support/replay-world.ts'

const CASES = 500
const LIMIT_MS = 1_800_000

/** The organ moved, stretched and cut in its own way for each; every third as contours. */
function sceneOf(index: number): Scene {
  const random = seededRandom(index)
  const some = (low: number, high: number) => between(random, low, high)
  const shape = ellipsoid(
    [some(-70, -30), some(-30, 10), some(76, 116)],
    [some(34, 70), some(32, 60), some(40, 70)],
  )
  const lowest = some(30, 110)
  const mask = paintMask(GEOMETRY, (x, y, z) => shape(x, y, z) && (index % 2 === 0 || z > lowest))
  return { mask, kind: index % 3 === 0 ? 'RTSTRUCT' : 'SEG' }
}

test(`${CASES} verdicts come out the same`, { timeout: LIMIT_MS }, async () => {
  const world = await openReplayWorld({})
  const verdicts = new Map<string, number>()
  const judgements = new Set<string>()
  try {
    for (let index = 1; index <= CASES; index++) {
      const judged = await world.judge(String(index), sceneOf(index))
      const verdict = judged.verdict ?? 'none'
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
      judgements.add(JSON.stringify(judged.segments))
    }
    const outcomes = []
    for (let index = 1; index <= CASES; index++) outcomes.push(await world.replay(String(index)))
    expect(outcomes.filter(({ kind }) => kind !== 'same')).toEqual([])
    // Else it would be one case five hundred times.
    expect(judgements.size).toBeGreaterThan(CASES * 0.9)
    expect(verdicts.size).toBeGreaterThan(1)
    console.log(
      `${CASES} verdicts replayed, the same bit for bit: ${JSON.stringify(Object.fromEntries(verdicts))}`,
    )
  } finally {
    await world.close()
  }
})
