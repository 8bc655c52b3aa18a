/** Which voxels a finding is about: exactly these, and none where the check does not know. */
import { describe, expect, it } from 'vitest'
import type { SegmentInput } from '../../src/checks/check.ts'
import { runChecks } from '../../src/checks/run.ts'
import type { ErrorKind } from '../../src/domain/error-mask.ts'
import type { FailureMode } from '../../src/domain/evidence.ts'
import type { Mask, Volume } from '../../src/domain/geometry.ts'
import type { Structure } from '../../src/domain/knowledge.ts'
import { findBody } from '../../src/imaging/body.ts'
import { runsOf } from '../../src/imaging/runs.ts'
import { seededRandom } from '../../src/phantom/random.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named, segmentInput, sibling } from '../support/segment-input.ts'

const GRID = gridOf([60, 60, 40], { spacingMm: [2, 2, 3], origin: [-59, -59, -58.5] })
type Shape = (x: number, y: number, z: number) => boolean
const BODY: Shape = (x, y) => Math.hypot(x, y) < 57
const VOLUME = paintVolume(GRID, (x, y, z) => (BODY(x, y, z) ? 40 : -1000))
const ORGAN = ellipsoid([0, 0, 0], [30, 24, 45])
const RESOLVED = named('liver', aStructure())

const but =
  (shape: Shape, without: Shape): Shape =>
  (x, y, z) =>
    shape(x, y, z) && !without(x, y, z)
const both =
  (a: Shape, b: Shape): Shape =>
  (x, y, z) =>
    a(x, y, z) && b(x, y, z)
const nearSlice = (z: number) => (value: number) => Math.abs(value - z) < 1

/** Voxels of the whole grid, as places in it. */
function placesOf({ geometry, box, ...mask }: Mask): number[] {
  const runs = runsOf({ geometry, box, ...mask })
  const places: number[] = []
  for (let run = 0; run < runs.count; run++) {
    const row = ((runs.k[run] ?? 0) + box.origin[2]) * geometry.size[1] + (runs.j[run] ?? 0) + box.origin[1]
    for (let i = runs.start[run] ?? 0; i <= (runs.end[run] ?? 0); i++)
      places.push(row * geometry.size[0] + i + box.origin[0])
  }
  return places
}

function regionOf(mask: Mask, mode: FailureMode, changes: Partial<SegmentInput> = {}) {
  const { findings, regions } = runChecks(
    segmentInput(mask, { volume: VOLUME, resolved: RESOLVED, ...changes }),
  )
  const found = findings.filter((finding) => finding.mode === mode)
  expect(found).toHaveLength(1)
  return regions.get(found[0]?.id ?? '')
}

interface Row {
  readonly mode: FailureMode
  readonly drawn: Shape
  readonly kind: ErrorKind
  readonly expected: Shape
  readonly structure?: Partial<Structure>
  readonly volume?: Volume
}

const ISLANDS = anyOf(ellipsoid([42, 0, 30], [6, 6, 6]), ellipsoid([-40, 10, -30], [4, 4, 4]))
const CAVITY = ellipsoid([4, 0, 6], [9, 9, 12])
const OUTER_CAVITY: Shape = ellipsoid([30, 0, 0], [12, 8, 12])
const GAP = nearSlice(-1.5)
const TUBE: Shape = (x, y, z) => Math.hypot(x, y) < 20 && Math.abs(z) < 40
const SPIKE: Shape = (x, y, z) => GAP(z) && ellipsoid([0, 0, 0], [44, 36, 45])(x, y, 0)
const DENT: Shape = (x, _y, z) => GAP(z) && x > -10
const BUBBLE = ellipsoid([0, 0, 6], [9, 9, 12])
const GAS = {
  modality: 'CT',
  unit: "[hnsf'U]",
  below: -200,
  above: null,
  shareMax: 0.02,
  source: 'test',
  what: 'gas',
} as const
/** What neighbouring slices hold, 3 mm off. */
const above: Shape = (x, y, z) => ORGAN(x, y, z + 3)
const below: Shape = (x, y, z) => ORGAN(x, y, z - 3)

const ROWS: Readonly<Record<string, Row>> = {
  'islands, small and large': {
    mode: 'fragmented',
    drawn: anyOf(ORGAN, ISLANDS),
    kind: 'too-much',
    expected: ISLANDS,
  },
  'islands beside an organ with an empty slice, whose ends are no islands': {
    mode: 'fragmented',
    drawn: anyOf(
      but(ORGAN, (_x, _y, z) => GAP(z)),
      ISLANDS,
    ),
    kind: 'too-much',
    expected: ISLANDS,
  },
  'a cavity': { mode: 'holes', drawn: but(ORGAN, CAVITY), kind: 'missing', expected: CAVITY },
  'a cavity beside a hollow that leads out': {
    mode: 'holes',
    drawn: but(ORGAN, anyOf(CAVITY, OUTER_CAVITY)),
    kind: 'missing',
    expected: but(CAVITY, OUTER_CAVITY),
  },
  'an empty slice of a tube': {
    mode: 'slice-gap',
    drawn: but(TUBE, (_x, _y, z) => GAP(z)),
    kind: 'missing',
    expected: both(TUBE, (_x, _y, z) => GAP(z)),
  },
  'two empty slices of a tube': {
    mode: 'slice-gap',
    drawn: but(TUBE, (_x, _y, z) => z > -6 && z < 0),
    kind: 'missing',
    expected: both(TUBE, (_x, _y, z) => z > -6 && z < 0),
  },
  'a spike in one slice': {
    mode: 'slice-outlier',
    drawn: anyOf(ORGAN, SPIKE),
    kind: 'too-much',
    expected: but(SPIKE, anyOf(above, below)),
  },
  'a slice that lacks a part': {
    mode: 'slice-outlier',
    drawn: but(ORGAN, DENT),
    kind: 'missing',
    expected: both(DENT, both(above, below)),
  },
  'gas, deep inside': {
    mode: 'foreign-tissue',
    drawn: ORGAN,
    kind: 'too-much',
    expected: BUBBLE,
    structure: { foreign: [GAS] },
    volume: paintVolume(GRID, (x, y, z) => (BUBBLE(x, y, z) || !BODY(x, y, z) ? -900 : 40)),
  },
}

describe('the voxels of a finding', () => {
  it.each(Object.entries(ROWS))('%s', (_, { mode, drawn, kind, expected, structure, volume }) => {
    const resolved = named('liver', aStructure(structure))
    const mask = paintMask(GRID, drawn)
    const region = regionOf(mask, mode, { resolved, ...(volume && { volume, body: findBody(volume) }) })
    expect(region?.kind).toBe(kind)
    const places = placesOf(region?.voxels() ?? mask)
    const clipped = kind === 'too-much' ? both(expected, drawn) : but(expected, drawn)
    expect(places.length).toBeGreaterThan(0)
    expect(places).toEqual(placesOf(paintMask(GRID, clipped)))
  })

  it('outside of the body, which is known in cells of 3 mm and with those next to it', () => {
    // Cells are 2 x 2 x 1 voxels: the body ends with column 39, the cell next to it with column 41.
    const volume = paintVolume(GRID, (x) => (x < 20 ? 40 : -1000))
    const mask = paintMask(GRID, (x, y, z) => x > 0 && x < 40 && Math.abs(y) < 20 && Math.abs(z) < 30)
    const region = regionOf(mask, 'out-of-body', { volume, body: findBody(volume) })
    const expected = paintMask(GRID, (x, y, z) => x > 24 && x < 40 && Math.abs(y) < 20 && Math.abs(z) < 30)
    expect(region?.kind).toBe('too-much')
    expect(placesOf(region?.voxels() ?? mask)).toEqual(placesOf(expected))
  })

  it('a second lesion that was left out', () => {
    const grid = gridOf([70, 60, 50], { spacingMm: [3, 3, 3], origin: [-105, -90, -75] })
    const [lesion, second] = [ellipsoid([0, 0, 0], [12, 12, 12]), ellipsoid([45, 0, 30], [10, 10, 10])]
    const volume = paintVolume(grid, (x, y, z) => (anyOf(lesion, second)(x, y, z) ? 8 : 1.5), 'MR')
    const resolved = named('liver', aStructure({ kind: 'lesion', missedTarget: true }))
    const region = regionOf(paintMask(grid, lesion), 'missed-target', { volume, body: null, resolved })
    expect(region?.kind).toBe('missing')
    expect(placesOf(region?.voxels() ?? paintMask(grid, lesion))).toEqual(placesOf(paintMask(grid, second)))
  })

  it('what leaks into the neighbour: most of the leak, nothing of the organ', () => {
    const uniform = seededRandom(3)
    const neighbour = ellipsoid([52, 0, 0], [26, 30, 30])
    const value = (x: number, y: number, z: number) => (ORGAN(x, y, z) ? 100 : neighbour(x, y, z) ? 30 : -100)
    const volume = paintVolume(GRID, (x, y, z) => value(x, y, z) + 8 * (2 * uniform() - 1))
    const leak = ellipsoid([32, 0, 4], [14, 14, 14])
    const resolved = named('liver', aStructure({ boundary: 'sharp' }))
    const mask = paintMask(GRID, anyOf(ORGAN, leak))
    const region = regionOf(mask, 'leakage', { volume, body: null, resolved })
    expect(region?.kind).toBe('too-much')
    const outside = new Set(placesOf(paintMask(GRID, but(leak, ORGAN))))
    const places = placesOf(region?.voxels() ?? mask)
    expect(places.filter((place) => !outside.has(place))).toEqual([])
    expect(places.length).toBeGreaterThan(0.7 * outside.size)
  })
})

describe('no voxels', () => {
  const block: Shape = (x, y, z) => Math.abs(x) < 20 && Math.abs(y) < 20 && Math.abs(z) < 30
  const spleen = named('spleen', aStructure({ id: 'spleen', names: ['spleen'] }))
  const shifted = (x: number, y: number, z: number) => ORGAN(x - (z > 0 ? 16 : 0), y, z)
  const smallVolume = { volumeCm3: { low: 900, high: 2000, source: 'test' } }
  it.each<[string, FailureMode, Shape, Partial<SegmentInput>]>([
    ['of a volume', 'implausible-volume', ORGAN, { resolved: named('liver', aStructure(smallVolume)) }],
    ['of a sideways step: either half may be right', 'slice-outlier', shifted, {}],
    [
      'of an overlap: either of the two may be right',
      'overlap',
      block,
      {
        siblings: [
          sibling(
            2,
            paintMask(GRID, (x, y, z) => block(x - 20, y, z)),
            spleen,
          ),
        ],
      },
    ],
  ])('%s', (_, mode, drawn, changes) => {
    expect(regionOf(paintMask(GRID, drawn), mode, changes)).toBeUndefined()
  })

  it('of a segment without findings', () => {
    const { findings, regions } = runChecks(
      segmentInput(paintMask(GRID, ORGAN), { volume: VOLUME, resolved: RESOLVED }),
    )
    expect(findings).toEqual([])
    expect(regions.size).toBe(0)
  })
})
