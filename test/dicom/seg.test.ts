import { describe, expect, it } from 'vitest'
import type { Mask } from '../../src/domain/geometry.ts'
import type { Segmentation } from '../../src/domain/segmentation.ts'
import type { NaturalDataset } from '../../src/dicom/write-part10.ts'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import { code, LIMITS, segFile, type SegSample } from './read-samples.ts'

const DOT = [0, 0, 0, 0, 1, 0, 0, 0, 0]
const BAR = [0, 0, 0, 1, 1, 1, 0, 0, 0]
const FULL = [1, 1, 1, 1, 1, 1, 1, 1, 1]
const EMPTY = [0, 0, 0, 0, 0, 0, 0, 0, 0]
const ONE = { SegmentNumber: 1, SegmentLabel: 'Liver' }
const TWO = { SegmentNumber: 2, SegmentLabel: 'Spleen' }

function read(sample: SegSample): Promise<Segmentation> {
  return readSegmentation(segFile(sample), LIMITS)
}

function image(uid: string): NaturalDataset {
  return { ReferencedSOPClassUID: '1.2', ReferencedSOPInstanceUID: uid }
}

/** One plane of bytes, none of them in a run. */
function rleFrame(plane: readonly number[]): Uint8Array<ArrayBuffer> {
  const frame = Uint8Array.from([...new Uint8Array(64), plane.length - 1, ...plane])
  new DataView(frame.buffer).setUint32(0, 1, true)
  new DataView(frame.buffer).setUint32(4, 64, true)
  return frame
}

function maskOf(segmentation: Segmentation, at = 0): Mask {
  const shape = segmentation.segments[at]?.shape
  if (shape?.kind !== 'mask') throw new Error(`no mask but ${JSON.stringify(shape)}`)
  return shape.mask
}

describe('readSeg', () => {
  it('reads a BINARY segmentation without any source reference onto its own grid', async () => {
    const result = await read({
      segments: [ONE, TWO],
      frames: [
        { segment: 2, z: 6, pixels: DOT },
        { segment: 1, z: 3, pixels: BAR },
        { segment: 1, z: 0, pixels: DOT },
      ],
    })
    const [liver, spleen] = [maskOf(result, 0), maskOf(result, 1)]
    expect(liver.geometry).toEqual({
      frameOfReferenceUid: '1.2.4',
      size: [3, 3, 3],
      affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1],
    })
    expect(liver.box).toEqual({ origin: [0, 1, 0], size: [3, 1, 2] })
    expect(Array.from(liver.voxels)).toEqual([0, 1, 0, 1, 1, 1])
    expect(spleen).toMatchObject({ box: { origin: [1, 1, 2], size: [1, 1, 1] } })
    expect(spleen.geometry).toBe(liver.geometry)
    expect(result).toMatchObject({
      patientId: 'P1',
      studyInstanceUid: '1.2',
      frameOfReferenceUid: '1.2.4',
      references: [],
      notes: [],
    })
    expect(result.object).toMatchObject({
      modality: 'SEG',
      sopInstanceUid: '1.2.9.1',
      producer: { manufacturer: 'Maker' },
    })
  })

  it('keeps the stated spacing when frames are sparse', async () => {
    const frames = [0, 30, 33].map((z) => ({ segment: 1, z, pixels: DOT }))
    const mask = maskOf(await read({ segments: [ONE], frames }))
    expect(mask.geometry.size).toEqual([3, 3, 12])
    expect(mask.box.size).toEqual([1, 1, 12])
    expect(Array.from(mask.voxels)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
  })

  it.each([
    ['the distance of most neighbours, not the thickness', [0, 2, 4, 6], '1', 2, 0],
    ['the thickness when frames lie far apart', [0, 30], '3', 3, 1],
    ['the smallest distance when the thickness does not fit', [0, 4], '3', 4, 1],
  ])('takes %s where no spacing is stated', async (_, positions, thickness, stepMm, notes) => {
    const measures = { PixelSpacing: ['1', '1'], SliceThickness: thickness }
    const result = await read({
      segments: [ONE],
      measures,
      frames: positions.map((z) => ({ segment: 1, z, pixels: DOT })),
    })
    expect(maskOf(result).geometry.affine[10]).toBe(stepMm)
    expect(result.notes).toHaveLength(notes)
  })

  it.each([
    ['one distance is no multiple of it', [0, 1.1], '3', null, 0],
    ['one distance lies between two multiples', [0, 4.5], '3', null, 0],
    ['most neighbours have another distance', [0, 2, 4, 6], '3', 2, 1],
    ['sparse planes have another one in common', [0, 2, 6, 12], '3', 2, 1],
    ['its decimals were cut', [0, 0.703125, 34.453125, 35.15625], '0.7', 0.703125, 0],
    ['planes are missing', [0, 3.01, 30.1, 60.2], '3', 3.01, 0],
  ])('compares the stated spacing with the planes: %s', async (_, positions, stated, stepMm, notes) => {
    const result = await read({
      segments: [ONE],
      measures: { PixelSpacing: ['1', '1'], SliceThickness: '1.1', SpacingBetweenSlices: stated },
      frames: positions.map((z) => ({ segment: 1, z, pixels: DOT })),
    })
    const shape = result.segments[0]?.shape
    expect(shape?.kind === 'mask' ? shape.mask.geometry.affine[10] : null).toEqual(
      stepMm === null ? null : expect.closeTo(stepMm, 6),
    )
    expect(result.notes.filter((note) => note.includes('not theirs'))).toHaveLength(notes)
  })

  it('says where the spacing of one segment alone was taken from', async () => {
    const crooked = [0, 3, 7.1].map((z) => ({ segment: 1, z, pixels: DOT }))
    const own = [0, 4].map((z) => ({ segment: 2, z, pixels: DOT }))
    const measures = { PixelSpacing: ['1', '1'] }
    const result = await read({ segments: [ONE, TWO], measures, frames: [...crooked, ...own] })
    expect(result.segments.map(({ shape }) => shape.kind)).toEqual(['unreadable', 'mask'])
    expect(result.notes).toEqual([expect.stringContaining('smallest distance')])
  })

  it('takes per-frame groups before shared ones', async () => {
    const PerFrameFunctionalGroupsSequence = [0, 5].map((z) => ({
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: 1 }],
      PlanePositionSequence: [{ ImagePositionPatient: ['0', '0', String(z)] }],
      PixelMeasuresSequence: [{ PixelSpacing: ['4', '2'], SpacingBetweenSlices: '5' }],
    }))
    const frames = [0, 5].map((z) => ({ segment: 1, z, pixels: DOT }))
    const { affine } = maskOf(
      await read({ segments: [ONE], frames, more: { PerFrameFunctionalGroupsSequence } }),
    ).geometry
    expect([affine[0], affine[5], affine[10]]).toEqual([2, 4, 5])
  })

  it('calls planes that fit no grid unreadable, and only those segments', async () => {
    const crooked = [0, 3, 7.1].map((z) => ({ segment: 1, z, pixels: DOT }))
    const straight = [0, 3].map((z) => ({ segment: 2, z, pixels: DOT }))
    const result = await read({ segments: [ONE, TWO], frames: [...crooked, ...straight] })
    expect(result.segments[0]?.shape).toEqual({
      kind: 'unreadable',
      reason: expect.stringContaining('regular grid'),
    })
    expect(maskOf(result, 1).box.size).toEqual([1, 1, 2])
  })

  it('calls two frames of one segment at one position unreadable', async () => {
    const frames = [0, 3, 3].map((z) => ({ segment: 1, z, pixels: DOT }))
    expect((await read({ segments: [ONE], frames })).segments[0]?.shape.kind).toBe('unreadable')
  })

  it.each([
    ['1e30', '0\\0\\1e30', 'usable position'],
    ['NaN', '0\\0\\NaN', 'usable position'],
    ['no z', '0\\0', 'usable position'],
    ['half a kilometre away', '0\\0\\500000', 'slices and more than'],
  ])('calls a segment with a frame at %s unreadable, and only that', async (_, position, reason) => {
    const PerFrameFunctionalGroupsSequence = [
      [1, '0\\0\\0'],
      [1, '0\\0\\3'],
      [2, position],
      [2, '0\\0\\3'],
    ].map(([segment, place]) => ({
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }],
      PlanePositionSequence: [{ ImagePositionPatient: String(place).split('\\') }],
    }))
    const frames = [0, 1, 2, 3].map((z) => ({ segment: 1, z, pixels: DOT }))
    const result = await read({ segments: [ONE, TWO], frames, more: { PerFrameFunctionalGroupsSequence } })
    expect(maskOf(result, 0).box.size).toEqual([1, 1, 2])
    expect(result.segments[1]?.shape).toEqual({
      kind: 'unreadable',
      reason: expect.stringContaining(reason),
    })
  })

  it('calls a segment with a damaged frame unreadable, and only that', async () => {
    const whole = rleFrame([0b0001_0000, 0])
    const result = await read({
      segments: [ONE, TWO],
      frames: [
        { segment: 1, z: 0, pixels: DOT },
        { segment: 2, z: 0, pixels: DOT },
        { segment: 1, z: 3, pixels: DOT },
      ],
      transferSyntaxUid: '1.2.840.10008.1.2.5',
      more: { PixelData: [whole, whole.slice(0, 66), whole].map((bytes) => bytes.buffer) },
    })
    expect(maskOf(result, 0).box).toEqual({ origin: [1, 1, 0], size: [1, 1, 2] })
    expect(result.segments[1]?.shape).toEqual({
      kind: 'unreadable',
      reason: expect.stringMatching(/^Frame 2 .* cut off/),
    })
  })

  it('reads more than 256 segments, with gaps in their numbers', async () => {
    const numbers = Array.from({ length: 300 }, (_, n) => 1 + 7 * n)
    const frames = numbers.map((segment, n) => ({ segment, z: 3 * n, pixels: DOT }))
    const segments = numbers.map((SegmentNumber) => ({ SegmentNumber }))
    const { segments: read300 } = await readSegmentation(segFile({ segments, frames }), {
      ...LIMITS,
      segmentsMax: 300,
    })
    expect(read300.map(({ number }) => number)).toEqual(numbers)
    expect(read300.map(({ shape }) => (shape.kind === 'mask' ? shape.mask.box.origin : shape.kind))).toEqual(
      numbers.map((_, n) => [1, 1, n]),
    )
  })

  it('gives a described but empty segment an empty mask', async () => {
    const result = await read({
      segments: [ONE, TWO],
      frames: [
        { segment: 1, z: 0, pixels: EMPTY },
        { segment: 1, z: 3, pixels: DOT },
      ],
    })
    expect(maskOf(result, 1).box.size).toEqual([0, 0, 0])
    expect(maskOf(result, 0).box).toEqual({ origin: [1, 1, 1], size: [1, 1, 1] })
  })

  const fractional = (meaning: string, ...pixels: number[][]) =>
    read({
      type: 'FRACTIONAL',
      segments: [ONE, TWO],
      frames: pixels.map((values, n) => ({ segment: n + 1, z: 0, pixels: values })),
      more: { MaximumFractionalValue: 200, SegmentationFractionalType: meaning },
    })

  it('counts half filled FRACTIONAL voxels and keeps the volume that OCCUPANCY means', async () => {
    const result = await fractional(
      'OCCUPANCY',
      [0, 99, 100, 101, 200, 0, 0, 0, 0],
      [0, 0, 0, 0, 99, 0, 0, 0, 1],
    )
    expect(maskOf(result).box).toEqual({ origin: [0, 0, 0], size: [3, 2, 1] })
    expect(Array.from(maskOf(result).voxels)).toEqual([0, 0, 1, 1, 1, 0])
    expect(maskOf(result).fractionSum).toBe(2.5)
    expect(maskOf(result, 1)).toMatchObject({ box: { size: [0, 0, 0] }, fractionSum: 0.5 })
    expect(result.notes).toEqual([
      expect.stringContaining('sum of all fractions'),
      expect.stringContaining('segment 2'),
    ])
  })

  it('takes PROBABILITY for no part of a volume, and says what was decided', async () => {
    const result = await fractional('PROBABILITY', [0, 99, 100, 101, 200, 0, 0, 0, 0], FULL)
    expect(Array.from(maskOf(result).voxels)).toEqual([0, 0, 1, 1, 1, 0])
    expect(maskOf(result).fractionSum).toBeUndefined()
    expect(result.notes[0]).toContain('probability of at least 0.5')
  })

  it('keeps PROBABILITY beside the mask, below one half too', async () => {
    const result = await fractional('PROBABILITY', [0, 0, 0, 40, 200, 0, 0, 0, 0], FULL)
    expect(maskOf(result).box).toEqual({ origin: [1, 1, 0], size: [1, 1, 1] })
    expect(maskOf(result).probability).toEqual({
      box: { origin: [0, 1, 0], size: [2, 1, 1] },
      values: Uint8Array.of(51, 255),
    })
    const occupancy = await fractional('OCCUPANCY', [0, 0, 0, 40, 200, 0, 0, 0, 0], FULL)
    expect(maskOf(occupancy).probability).toBeUndefined()
  })

  it('refuses FRACTIONAL pixels without the value that is whole', async () => {
    const frames = [{ segment: 1, z: 0, pixels: DOT }]
    await expect(read({ type: 'FRACTIONAL', segments: [ONE], frames })).rejects.toMatchObject({
      code: 'bad-dicom',
    })
  })

  it('says what it leaves out: pixels beyond the last frame, a described background', async () => {
    const frames = [{ segment: 1, z: 0, pixels: DOT }]
    const longer = await read({ segments: [ONE], frames, more: { PixelData: [new Uint8Array(10).buffer] } })
    expect(longer.notes).toEqual([expect.stringContaining('8 bytes longer')])
    const zero = { SegmentNumber: 0, SegmentLabel: 'Body' }
    const labels = await read({ type: 'LABELMAP', segments: [zero, ONE], frames })
    expect(labels.segments.map(({ number }) => number)).toEqual([1])
    expect(labels.notes).toEqual([expect.stringContaining('Segment 0 is the background')])
  })

  it('reads a LABELMAP of 16 bits with a palette, whose padding was written with a sign', async () => {
    const labels = Uint16Array.from([65535, 65535, 0, 300, 65535, 65535, 65535, 65535, 65534])
    const result = await readSegmentation(
      segFile({
        type: 'LABELMAP',
        segments: [0, 300, 65534].map((SegmentNumber) => ({ SegmentNumber })),
        frames: [{ segment: 0, z: 0, pixels: [] }],
        more: {
          BitsAllocated: 16,
          BitsStored: 16,
          HighBit: 15,
          PhotometricInterpretation: 'PALETTE COLOR',
          PixelPaddingValue: -1,
          PixelData: [labels.buffer],
          _vrMap: { PixelData: 'OW', PixelPaddingValue: 'SS' },
        },
      }),
      LIMITS,
    )
    expect(result.segments.map((_, at) => maskOf(result, at).box.origin)).toEqual([
      [2, 0, 0],
      [0, 1, 0],
      [2, 2, 0],
    ])
  })

  it('splits a LABELMAP by pixel value and leaves its background out', async () => {
    const background = {
      SegmentNumber: 0,
      SegmentedPropertyTypeCodeSequence: [code('DCM', '125040', 'Background')],
    }
    const frames = [
      { segment: 0, z: 0, pixels: [5, 0, 0, 0, 1, 2, 0, 0, 0] },
      { segment: 0, z: 3, pixels: [5, 0, 0, 0, 0, 2, 0, 0, 0] },
    ]
    const sample: SegSample = {
      type: 'LABELMAP',
      segments: [background, ONE, TWO],
      frames,
      more: { PixelPaddingValue: 5, _vrMap: { PixelData: 'OB', PixelPaddingValue: 'US' } },
    }
    const result = await read(sample)
    expect(result.segments.map((segment) => segment.number)).toEqual([1, 2])
    expect(maskOf(result, 0).box).toEqual({ origin: [1, 1, 0], size: [1, 1, 1] })
    expect(maskOf(result, 1).box).toEqual({ origin: [2, 1, 0], size: [1, 1, 2] })
    await expect(read({ ...sample, segments: [background, ONE] })).rejects.toMatchObject({
      code: 'bad-dicom',
    })
  })

  it.each<[string, Partial<SegSample>, string]>([
    ['a frame of a segment that is not described', { segments: [TWO] }, 'bad-dicom'],
    ['a frame count that lies', { more: { NumberOfFrames: 4 } }, 'bad-dicom'],
    [
      'pixel data that are too short',
      {
        more: { PixelData: [new Uint8Array(2).buffer] },
        frames: [0, 3, 6].map((z) => ({ segment: 1, z, pixels: DOT })),
      },
      'bad-dicom',
    ],
    ['one segment number twice', { segments: [ONE, ONE] }, 'bad-dicom'],
    ['a type that DICOM does not know', { more: { SegmentationType: 'SOFT' } }, 'bad-dicom'],
    ['a tiled slide', { more: { DimensionOrganizationType: 'TILED_FULL' } }, 'unsupported-dicom'],
    [
      'more segments than the limit',
      { segments: Array.from({ length: 11 }, (_, n) => ({ SegmentNumber: n + 1 })) },
      'limit-exceeded',
    ],
    [
      'masks beyond the voxel limit together',
      {
        segments: [ONE, TWO],
        frames: [0, 3e5].flatMap((z) => [1, 2].map((segment) => ({ segment, z, pixels: FULL }))),
      },
      'limit-exceeded',
    ],
    ['a plane beyond the voxel limit', { more: { Rows: 65535, Columns: 65535 } }, 'limit-exceeded'],
    ['more frames than a file can hold', { more: { NumberOfFrames: 2 ** 31 - 1 } }, 'bad-dicom'],
    [
      'a frame that says it belongs to no segment',
      { frames: [{ segment: 0, z: 0, pixels: DOT }] },
      'bad-dicom',
    ],
    ['another SOP class', { more: { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2' } }, 'unsupported-dicom'],
  ])('refuses %s', async (_, change, expected) => {
    const sample = { segments: [ONE], frames: [0, 3].map((z) => ({ segment: 1, z, pixels: DOT })), ...change }
    await expect(read(sample)).rejects.toMatchObject({ name: 'PlumblineError', code: expected })
  })

  it.each([
    ['SCT', '7771000', 'left'],
    ['SRT', 'G-A100', 'right'],
    ['SCT', '51440002', 'bilateral'],
    ['SCT', '999', null],
  ])('reads the side %s %s from type and region modifiers', async (scheme, value, side) => {
    const modifier = [code(scheme, value, 'side')]
    const type = {
      SegmentedPropertyTypeCodeSequence: [
        { ...code('SCT', '64033007', 'Kidney'), SegmentedPropertyTypeModifierCodeSequence: modifier },
      ],
    }
    const region = {
      AnatomicRegionSequence: [
        { ...code('SCT', '76752008', 'Breast'), AnatomicRegionModifierSequence: modifier },
      ],
    }
    const result = await read({
      segments: [
        { ...ONE, ...type },
        { ...TWO, ...region },
      ],
      frames: [{ segment: 1, z: 0, pixels: DOT }],
    })
    expect(result.segments.map((segment) => segment.laterality)).toEqual([side, side])
    expect(result.segments[0]?.code).toEqual({ scheme: 'SCT', value: '64033007', meaning: 'Kidney' })
    expect(result.segments[1]?.anatomicRegion).toEqual({
      scheme: 'SCT',
      value: '76752008',
      meaning: 'Breast',
    })
  })

  it('collects references and the producer', async () => {
    const result = await read({
      segments: [
        {
          ...ONE,
          SegmentationAlgorithmIdentificationSequence: [{ AlgorithmName: 'Net', AlgorithmVersion: '2.1' }],
        },
      ],
      frames: [{ segment: 1, z: 0, pixels: DOT }],
      more: {
        SourceImageSequence: [image('1.5.1'), image('1.6.1')],
        ReferencedSeriesSequence: [
          { SeriesInstanceUID: '1.5', ReferencedInstanceSequence: [image('1.5.1'), image('1.5.2')] },
        ],
      },
    })
    expect(result.references).toEqual([
      { seriesInstanceUid: '1.5', sopInstanceUids: ['1.5.1', '1.5.2'] },
      { seriesInstanceUid: null, sopInstanceUids: ['1.6.1'] },
    ])
    expect(result.object.producer).toEqual({ manufacturer: 'Maker', algorithm: 'Net', version: '2.1' })
  })
})
