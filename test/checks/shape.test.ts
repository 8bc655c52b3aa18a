/** Checks that look at the mask: pieces, ends, gaps, place, size. */
import { describe, expect, it } from 'vitest'
import { runChecks } from '../../src/checks/run.ts'
import { endShape } from '../../src/checks/flat-end.ts'
import type { Finding } from '../../src/domain/evidence.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import type { SegmentInput } from '../../src/checks/check.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, named, objectContext, segmentInput } from '../support/segment-input.ts'

const GRID = gridOf([100, 80, 80], { spacingMm: [3, 3, 3], origin: [-150, -120, -120] })
const TRUNK = ellipsoid([0, 0, 0], [140, 110, 1e6])
const VOLUME = paintVolume(GRID, (x, y, z) => (TRUNK(x, y, z) ? 40 : -1000))
const ORGAN = ellipsoid([0, 0, 0], [50, 40, 60])

function findings(mask: Mask, changes: Partial<SegmentInput> = {}): Finding[] {
  return runChecks(segmentInput(mask, { volume: VOLUME, ...changes })).findings
}
const brief = (found: Finding[]): string[] => found.map(({ mode, severity }) => `${mode} ${severity}`)

describe('components', () => {
  it.each([
    ['a speck', [60, 0, 70], 3, 'minor'],
    ['a second blob', [80, 0, 60], 20, 'major'],
    ['a second organ', [0, 0, -90], 40, 'critical'],
  ] as const)('%s beside the organ', (_, centre, radius, severity) => {
    const small = ellipsoid([0, 0, 30], [50, 40, 40])
    const mask = paintMask(GRID, anyOf(small, ellipsoid(centre, [radius, radius, Math.min(radius, 25)])))
    const found = findings(mask)
    expect(brief(found)).toEqual([`fragmented ${severity}`])
    expect(found[0]?.text).toMatch(/^1 island beside the expected 1 piece/)
    const worst = Number(found[0]?.instances[0]?.slice('2.25.'.length)) - 100
    expect(Math.abs(worst * 3 - 120 - centre[2])).toBeLessThanOrEqual(3)
    expect(found[0]?.instances.length).toBeLessThanOrEqual(10)
  })

  it('counts no piece that the edge of the images cuts off', () => {
    const mask = paintMask(
      GRID,
      anyOf(ORGAN, (x, y, z) => z > 112 && Math.abs(x) < 10 && Math.abs(y) < 10),
    )
    expect(brief(findings(mask))).toEqual(['truncated minor'])
  })

  it('allows as many pieces as the structure has', () => {
    const mask = paintMask(GRID, anyOf(ORGAN, ellipsoid([0, 0, 90], [20, 20, 10])))
    const resolved = (max: number | null) =>
      named('liver', aStructure({ components: { max, source: 'test' } }))
    expect(brief(findings(mask, { resolved: resolved(2) }))).toEqual([])
    expect(brief(findings(mask, { resolved: resolved(null) }))).toEqual([])
  })
})

describe('flat end', () => {
  const tapering = named('liver', aStructure({ tapers: true }))
  it.each([
    [0, []],
    [0.05, []],
    [0.1, ['truncated major']],
    [0.15, ['truncated critical']],
    [0.25, ['truncated critical']],
    [0.4, ['truncated critical']],
  ])('a cut of %d of the extent at the top', (share, expected) => {
    const mask = paintMask(GRID, (x, y, z) => ORGAN(x, y, z) && z <= 60 - share * 120)
    const found = findings(mask, { resolved: tapering })
    expect(brief(found)).toEqual(expected)
    for (const { text } of found)
      expect(text).toMatch(
        /^The upper end, slice \d+ of 80 \(z = [\d.]+ mm\) is cut flat: it still has \d+ % of the largest cross-section, where the structure should taper\.$/,
      )
  })

  it('finds a cut at the lower end and names the slices', () => {
    const found = findings(
      paintMask(GRID, (x, y, z) => ORGAN(x, y, z) && z >= -30),
      { resolved: tapering },
    )
    expect(brief(found)).toEqual(['truncated critical'])
    expect(found[0]?.text).toContain('lower end, slice 31 of 80 (z = -30.0 mm)')
    expect(found[0]?.instances).toEqual(['2.25.130', '2.25.129', '2.25.131'])
  })

  it('does not judge structures that end bluntly, or too few slices', () => {
    const blunt = paintMask(GRID, (x, y, z) => Math.hypot(x, y) < 40 && Math.abs(z) < 60)
    expect(brief(findings(blunt))).toEqual([])
    expect(brief(findings(blunt, { resolved: tapering }))).toEqual([
      'truncated critical',
      'truncated critical',
    ])
    const flat = paintMask(GRID, (x, y, z) => Math.hypot(x, y) < 40 && Math.abs(z) < 10)
    expect(brief(findings(flat, { resolved: tapering }))).toEqual([])
  })

  it('estimates what is missing by the trend', () => {
    const cap = (z: number): number => 1 - z * z
    const areas = Array.from({ length: 30 }, (_, n) => cap(0.7 - n / 20))
    expect(endShape(areas).areaShare).toBeCloseTo(0.51, 1)
    expect(endShape(areas).slicesToZero * 0.05).toBeGreaterThan(0.3)
    expect(endShape([5, 4, 3]).slicesToZero).toBe(3)
    expect(endShape([1, 10, 20, 30, 30, 20, 10, 1]).slicesToZero).toBeLessThan(0.2)
  })
})

describe('image edge', () => {
  const upper = paintMask(GRID, ellipsoid([0, 0, 110], [40, 40, 50]))
  it('notes that the images end before the organ does', () => {
    const found = findings(upper)
    expect(brief(found)).toEqual(['truncated minor'])
    expect(found[0]?.text).toMatch(
      /^The segment reaches the upper edge of the images with \d+ % of its largest/,
    )
    expect(found[0]?.instances).toEqual(['2.25.179'])
  })

  it('expects it of vessels', () => {
    const vessel = aStructure({ mayReachImageEdge: true })
    expect(brief(findings(upper, { resolved: named('liver', vessel) }))).toEqual([])
  })

  it('names the side for a cut in the image plane', () => {
    const volume = paintVolume(GRID, () => 40)
    const mask = paintMask(GRID, ellipsoid([-140, 0, 0], [40, 40, 40]))
    expect(findings(mask, { volume })[0]?.text).toContain('reaches the right edge of the images')
  })

  it("means nothing on a grid that is the segmentation's own", () => {
    expect(runChecks(segmentInput(upper)).findings).toEqual([])
  })
})

describe('slice gap', () => {
  const without = (...zs: number[]) => paintMask(GRID, (x, y, z) => ORGAN(x, y, z) && !zs.includes(z))
  it('finds a missing slice', () => {
    const found = findings(without(0), {
      resolved: named('liver', aStructure({ components: { max: null, source: 'test' } })),
    })
    expect(brief(found)).toEqual(['slice-gap major'])
    expect(found[0]).toMatchObject({
      instances: ['2.25.140'],
      text: '1 slice inside the structure holds no voxel (2 % of its 41), at slice 41 of 80 (z = 0.0 mm).',
    })
  })

  it('finds one near the end of an organ of one piece, too', () => {
    expect(brief(findings(without(51)))).toEqual(['slice-gap major'])
  })

  it('is graver when every other slice is missing', () => {
    const zs = Array.from({ length: 20 }, (_, n) => -57 + 6 * n)
    // What is left of the tips is smaller than its neighbour by too much to be told from a speck.
    expect(brief(findings(without(...zs)))).toEqual(['slice-gap critical', 'fragmented minor'])
  })

  it('is none between two lesions one above the other', () => {
    const lesions = named(
      'lesion',
      aStructure({
        id: 'lesion',
        names: ['lesion'],
        kind: 'lesion',
        components: { max: null, source: 'test' },
      }),
    )
    const mask = paintMask(
      GRID,
      anyOf(ellipsoid([0, 0, 20], [20, 20, 16]), ellipsoid([0, 0, -20], [20, 20, 16])),
    )
    expect(brief(findings(mask, { resolved: lesions }))).toEqual([])
  })

  it('is no more than a question while there are no images: they may have had the same gap', () => {
    const found = runChecks(segmentInput(without(0, 3, 6))).findings
    expect(brief(found)).toEqual(['slice-gap minor'])
    expect(found[0]?.text).toMatch(/Whether there is an image for each of them is not known\.$/)
  })

  it("is the series' fault where it has no image", () => {
    const volume = { ...VOLUME, instances: VOLUME.instances.map((uid, k) => (k === 40 ? null : uid)) }
    const resolved = named('liver', aStructure({ components: { max: null, source: 'test' } }))
    expect(brief(findings(without(0), { volume, resolved }))).toEqual([])
  })
})

describe('out of body', () => {
  it.each([
    [0, []],
    [160, ['out-of-body major']],
    [200, ['out-of-body critical']],
  ])('an organ moved by %i mm', (mm, expected) => {
    const mask = paintMask(GRID, ellipsoid([mm * 0.75, 0, 0], [40, 30, 40]))
    expect(brief(findings(mask)).filter((text) => text.startsWith('out-of-body'))).toEqual(expected)
  })
})

describe('out of body on MR and PET', () => {
  // What is dark there is not surely air: cortical bone, lung, saturated fat, tissue without uptake.
  it.each([
    ['MR', 10, ['out-of-body minor']],
    ['PT', 10, ['out-of-body minor']],
    ['MR', 35, ['out-of-body major']],
    ['MR', 80, ['out-of-body critical']],
    ['CT', 10, ['out-of-body major']],
  ] as const)('on %s with about %i %% outside', (modality, percent, expected) => {
    const wide = gridOf([140, 80, 80], { spacingMm: [3, 3, 3], origin: [-150, -120, -120] })
    const volume = paintVolume(
      wide,
      (x, y, z) => (TRUNK(x, y, z) ? 400 : modality === 'CT' ? -1000 : 2),
      modality,
    )
    // A box of 200 mm along x; the body and the cells next to it end near x = 146 there.
    const end = 146 + 2 * percent
    const mask = paintMask(
      wide,
      (x, y, z) => Math.abs(y) < 10 && Math.abs(z) < 30 && x > end - 200 && x <= end,
    )
    const found = findings(mask, { volume })
    expect(brief(found).filter((text) => text.startsWith('out-of-body'))).toEqual(expected)
  })
})

describe('volume', () => {
  const cm3 = (4 / 3) * Math.PI * 5 * 4 * 6
  it.each([
    [{ low: 400, high: 600 }, []],
    [{ low: cm3 * 1.2, high: null }, ['implausible-volume major']],
    [{ low: cm3 * 2.2, high: null }, ['implausible-volume critical']],
    [{ low: null, high: cm3 / 1.2 }, ['implausible-volume major']],
    [{ low: null, high: cm3 / 2.2 }, ['implausible-volume critical']],
  ])('against %o', (range, expected) => {
    const resolved = named('liver', aStructure({ volumeCm3: { ...range, source: 'Author 2000' } }))
    const found = findings(paintMask(GRID, ORGAN), { resolved })
    expect(brief(found)).toEqual(expected)
    for (const { text } of found) expect(text).toContain('(Author 2000)')
  })

  it('cannot be too small when the images cut the organ', () => {
    const resolved = named(
      'liver',
      aStructure({ volumeCm3: { low: 5000, high: null, source: 'test' }, mayReachImageEdge: true }),
    )
    expect(findings(paintMask(GRID, ellipsoid([0, 0, 110], [40, 40, 50])), { resolved })).toEqual([])
  })
})

describe('a shape that lies outside the images there are', () => {
  const outside = {
    kind: 'out-of-image' as const,
    text: 'All of it lies outside.',
    count: 9,
    total: 9,
    slices: [],
  }
  const nothing: Mask = {
    geometry: GRID,
    box: { origin: [0, 0, 0], size: [0, 0, 0] },
    voxels: new Uint8Array(),
  }

  it('is outside, not empty', () => {
    expect(brief(findings(nothing, { shapeProblems: [outside] }))).toEqual(['out-of-image critical'])
    expect(brief(findings(nothing))).toEqual(['empty critical'])
  })

  it('says nothing against the mask while images that it refers to are missing', () => {
    const object = objectContext({
      missingInstances: ['2.25.9'],
      object: { references: [{ seriesInstanceUid: '2.25.2', sopInstanceUids: ['2.25.9', '2.25.10'] }] },
    })
    const found = findings(nothing, { shapeProblems: [outside], object })
    expect(brief(found)).toEqual(['source-incomplete minor', 'out-of-image minor'])
    expect(found[1]?.text).toBe(
      'All of it lies outside. 1 of the images it refers to is not in the archive: it may lie there.',
    )
  })
})

describe('problems of turning a shape into voxels', () => {
  it.each([
    ['contour-ambiguous', 1, 'minor'],
    ['contour-ambiguous', 30, 'major'],
    ['off-plane-contours', 50, 'major'],
    ['out-of-image', 1, 'minor'],
    ['out-of-image', 10, 'major'],
  ] as const)('%s of %i %% is %s', (kind, count, severity) => {
    const shapeProblems = [{ kind, text: 'As it was found.', count, total: 100, slices: [4, 2] }]
    const found = findings(paintMask(GRID, ORGAN), { shapeProblems })
    expect(found).toMatchObject([
      { mode: kind, severity, text: 'As it was found.', instances: ['2.25.104', '2.25.102'] },
    ])
  })
})
