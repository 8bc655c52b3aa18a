/** From the voxels of a finding to pixels of the very images that show them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SegmentInput } from '../../src/checks/check.ts'
import { runChecks } from '../../src/checks/run.ts'
import { segmentErrors } from '../../src/compute/segment-errors.ts'
import { writeImageSeries } from '../../src/dicom/write-image.ts'
import type { ErrorKind, SegmentError } from '../../src/domain/error-mask.ts'
import type { Geometry, Mask, Vector3 } from '../../src/domain/geometry.ts'
import { Policy } from '../../src/domain/policy.ts'
import { alignMask } from '../../src/imaging/align.ts'
import { affineOf, cross } from '../../src/imaging/geometry.ts'
import { LIMITS } from '../dicom/read-samples.ts'
import { imageSeries } from '../dicom/write-samples.ts'
import { newCase } from '../store/case-fixtures.ts'
import { assessAlone } from '../support/assess.ts'
import { anyOf, ellipsoid, gridOf, paintMask, paintVolume } from '../support/draw.ts'
import { aStructure, knowledgeOf, named, segmentInput } from '../support/segment-input.ts'

/** Every pixel of every plane, as `SOP Instance UID` to ascending pixel indices. */
function pixelsOf({ planes }: Pick<SegmentError, 'planes'>): Record<string, number[]> {
  return Object.fromEntries(
    planes.map(({ sopInstanceUid, runs }) => [
      sopInstanceUid,
      Array.from({ length: runs.length / 2 }, (_, run) =>
        Array.from({ length: runs[2 * run + 1] ?? 0 }, (_pixel, n) => (runs[2 * run] ?? 0) + n),
      ).flat(),
    ]),
  )
}

describe('an island that was drawn on known pixels of known images', () => {
  const [COLUMNS, ROWS, SLICES] = [24, 20, 16]
  const uidOf = (slice: number) => `2.25.${500 + slice}`
  const tilt = 0.4
  const oblique: readonly [Vector3, Vector3] = [
    [Math.cos(tilt), Math.sin(tilt), 0],
    [-Math.sin(tilt) * Math.cos(tilt), Math.cos(tilt) ** 2, Math.sin(tilt)],
  ]

  /** The grid as the images are numbered; `towards`: 1 along the normal of the planes, -1 against it. */
  function gridAs(row: Vector3, column: Vector3, towards: 1 | -1): Geometry {
    const [x, y, z] = cross(row, column)
    const stepMm: Vector3 = [3 * towards * x, 3 * towards * y, 3 * towards * z]
    const plane = { position: [5, -7, 11] as const, pixelSpacingMm: [1.5, 1.25] as const, stepMm }
    const affine = affineOf({ ...plane, orientation: [...row, ...column] })
    return { frameOfReferenceUid: '2.25.7', size: [COLUMNS, ROWS, SLICES], affine }
  }

  /** An organ of 6 x 6 x 8 voxels and an island in columns 17 to 19, row 4 of images 11 and 12. */
  function drawn(geometry: Geometry): Mask {
    const voxels = new Uint8Array(COLUMNS * ROWS * SLICES)
    const fill = (k: number, j: number, from: number, to: number) =>
      voxels.fill(1, (k * ROWS + j) * COLUMNS + from, (k * ROWS + j) * COLUMNS + to + 1)
    for (let k = 2; k < 10; k++) for (let j = 8; j < 14; j++) fill(k, j, 6, 11)
    for (const k of [11, 12]) fill(k, 4, 17, 19)
    return { geometry, box: { origin: [0, 0, 0], size: geometry.size }, voxels }
  }

  function imagesOf(geometry: Geometry): Uint8Array[] {
    const series = imageSeries({
      geometry,
      voxels: new Int16Array(COLUMNS * ROWS * SLICES).fill(1064),
      sopInstanceUids: Array.from({ length: SLICES }, (_, slice) => uidOf(slice)),
    })
    const files = [...writeImageSeries(series)].map(({ bytes }) => bytes)
    return files.toSorted((a, b) => (a[a.length - 1] ?? 0) - (b[b.length - 1] ?? 0) || b.length - a.length)
  }

  it.each<[string, Geometry]>([
    ['axial', gridAs([1, 0, 0], [0, 1, 0], 1)],
    ['axial, numbered from head to feet', gridAs([1, 0, 0], [0, 1, 0], -1)],
    ['axial, seen from above and turned', gridAs([-1, 0, 0], [0, 1, 0], 1)],
    ['sagittal', gridAs([0, 1, 0], [0, 0, -1], 1)],
    ['oblique', gridAs(...oblique, 1)],
    ['oblique, numbered against the normal', gridAs(...oblique, -1)],
  ])('%s', async (_, geometry) => {
    const nothing = {
      category: null,
      anatomicRegion: null,
      laterality: null,
      trackingId: null,
      trackingUid: null,
    }
    const mask = drawn(geometry)
    const [segment] = await assessAlone(
      {
        segmentation: {
          ...newCase('a'),
          patientId: 'TEST-1',
          frameOfReferenceUid: '2.25.7',
          references: [],
          notes: [],
          segments: [{ number: 1, label: 'liver', code: null, ...nothing, shape: { kind: 'mask', mask } }],
        },
        images: imagesOf(geometry).toReversed(),
        location: { series: null, note: '', missingInstances: [] },
      },
      { knowledge: knowledgeOf(aStructure()), policy: Policy.parse({}), limits: LIMITS },
    )
    const found = segment?.findings.find(({ mode }) => mode === 'fragmented')
    expect(segment?.errors.map(({ finding, kind }) => [finding, kind])).toEqual([[found?.id, 'too-much']])
    const pixels = [17, 18, 19].map((column) => 4 * COLUMNS + column)
    expect(pixelsOf(segment?.errors[0] ?? { planes: [] })).toEqual({
      [uidOf(11)]: pixels,
      [uidOf(12)]: pixels,
    })
    expect(segment?.errors[0]?.planes[0]).toMatchObject({ frameNumber: null, rows: ROWS, columns: COLUMNS })
  })
})

/** Images of 2 mm slices, and a grid of 6 mm slices over them. */
const THIN = gridOf([40, 40, 60], { spacingMm: [3, 3, 2], origin: [-58.5, -58.5, -59] })
const THICK = gridOf([40, 40, 20], { spacingMm: [3, 3, 6], origin: [-58.5, -58.5, -57] })
const VOLUME = paintVolume(THIN, (x, y) => (Math.hypot(x, y) < 55 ? 40 : -1000))

function errorsOf(
  ownMask: Mask,
  changes: Partial<SegmentInput> = {},
): { mask: Mask; errors: SegmentError[] } {
  const { mask } = alignMask(ownMask, THIN)
  const { regions } = runChecks(segmentInput(mask, { ownMask, volume: VOLUME, ...changes }))
  return { mask, errors: segmentErrors(regions, mask, VOLUME) }
}

describe('a segment with slices of its own', () => {
  it('shows an empty slice on each image that it covers', () => {
    const isTube = (x: number, y: number, z: number) => Math.hypot(x, y) < 20 && Math.abs(z) < 40
    // Slice 9 of the segment lies at z = -3: over the images at -5, -3 and -1.
    const { errors } = errorsOf(paintMask(THICK, (x, y, z) => isTube(x, y, z) && z !== -3))
    const gap = paintMask(THIN, (x, y, z) => isTube(x, y, z) && z >= -5 && z <= -1)
    const [image] = Object.values(pixelsOf(errors[0] ?? { planes: [] }))
    expect(errors.map(({ kind }) => kind)).toEqual(['missing'])
    expect(Object.keys(pixelsOf(errors[0] ?? { planes: [] }))).toEqual(['2.25.127', '2.25.128', '2.25.129'])
    expect(image).toEqual(
      [...gap.voxels.subarray(27 * 1600, 28 * 1600).keys()].filter((n) => gap.voxels[27 * 1600 + n] === 1),
    )
  })
})

describe('whatever is wrong', () => {
  const organ = ellipsoid([0, 0, 0], [34, 28, 42])
  const place = fc.integer({ min: -30, max: 30 })
  const damages = fc.record({
    thick: fc.boolean(),
    island: fc.option(fc.tuple(fc.constantFrom(-48, 48), place, place), { nil: undefined }),
    cavity: fc.option(fc.tuple(place, fc.integer({ min: -9, max: 9 }), place), { nil: undefined }),
    gap: fc.option(place, { nil: undefined }),
    spike: fc.option(place, { nil: undefined }),
    gas: fc.boolean(),
  })
  const inSlice = (z: number, of: number | undefined) => of !== undefined && Math.abs(z - of) < 3
  const GAS = {
    modality: 'CT',
    unit: "[hnsf'U]",
    below: -200,
    above: null,
    shareMax: 0.02,
    source: 'test',
    what: 'gas',
  } as const

  it('too much lies inside the segment and missing outside of it', () => {
    const seen = new Set<ErrorKind>()
    fc.assert(
      fc.property(damages, ({ thick, island, cavity, gap, spike, gas }) => {
        const isIsland = island === undefined ? () => false : ellipsoid(island, [6, 6, 8])
        const isCavity = cavity === undefined ? () => false : ellipsoid(cavity, [9, 9, 12])
        const isSpike = (x: number, y: number, z: number) =>
          inSlice(z, spike) && x > 0 && x < 48 && Math.abs(y) < 20
        const drawn = paintMask(thick ? THICK : THIN, (x, y, z) => {
          const isDrawn = anyOf(organ, isIsland, isSpike)(x, y, z)
          return isDrawn && !isCavity(x, y, z) && !inSlice(z, gap)
        })
        const volume = gas
          ? paintVolume(THIN, (x, y, z) => (Math.hypot(x, y - 8, z) < 14 ? -900 : 40))
          : VOLUME
        const resolved = named('liver', aStructure({ foreign: [GAS] }))
        const { mask, errors } = errorsOf(drawn, { volume, resolved })
        for (const error of errors) {
          seen.add(error.kind)
          const expected = error.kind === 'too-much' ? 1 : 0
          for (const [uid, pixels] of Object.entries(pixelsOf(error))) {
            const slice = (Number(uid.slice('2.25.'.length)) - 100) * 1600
            for (const pixel of pixels) if (onGrid(mask)[slice + pixel] !== expected) return false
          }
        }
        return true
      }),
      { numRuns: 25 },
    )
    expect(seen).toEqual(new Set(['too-much', 'missing']))
  })

  const known = new WeakMap<Mask, Uint8Array>()
  /** The voxels of the whole grid. */
  function onGrid(mask: Mask): Uint8Array {
    const whole = known.get(mask) ?? new Uint8Array(1600 * 60)
    if (!known.has(mask)) {
      const { origin, size } = mask.box
      mask.voxels.forEach((voxel, n) => {
        const [i, j, k] = [
          n % size[0],
          Math.floor(n / size[0]) % size[1],
          Math.floor(n / (size[0] * size[1])),
        ]
        whole[((k + origin[2]) * 40 + j + origin[1]) * 40 + i + origin[0]] = voxel
      })
      known.set(mask, whole)
    }
    return whole
  }
})
