import { describe, expect, test } from 'vitest'
import type { Geometry, Vector3 } from '../../src/domain/geometry.ts'
import type { Segmentation, SegmentShape, SeriesSummary } from '../../src/domain/segmentation.ts'
import { locateSource, sourceSeriesOf, type SourceLocation } from '../../src/target/source-series.ts'

const PIXEL_MM = 0.8
const SLICE_MM = 2.5

interface SeriesOptions {
  modality?: string
  frame?: string | null
  slices?: number
  spacingMm?: number
  origin?: Vector3
  pixelMm?: number
  without?: readonly number[]
}

/** Axial, 100 x 100 pixels, 20 slices from the origin up unless told otherwise. Instance n of series X is X.n. */
function seriesOf(uid: string, options: SeriesOptions = {}): SeriesSummary {
  const {
    modality = 'CT',
    frame = '2.25.7',
    slices = 20,
    spacingMm = SLICE_MM,
    origin = [0, 0, 0],
    pixelMm = PIXEL_MM,
    without = [],
  } = options
  const [x, y, z] = origin
  return {
    seriesInstanceUid: uid,
    modality,
    patientId: 'p',
    studyInstanceUid: '1.1',
    frameOfReferenceUid: frame,
    instances: Array.from({ length: slices }, (_, n) => n)
      .filter((n) => !without.includes(n))
      .map((n) => ({
        sopInstanceUid: `${uid}.${n}`,
        sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
        position: [x, y, z + n * spacingMm] as const,
        orientation: [1, 0, 0, 0, 1, 0] as const,
        pixelSpacingMm: [pixelMm, pixelMm] as const,
        rows: 100,
        columns: 100,
      })),
  }
}

/** The same images as frames of one instance, X.0. */
function multiFrame(series: SeriesSummary): SeriesSummary {
  const [first] = series.instances
  if (first === undefined) return series
  return { ...series, instances: [{ ...first, frames: series.instances }] }
}

function segmentationOf(
  shape: SegmentShape,
  references: Segmentation['references'] = [],
  frame: string | null = '2.25.7',
): Segmentation {
  return {
    object: {
      modality: shape.kind === 'contours' ? 'RTSTRUCT' : 'SEG',
      sopClassUid: '',
      sopInstanceUid: '9.1',
      seriesInstanceUid: '9',
      label: '',
      producer: { manufacturer: '', algorithm: '', version: '' },
    },
    studyInstanceUid: '1.1',
    patientId: 'p',
    frameOfReferenceUid: frame,
    references,
    segments: [
      {
        number: 1,
        label: '',
        code: null,
        category: null,
        anatomicRegion: null,
        laterality: null,
        trackingId: null,
        trackingUid: null,
        shape,
      },
    ],
    notes: [],
  }
}

/** A mask on slices 5..9 of the default series' grid, its planes shifted by `shiftMm`. */
function maskAt(shiftMm = 0, origin: Vector3 = [40, 40, 5]): SegmentShape {
  const geometry: Geometry = {
    frameOfReferenceUid: '2.25.7',
    size: [100, 100, 20],
    affine: [PIXEL_MM, 0, 0, 0, 0, PIXEL_MM, 0, 0, 0, 0, SLICE_MM, shiftMm, 0, 0, 0, 1],
  }
  return {
    kind: 'mask',
    mask: { geometry, box: { origin, size: [10, 10, 5] }, voxels: new Uint8Array(500).fill(1) },
  }
}

/** Square contours on slices 5..9 of the default series. */
function contoursAt(dxMm = 0): SegmentShape {
  const at = (z: number) =>
    Float64Array.of(10 + dxMm, 10, z, 30 + dxMm, 10, z, 30 + dxMm, 30, z, 10 + dxMm, 30, z)
  const contours = [5, 6, 7, 8, 9].map((k) => ({
    points: at(k * SLICE_MM),
    geometricType: 'CLOSED_PLANAR' as const,
    sopInstanceUids: [],
  }))
  return { kind: 'contours', contours }
}

const named = (series: string | null, ...sopInstanceUids: string[]) => [
  { seriesInstanceUid: series, sopInstanceUids },
]
const uidOf = (location: SourceLocation) => location.series?.seriesInstanceUid ?? null

describe('by reference', () => {
  test('all named images are there', () => {
    const location = locateSource(segmentationOf(maskAt(), named('3.1', '3.1.5', '3.1.6')), [
      seriesOf('2.1'),
      seriesOf('3.1'),
    ])
    expect(location).toMatchObject({
      foundBy: 'reference',
      frameOfReference: 'same',
      missingInstances: [],
      note: 'Named by the object: the archive holds all 2 images it refers to.',
    })
    expect(uidOf(location)).toBe('3.1')
    expect(sourceSeriesOf(location)).toEqual({
      seriesInstanceUid: '3.1',
      modality: 'CT',
      foundBy: 'reference',
      instanceCount: 20,
      note: 'Named by the object: the archive holds all 2 images it refers to.',
    })
  })

  test('a multi-frame image is one image that is named', () => {
    const location = locateSource(segmentationOf(maskAt(), named('3.1', '3.1.0')), [
      multiFrame(seriesOf('2.1')),
      multiFrame(seriesOf('3.1')),
    ])
    expect(location).toMatchObject({
      foundBy: 'reference',
      missingInstances: [],
      note: 'Named by the object: the archive holds the 1 image it refers to.',
    })
    expect(uidOf(location)).toBe('3.1')
  })

  test('images named without their series are found; some are missing', () => {
    const location = locateSource(segmentationOf(maskAt(), named(null, '3.1.5', '3.1.99')), [seriesOf('3.1')])
    expect(uidOf(location)).toBe('3.1')
    expect(location.missingInstances).toEqual(['3.1.99'])
    expect(location.note).toContain('1 of the 2 images it refers to are not in the archive')
  })

  test('the images decide when the object names another series for them', () => {
    const location = locateSource(segmentationOf(maskAt(), named('2.1', '3.1.5')), [
      seriesOf('2.1'),
      seriesOf('3.1'),
    ])
    expect(uidOf(location)).toBe('3.1')
    expect(location.note).toContain('names another series than the one that holds its images')
  })

  test('images of two series: the one with most of them, and it says so', () => {
    const references = named(null, '2.1.1', '3.1.5', '3.1.6')
    const location = locateSource(segmentationOf(maskAt(), references), [
      seriesOf('2.1', { modality: 'PT' }),
      seriesOf('3.1'),
    ])
    expect(uidOf(location)).toBe('3.1')
    expect(location.note).toContain('1 of the images it refers to belong to other series')
  })

  test('RTSTRUCT: the series is named rightly, every image reference dangles', () => {
    const location = locateSource(segmentationOf(contoursAt(), named('3.1', '8.1', '8.2')), [
      seriesOf('2.1'),
      seriesOf('3.1'),
    ])
    expect(location).toMatchObject({ foundBy: 'reference', missingInstances: ['8.1', '8.2'] })
    expect(uidOf(location)).toBe('3.1')
    expect(location.note).toBe(
      'The object names this series, but none of the 2 images it refers to is in the archive. Its position and planes fit the series.',
    )
  })

  test('the same with contours beside the images is not confirmed', () => {
    const location = locateSource(segmentationOf(contoursAt(500), named('3.1', '8.1')), [seriesOf('3.1')])
    expect(location.note).toContain('could not be confirmed')
  })

  test('a reference to a modality that is not judged', () => {
    const location = locateSource(segmentationOf(maskAt(), named('4.1', '4.1.1')), [
      seriesOf('4.1', { modality: 'MG' }),
    ])
    expect(location.series).toBeNull()
    expect(location.note).toBe(
      'The object refers to a series of modality "MG"; only CT, MR and PT series can be judged.',
    )
  })
})

describe('by position', () => {
  test('SEG without references: frame of reference, box and planes', () => {
    const location = locateSource(segmentationOf(maskAt()), [
      seriesOf('2.1', { spacingMm: 3.27, modality: 'PT' }), // same frame, other planes
      seriesOf('3.1', { origin: [500, 0, 0] }), // same frame, elsewhere
      seriesOf('4.1'),
      seriesOf('5.1', { frame: '2.25.8' }),
    ])
    expect(location).toMatchObject({
      foundBy: 'geometry',
      frameOfReference: 'same',
      note: 'The object names no images; found by frame of reference and position.',
    })
    expect(uidOf(location)).toBe('4.1')
  })

  test.each([
    ['differs', '2.25.8'],
    ['absent', null],
  ] as const)('a frame of reference that %s: geometry only, and it says so', (frameOfReference, frame) => {
    const location = locateSource(segmentationOf(contoursAt()), [seriesOf('4.1', { frame })])
    expect(location).toMatchObject({ foundBy: 'geometry', frameOfReference })
    expect(location.note).toContain(`Geometry only, frame of reference ${frameOfReference}`)
  })

  test.each([
    [0.24, '4.1'],
    [0.26, null],
    [1.25, null],
  ])('planes off by %d mm at 2.5 mm spacing (limit 0.1 spacing): %s', (shiftMm, expected) => {
    expect(uidOf(locateSource(segmentationOf(maskAt(shiftMm)), [seriesOf('4.1')]))).toBe(expected)
  })

  test('outside the box: nothing is found, and the note says why', () => {
    const location = locateSource(segmentationOf(contoursAt(60)), [seriesOf('4.1')])
    expect(location).toEqual({
      series: null,
      missingInstances: [],
      note: 'The object refers to no images, and it lies in no CT, MR or PT series of the study plane on plane.',
    })
  })

  test('references to a study that is not here: by position, and the missing ones are told', () => {
    const location = locateSource(segmentationOf(maskAt(), named('8', '8.1')), [seriesOf('4.1')])
    expect(location).toMatchObject({ foundBy: 'geometry', missingInstances: ['8.1'] })
    expect(location.note).toContain('None of what the object names is in the archive')
  })

  test('the frames of a multi-frame image are planes like others', () => {
    const candidates = [
      multiFrame(seriesOf('3.1', { origin: [500, 0, 0] })),
      multiFrame(seriesOf('4.1')),
      multiFrame(seriesOf('5.1', { spacingMm: 3.27 })),
    ]
    const location = locateSource(segmentationOf(maskAt()), candidates)
    expect(location).toMatchObject({ foundBy: 'geometry', frameOfReference: 'same' })
    expect(uidOf(location)).toBe('4.1')
    expect(sourceSeriesOf(location)).toMatchObject({ instanceCount: 1 })
  })

  test('a localiser in the series does not hide its stack', () => {
    const series = seriesOf('4.1')
    const scouts = series.instances.slice(0, 3).map((one, n) => ({
      ...one,
      sopInstanceUid: `4.1.s${n}`,
      orientation: [0, 1, 0, 0, 0, -1] as const,
    }))
    const mixed = { ...series, instances: [...scouts, ...series.instances] }
    expect(uidOf(locateSource(segmentationOf(maskAt()), [mixed]))).toBe('4.1')
  })

  test('an empty mask is found by its grid', () => {
    const shape = maskAt()
    const empty =
      shape.kind === 'mask'
        ? { ...shape, mask: { ...shape.mask, box: { origin: [0, 0, 0], size: [0, 0, 0] } as const } }
        : shape
    expect(uidOf(locateSource(segmentationOf(empty), [seriesOf('4.1')]))).toBe('4.1')
    expect(uidOf(locateSource(segmentationOf(empty), [seriesOf('4.1', { slices: 10 })]))).toBeNull()
  })

  test('images with other modalities, or with no position, are no candidates', () => {
    const [first] = [seriesOf('4.1')]
    const unplaced = { ...first, instances: first.instances.map((one) => ({ ...one, position: null })) }
    expect(
      uidOf(locateSource(segmentationOf(maskAt()), [seriesOf('3.1', { modality: 'US' }), unplaced])),
    ).toBeNull()
  })

  test('unreadable shapes and no references: nothing to find it by', () => {
    const location = locateSource(segmentationOf({ kind: 'unreadable', reason: '' }), [seriesOf('4.1')])
    expect(location.note).toBe('The object refers to no images, and it has no shape to find its images by.')
  })
})

describe('series that match equally', () => {
  test('the lowest UID, whatever the order, and it is said', () => {
    for (const order of [
      ['5.1', '4.1', '4.2'],
      ['4.2', '4.1', '5.1'],
    ]) {
      const location = locateSource(
        segmentationOf(maskAt()),
        order.map((uid) => seriesOf(uid)),
      )
      expect(uidOf(location)).toBe('4.1')
      expect(location.note).toContain(
        '3 series match equally; this one was taken because it has the lowest Series Instance UID.',
      )
    }
  })

  test('exact position and pixel grid win over a series that merely contains it', () => {
    const location = locateSource(segmentationOf(maskAt()), [
      seriesOf('4.1', { pixelMm: 0.9 }),
      seriesOf('5.1'),
    ])
    expect(uidOf(location)).toBe('5.1')
    expect(location.note).toContain(
      '2 series match equally; this one was taken because its image positions are exactly those of the object.',
    )
  })

  test('the named one wins', () => {
    const references = [...named('5.1'), ...named(null, '4.1.1', '5.1.1')]
    expect(
      uidOf(locateSource(segmentationOf(maskAt(), references), [seriesOf('4.1'), seriesOf('5.1')])),
    ).toBe('5.1')
  })
})

test('an object of more contours than a call may have arguments', () => {
  const contour = {
    points: Float64Array.of(10, 10, 5, 10, 10, 5, 10, 10, 5),
    geometricType: 'CLOSED_PLANAR' as const,
    sopInstanceUids: [],
  }
  const many: SegmentShape = { kind: 'contours', contours: Array.from({ length: 150_000 }, () => contour) }
  expect(locateSource(segmentationOf(many), [seriesOf('1.1.1')]).series?.seriesInstanceUid).toBe('1.1.1')
})
