import { describe, expect, it } from 'vitest'
import { checkContourArtefact } from '../../src/checks/contour-artefact.ts'
import type { Geometry, Mask } from '../../src/domain/geometry.ts'
import type { Contour } from '../../src/domain/segmentation.ts'
import { indexToLps } from '../../src/imaging/geometry.ts'
import { rasterise } from '../../src/imaging/contours.ts'
import { fillGaussian } from '../../src/phantom/random.ts'
import { traceOutlines } from '../../src/dicom/trace-outlines.ts'
import { segmentInput } from '../support/segment-input.ts'

const GRID: Geometry = {
  frameOfReferenceUid: '1.2.4',
  size: [160, 160, 40],
  affine: [0.9, 0, 0, -70, 0, 0.9, 0, -70, 0, 0, 3, -60, 0, 0, 0, 1],
}
type Course = (angle: number, slice: number) => number

/** Contours on 20 slices: radius in mm by angle, drawn with `count` points each. */
function drawn(radius: Course, count = 120): Contour[] {
  return Array.from({ length: 20 }, (_, n) =>
    contour(
      Array.from({ length: count }, (__, m) => {
        const angle = (2 * Math.PI * (m + 0.3)) / count
        const r = radius(angle, n)
        return [r * Math.cos(angle) + 1, r * Math.sin(angle) - 2] as const
      }),
      n + 10,
    ),
  )
}

function contour(points: readonly (readonly [x: number, y: number])[], slice: number): Contour {
  return {
    points: Float64Array.from(points.flatMap(([x, y]) => [x, y, 3 * slice - 60])),
    geometricType: 'CLOSED_PLANAR',
    sopInstanceUids: [],
  }
}

/** What a program makes that traces a mask: steps of one pixel, or of `coarse`. */
function traced(mask: Mask, coarse = 1): Contour[] {
  return traceOutlines(mask).flatMap(({ k, polygons }) =>
    polygons.map((polygon) => {
      const points = polygon.flatMap(([i, j]) => [...indexToLps(GRID, [coarse * i, coarse * j, k])])
      return { ...contour([], k), points: Float64Array.from(points) }
    }),
  )
}

const ORGAN: Course = (angle, slice) =>
  30 + 6 * Math.cos(2 * angle) + 3 * Math.sin(5 * angle + slice) - slice / 2
/** Every point off its place by noise of this many mm, the same at every call. */
function noisy(mm: number): Course {
  const noise = new Float32Array(10_000)
  fillGaussian(noise, mm, 7)
  let n = 0
  return (angle, slice) => ORGAN(angle, slice) + (noise[n++] ?? 0)
}

function check(contours: readonly Contour[]) {
  const { mask } = rasterise(contours, GRID)
  return checkContourArtefact({ ...segmentInput(mask, { contours }), shape: null })
}

function brief(contours: readonly Contour[]): string[] {
  return check(contours).findings.map(({ severity, evidence }) => `${severity} ${evidence[0]}`)
}

const BOX = [
  [-20, -20],
  [20, -20],
  [20, 20],
  [-20, 20],
] as const
const organMask = rasterise(drawn(ORGAN), GRID).mask

describe('what is drawn well', () => {
  it.each<[string, Contour[]]>([
    ['a smooth organ', drawn(ORGAN)],
    ['an organ of few points', drawn(ORGAN, 24)],
    ['an organ of very many points', drawn(ORGAN, 2000)],
    ['an unsteady hand, a third of a pixel', drawn(noisy(0.3))],
    ['an organ traced along the pixels', traced(organMask)],
    [
      'an organ traced along pixels three times as large',
      traced(
        rasterise(
          drawn((a, n) => ORGAN(a, n) / 3),
          GRID,
        ).mask,
        3,
      ),
    ],
    ['a box', Array.from({ length: 20 }, (_, n) => contour(BOX, n + 10))],
    ['a tube that is the same everywhere', drawn(() => 12)],
  ])('%s gives no finding', (_, contours) => {
    expect(contours.length).toBeGreaterThan(15)
    expect(brief(contours)).toEqual([])
  })
})

describe('what is not', () => {
  it.each([1.2, 2.5])('an outline that zigzags by %f mm', (mm) => {
    expect(brief(drawn(noisy(mm), 240))).toContain('minor contours.roughness')
  })

  it('one slip of points taken in the wrong order is minor, a structure of them major', () => {
    const slips = (every: number): Contour[] =>
      drawn(ORGAN).map((one, n) => {
        if (n % every !== 0) return one
        const points = one.points.slice()
        // Half of the outline is walked the wrong way round.
        const half = Array.from({ length: 60 }, (_, m) => points.slice(3 * m, 3 * m + 3)).toReversed()
        half.forEach((point, m) => points.set(point, 3 * m))
        return { ...one, points }
      })
    expect(brief(slips(1))).toEqual(['major contours.crossing'])
    const twist = drawn(ORGAN).map((one, n) => (n === 4 ? swapped(one, 10) : one))
    expect(brief(twist)).toEqual(['minor contours.crossing'])
    expect(check(twist).findings[0]?.text).toMatch(/^1 of 20 contours crosses itself/)
  })

  it('outlines copied over several slices of a structure that changes', () => {
    const contours = drawn((angle, slice) => ORGAN(angle, slice < 6 ? slice : Math.max(6, slice - 4)))
    const { findings, evidence } = check(contours)
    expect(findings.map(({ text }) => text)).toEqual([
      '5 of 20 contours repeat the outline of the plane before, point for point, over up to 5 planes: copied, not drawn.',
    ])
    expect(evidence.find(({ key }) => key === 'contours.copied')?.value).toBe(5)
  })

  it('an organ of five points', () => {
    expect(brief(drawn(ORGAN, 5))).toContain('minor contours.sparse')
  })
})

it('says nothing about a SEG', () => {
  expect(checkContourArtefact({ ...segmentInput(organMask), shape: null })).toEqual({
    evidence: [],
    findings: [],
  })
})

/** Exchanges two points eight apart: two crossings in a corner of the outline. */
function swapped(one: Contour, at: number): Contour {
  const points = one.points.slice()
  points.set(one.points.slice(3 * at, 3 * at + 3), 3 * (at + 2))
  points.set(one.points.slice(3 * at + 6, 3 * at + 9), 3 * at)
  return { ...one, points }
}
