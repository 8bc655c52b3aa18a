/** Enhanced multi-frame images: the same questions as image.test.ts, answered from functional groups. */
import { describe, expect, it } from 'vitest'
import { readVolume } from '../../src/dicom/image.ts'
import type { NaturalDataset } from '../../src/dicom/write-part10.ts'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import { preferredImages } from '../../src/dicom/preferred-images.ts'
import { ctSlice, LIMITS, multiFrameCt, segFile, type FrameSample } from './read-samples.ts'

function pixels(add: number): number[] {
  return [1000, 1001, 1002, 1003, 1004, 1005].map((value) => value + add)
}

function frame(z: number, add: number, groups: NaturalDataset = {}): FrameSample {
  return { position: [10, 20, z], values: pixels(add), groups }
}

/** First voxel of every slice: which frame it came from. */
function firstVoxels({ voxels, geometry }: Awaited<ReturnType<typeof readVolume>>): number[] {
  const count = geometry.size[0] * geometry.size[1]
  return Array.from({ length: geometry.size[2] }, (_, k) => voxels[k * count] ?? NaN)
}

const STACK = [frame(6, 20), frame(0, 0), frame(3, 10)]

describe('an enhanced multi-frame image', () => {
  it('is the volume that the same slices as single images make, its frames numbered', async () => {
    const single = await readVolume(
      STACK.map(({ position, values }) => ctSlice({ position, values })),
      LIMITS,
    )
    const volume = await readVolume([multiFrameCt({ frames: STACK })], LIMITS)
    expect(volume).toMatchObject({ geometry: single.geometry, unit: single.unit, problems: [] })
    expect(volume.voxels).toEqual(single.voxels)
    expect(volume.instances).toEqual(['1.2.3.1', '1.2.3.1', '1.2.3.1'])
    expect(volume.frames).toEqual([2, 3, 1])
    expect(single.frames).toBeUndefined()
  })

  it('may be one of several of its series', async () => {
    const other = multiFrameCt({ frames: [frame(9, 30), frame(12, 40)], more: { SOPInstanceUID: '1.2.3.2' } })
    const volume = await readVolume([other, multiFrameCt({ frames: STACK })], LIMITS)
    expect(firstVoxels(volume)).toEqual([0, 10, 20, 30, 40])
    expect(volume.instances.map((uid, k) => `${uid} ${volume.frames?.[k]}`)).toEqual([
      '1.2.3.1 2',
      '1.2.3.1 3',
      '1.2.3.1 1',
      '1.2.3.2 1',
      '1.2.3.2 2',
    ])
  })

  it('may lie beside single-frame images, which have no frame number', async () => {
    const volume = await readVolume(
      [multiFrameCt({ frames: STACK }), ctSlice({ position: [10, 20, 9], values: pixels(30) })],
      LIMITS,
    )
    expect(volume.frames).toEqual([2, 3, 1, null])
  })

  it("takes a frame's own groups before the shared ones", async () => {
    const own: NaturalDataset = {
      PixelValueTransformationSequence: [{ RescaleSlope: '2', RescaleIntercept: '0', RescaleType: 'HU' }],
      PixelMeasuresSequence: [{ PixelSpacing: ['4', '3'] }],
      PlaneOrientationSequence: [{ ImageOrientationPatient: ['1', '0', '0', '0', '-1', '0'] }],
    }
    const volume = await readVolume([multiFrameCt({ frames: [frame(0, 0, own), frame(3, 10, own)] })], LIMITS)
    expect(firstVoxels(volume)).toEqual([2020, 2000])
    expect(volume.geometry.affine.slice(0, 12)).toEqual([3, 0, 0, 10, 0, -4, 0, 20, 0, 0, -3, 3])
  })

  it('is rescaled frame by frame', async () => {
    const transformed = (slope: string): NaturalDataset => ({
      PixelValueTransformationSequence: [{ RescaleSlope: slope, RescaleIntercept: '0' }],
    })
    const frames = [frame(0, 0, transformed('1')), frame(3, 0, transformed('0.5'))]
    expect(firstVoxels(await readVolume([multiFrameCt({ frames })], LIMITS))).toEqual([1000, 500])
  })

  it('keeps the distance of positions, whatever the thickness says', async () => {
    const volume = await readVolume([multiFrameCt({ frames: STACK })], LIMITS)
    expect(volume.geometry.affine[10]).toBe(3)
  })

  it.each<[string, (n: number) => NaturalDataset]>([
    ['time points', (n) => ({ FrameContentSequence: [{ TemporalPositionIndex: n }] })],
    ['b-values', (n) => ({ MRDiffusionSequence: [{ DiffusionBValue: n * 500 }] })],
    [
      'diffusion directions',
      (n) => ({
        MRDiffusionSequence: [
          {
            DiffusionBValue: 500,
            DiffusionGradientDirectionSequence: [{ DiffusionGradientOrientation: [0, 0, n] }],
          },
        ],
      }),
    ],
    ['echo times', (n) => ({ MREchoSequence: [{ EffectiveEchoTime: n * 20 }] })],
    [
      'cardiac phases',
      (n) => ({ CardiacSynchronizationSequence: [{ NominalPercentageOfCardiacPhase: n * 30 }] }),
    ],
    [
      'image types',
      (n) => ({ CTImageFrameTypeSequence: [{ FrameType: ['DERIVED', 'PRIMARY', 'VOLUME', `T${n}`] }] }),
    ],
    ['stacks', (n) => ({ FrameContentSequence: [{ StackID: String(n) }] })],
    ['values of dimension 2', (n) => ({ FrameContentSequence: [{ DimensionIndexValues: [1, n, 7] }] })],
    ['echo times', (n) => ({ UnassignedPerFrameConvertedAttributesSequence: [{ EchoTime: String(n) }] })],
  ])('is split by %s, and measured where the segmentation was drawn', async (name, groups) => {
    const frames = [0, 3, 6].flatMap((z) => [1, 2].map((n) => frame(z, z + n * 100, groups(n))))
    const file = multiFrameCt({ frames })
    const first = await readVolume([file], LIMITS)
    expect(firstVoxels(first)).toEqual([100, 103, 106])
    expect(first.problems).toEqual([
      expect.objectContaining({ kind: 'mixed-series', text: expect.stringContaining(`2 ${name}`) }),
    ])
    const second = await readVolume([file], LIMITS, new Map([['1.2.3.1', new Set([4])]]))
    expect(firstVoxels(second)).toEqual([200, 203, 206])
    expect(second.frames).toEqual([2, 4, 6])
  })

  it('is read by the frames that a segmentation names', async () => {
    const frames = [0, 3, 6].flatMap((z) =>
      [1, 2].map((n) => frame(z, z + n * 100, { FrameContentSequence: [{ TemporalPositionIndex: n }] })),
    )
    const source = { ReferencedSOPInstanceUID: '1.2.3.1', ReferencedFrameNumber: ['2', '4'] }
    const seg = segFile({
      frames: [{ segment: 1, z: 0, pixels: [1, 0, 0, 0, 0, 0, 0, 0, 0] }],
      segments: [{ SegmentNumber: 1, SegmentLabel: 'x' }],
      more: {
        PerFrameFunctionalGroupsSequence: [
          {
            SegmentIdentificationSequence: [{ ReferencedSegmentNumber: 1 }],
            PlanePositionSequence: [{ ImagePositionPatient: ['0', '0', '0'] }],
            DerivationImageSequence: [{ SourceImageSequence: [source] }],
          },
        ],
      },
    })
    const segmentation = await readSegmentation(seg, LIMITS)
    expect(segmentation.referencedFrames).toEqual([
      { sopInstanceUid: '1.2.3.1', frameNumber: 2 },
      { sopInstanceUid: '1.2.3.1', frameNumber: 4 },
    ])
    const volume = await readVolume([multiFrameCt({ frames })], LIMITS, preferredImages(segmentation))
    expect(firstVoxels(volume)).toEqual([200, 203, 206])
  })

  it.each<[string, Uint8Array, string]>([
    [
      'fewer frame descriptions than frames',
      multiFrameCt({ frames: STACK, more: { NumberOfFrames: 4 } }),
      'bad-dicom',
    ],
    [
      'a frame without a position',
      multiFrameCt({ frames: [frame(0, 0), frame(3, 0, { PlanePositionSequence: [] })] }),
      'bad-dicom',
    ],
    [
      'frames without functional groups',
      multiFrameCt({ frames: STACK, more: { PerFrameFunctionalGroupsSequence: [] } }),
      'unsupported-dicom',
    ],
    [
      'more frames than images are allowed',
      multiFrameCt({ frames: Array.from({ length: LIMITS.seriesInstancesMax + 1 }, (_, k) => frame(k, 0)) }),
      'limit-exceeded',
    ],
  ])('is refused with %s', async (_, file, code) => {
    await expect(readVolume([file], LIMITS)).rejects.toMatchObject({ name: 'PlumblineError', code })
  })
})
