import { describe, expect, it } from 'vitest'
import type { Mask, ProbabilityMap, Volume } from '../../src/domain/geometry.ts'
import { findBody } from '../../src/imaging/body.ts'
import { measureMask } from '../../src/imaging/measure.ts'
import { seededRandom } from '../../src/phantom/random.ts'
import type { TargetCalibration, TargetCalibrationEntry } from '../../src/target/calibration.ts'
import { UNCALIBRATED } from '../../src/target/calibration.ts'
import {
  findResponse,
  matchOf,
  verifyTarget,
  type Response,
  type TargetInput,
} from '../../src/target/verify.ts'
import { ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'

const GRID = gridOf([64, 64, 48], { spacingMm: [2, 2, 2] })
const ORGAN = ellipsoid([50, 60, 48], [20, 18, 16])
const BODY = ellipsoid([64, 64, 48], [58, 55, 80])

/** An organ of 120 HU in tissue of 40 HU, with noise of some 20 HU. */
function patient(seed = 1): Volume {
  const random = seededRandom(seed)
  return paintVolume(GRID, (x, y, z) => {
    if (!BODY(x, y, z)) return -1000
    return (ORGAN(x, y, z) ? 120 : 40) + 20 * (random() + random() + random() + random() - 2)
  })
}
const IMAGE = patient()

function inputOf(mask: Mask, more: Partial<TargetInput> = {}): TargetInput {
  const body = findBody(IMAGE)
  return {
    mask,
    ownMask: mask,
    volume: IMAGE,
    body,
    structure: 'liver',
    pieces: 1,
    calibration: UNCALIBRATED,
    ...more,
  }
}

function responseTo(mask: Mask, more: Partial<TargetInput> = {}): Response {
  const found = findResponse(inputOf(mask, more))
  if (typeof found === 'string') throw new Error(found)
  return found
}

/** As the object stores it: `at` 0..1 at every voxel. */
function withProbability(mask: Mask, at: (x: number, y: number, z: number) => number): Mask {
  const values = paintVolume(GRID, (x, y, z) => Math.round(255 * at(x, y, z))).voxels
  const probability: ProbabilityMap = {
    box: { origin: [0, 0, 0], size: GRID.size },
    values: Uint8Array.from(values),
  }
  return { ...mask, probability }
}

/** Kept for its bounding box only, as masks are. */
function tightMask(isInside: (x: number, y: number, z: number) => boolean): Mask {
  const mask = paintMask(GRID, isInside)
  const tight = measureMask(mask)?.tight
  if (tight === undefined) throw new Error('The mask is empty.')
  const { origin, size } = tight
  const voxels = new Uint8Array(size[0] * size[1] * size[2])
  for (let k = 0, n = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, n++)
        voxels[n] = mask.voxels[((k + origin[2]) * 64 + j + origin[1]) * 64 + i + origin[0]] ?? 0
  return { geometry: GRID, box: tight, voxels }
}

const RIGHT = tightMask(ORGAN)
const ELSEWHERE = tightMask(ellipsoid([84, 78, 48], [20, 18, 16]))

describe('the likelihood of the tissue', () => {
  it('is high under the right mask, compact and pure', () => {
    const { scores, source } = responseTo(RIGHT)
    expect(source).toBe('tissue-likelihood')
    expect(scores.strength).toBeGreaterThan(0.95)
    expect(scores.compactness).toBeGreaterThan(0.8)
    expect(scores.purity).toBeGreaterThan(0.8)
    expect(scores.coverage).toBeGreaterThan(0.8)
  })

  it.each([1, 2, 3])(
    'does not confirm a mask of tissue like that around it: no cell is judged by itself (seed %i)',
    (seed) => {
      const random = seededRandom(seed)
      const volume = paintVolume(GRID, () => 40 + 20 * (random() + random() + random() - 1.5))
      const { scores } = responseTo(RIGHT, { volume, body: null })
      // The halves learn from different slices, so their levels differ a little.
      expect(scores.strength).toBeLessThan(0.3)
      expect(scores.coverage).toBeLessThan(0.15)
    },
  )

  it('is the same whatever the scale of the image', () => {
    const scaled = { ...IMAGE, voxels: IMAGE.voxels.map((value) => value * 2 + 500) }
    const [one, other] = [responseTo(RIGHT).scores, responseTo(RIGHT, { volume: scaled }).scores]
    expect(other.strength).toBeCloseTo(one.strength, 3)
    expect(other.purity).toBeCloseTo(one.purity, 2)
  })

  it.each([
    { what: 'too small', mask: tightMask(ellipsoid([50, 60, 48], [2.1, 2.1, 2.1])), why: /too small/ },
    {
      what: 'of too few cells to learn from',
      mask: tightMask(ellipsoid([50, 60, 48], [4, 4, 4])),
      why: /too little tissue/,
    },
  ])('is not made up for a segment that is $what', ({ mask, why }) => {
    expect(verifyTarget(inputOf(mask))).toMatchObject({
      status: 'unsure',
      strength: null,
      source: expect.stringMatching(why),
    })
  })
})

describe('probabilities that the object stores', () => {
  const blurred = (x: number, y: number, z: number): number =>
    Math.max(0, 1 - 0.6 * (((x - 50) / 20) ** 2 + ((y - 60) / 18) ** 2 + ((z - 48) / 16) ** 2))

  it('come before what the image says', () => {
    const { source, scores } = responseTo(RIGHT, { ownMask: withProbability(RIGHT, blurred) })
    expect(source).toBe('fractional-probability')
    expect(scores.strength).toBeGreaterThan(0.95)
  })

  it('say when they lie elsewhere than the mask', () => {
    const { scores } = responseTo(ELSEWHERE, { ownMask: withProbability(ELSEWHERE, blurred) })
    expect(scores.purity).toBeLessThan(0.1)
  })

  it('are none where they are only 0 and 1', () => {
    const own = withProbability(RIGHT, (x, y, z) => (ORGAN(x, y, z) ? 1 : 0))
    expect(responseTo(RIGHT, { ownMask: own }).source).toBe('tissue-likelihood')
  })
})

describe('the target match', () => {
  const entry: TargetCalibrationEntry = {
    source: 'fractional-probability',
    modality: 'CT',
    structure: null,
    patients: 300,
    accepted: 4,
    wrong: 59,
    intercept: -5,
    weights: { contrast: 0, strength: 10, compactness: 0, purity: 0, coverage: 0 },
    isotonic: { from: [0, 1], to: [0, 1] },
    presentFrom: 0.9,
    absentTo: 0.1,
    contrasts: [1, 2, 3, 4],
  }
  const scores = { strength: 0.9, contrast: 2.5, compactness: 0.5, purity: 0.5, coverage: 0.5 }
  const calibrationOf = (...entries: TargetCalibrationEntry[]): TargetCalibration => ({
    version: 1,
    madeBy: 'test',
    entries,
  })
  const match = (
    source: Response['source'],
    strength: number,
    changes: Partial<TargetCalibrationEntry> = {},
  ) =>
    matchOf(
      { source, scores: { ...scores, strength } },
      'CT',
      'liver',
      calibrationOf({ ...entry, source, ...changes }),
    )

  it.each([
    { source: 'fractional-probability', strength: 0.9, is: 'present' },
    { source: 'reference-prototypes', strength: 0.9, is: 'present' },
    { source: 'self-prototypes', strength: 0.9, is: 'unsure' },
    { source: 'tissue-likelihood', strength: 0.9, is: 'unsure' },
    { source: 'tissue-likelihood', strength: 0.1, is: 'absent' },
    { source: 'fractional-probability', strength: 0.5, is: 'unsure' },
  ] as const)('of $source at strength $strength is $is', ({ source, strength, is }) => {
    expect(match(source, strength).status).toBe(is)
  })

  it('has the conformal p-value of its contrast, and the sizes of the samples', () => {
    const found = match('fractional-probability', 0.9)
    expect(found.pValue).toBe(3 / 5)
    expect(found.source).toContain('4 accepted and 59 wrong masks of 300 patients')
  })

  it('decides nothing where the sample was too small to bound the error', () => {
    const changes = { presentFrom: null, absentTo: null }
    expect(match('fractional-probability', 0.99, changes).status).toBe('unsure')
    expect(match('fractional-probability', 0.01, changes).status).toBe('unsure')
  })

  it.each([
    { what: 'modality', change: { modality: 'MR' } },
    { what: 'source', change: { source: 'self-prototypes' } },
    { what: 'structure', change: { structure: 'spleen' } },
  ] as const)('is unsure and says that it is not calibrated without an entry for its $what', ({ change }) => {
    const calibration = calibrationOf({ ...entry, ...change })
    const found = matchOf({ source: 'fractional-probability', scores }, 'CT', 'liver', calibration)
    expect(found).toMatchObject({ status: 'unsure', pValue: null, strength: 0.9 })
    expect(found.source).toContain('not calibrated')
  })

  it('takes the entry of the very structure before the one of any', () => {
    const own = { ...entry, structure: 'liver', accepted: 77 }
    expect(
      matchOf({ source: 'fractional-probability', scores }, 'CT', 'liver', calibrationOf(entry, own)).source,
    ).toContain('77 accepted')
  })
})
