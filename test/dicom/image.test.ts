import { describe, expect, it } from 'vitest'
import { readVolume } from '../../src/dicom/image.ts'
import type { NaturalDataset } from '../../src/dicom/write-part10.ts'
import { ctSlice, LIMITS } from './read-samples.ts'

const PIXELS = [1000, 1001, 1002, 1003, 1004, 1005]

function slice(z: number, more: NaturalDataset = {}, add = 0): Uint8Array {
  return ctSlice({ position: [10, 20, z], values: PIXELS.map((value) => value + add), more })
}

function echo(z: number, time: string, add: number): Uint8Array {
  return slice(z, { Modality: 'MR', EchoTime: time, RescaleIntercept: '0' }, add)
}

function pet(z: number, more: NaturalDataset = {}): Uint8Array {
  return slice(z, {
    Modality: 'PT',
    Units: 'BQML',
    RescaleSlope: '2',
    RescaleIntercept: '0',
    PatientWeight: '70',
    DecayCorrection: 'START',
    CorrectedImage: ['ATTN', 'DECY', 'SCAT'],
    SeriesDate: '20200102',
    SeriesTime: '100000',
    AcquisitionDate: '20200102',
    AcquisitionTime: '100000',
    RadiopharmaceuticalInformationSequence: [
      {
        RadionuclideTotalDose: '350000000',
        RadionuclideHalfLife: '6600',
        RadiopharmaceuticalStartTime: '081000.00',
      },
    ],
    ...more,
  })
}

describe('readVolume', () => {
  it('sorts slices along the normal and puts spacings where they belong', async () => {
    const volume = await readVolume([slice(6, {}, 20), slice(0), slice(3, {}, 10)], LIMITS)
    expect(volume.geometry.size).toEqual([3, 2, 3])
    expect(volume.geometry.affine).toEqual([1, 0, 0, 10, 0, 2, 0, 20, 0, 0, 3, 0, 0, 0, 0, 1])
    expect(Array.from(volume.voxels)).toEqual([
      0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25,
    ])
    expect(volume).toMatchObject({ modality: 'CT', unit: "[hnsf'U]", problems: [] })
    expect(volume.instances).toEqual(['1.2.3.0.1000', '1.2.3.3.1010', '1.2.3.6.1020'])
    expect(volume.voxels).toBeInstanceOf(Int16Array)
    expect(volume.voxels.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  it('takes slope and intercept of each slice, and Float32 where Int16 is not exact', async () => {
    const volume = await readVolume(
      [slice(0), slice(3, { RescaleSlope: '0.5', RescaleIntercept: '0' })],
      LIMITS,
    )
    expect(Array.from(volume.voxels)).toEqual([0, 1, 2, 3, 4, 5, 500, 500.5, 501, 501.5, 502, 502.5])
    expect(volume.voxels).toBeInstanceOf(Float32Array)
  })

  it('replaces pixel padding by air', async () => {
    const padded = slice(0, {
      PixelPaddingValue: 1001,
      PixelPaddingRangeLimit: 1003,
      _vrMap: { PixelData: 'OW', PixelPaddingValue: 'SS', PixelPaddingRangeLimit: 'SS' },
    })
    expect(Array.from((await readVolume([padded, slice(3)], LIMITS)).voxels.slice(0, 6))).toEqual([
      0, -1024, -1024, -1024, 4, 5,
    ])
  })

  it.each([
    ['US', 63536, 1, [-2000, 5, 6, 7, 8, 9]],
    ['SS', -2000, 0, [63536, 5, 6, 7, 8, 9]],
  ])(
    'knows padding that is written as %s beside pixels of the other sign',
    async (vr, padding, representation, values) => {
      const more = {
        PixelRepresentation: representation,
        PixelPaddingValue: padding,
        _vrMap: { PixelData: 'OW', PixelPaddingValue: vr },
      }
      const files = [0, 3].map((z) => ctSlice({ position: [10, 20, z], values, more }))
      expect(Array.from((await readVolume(files, LIMITS)).voxels.slice(0, 6))).toEqual([
        -1024, -995, -994, -993, -992, -991,
      ])
    },
  )

  it('leaves gaps empty and names them', async () => {
    const volume = await readVolume([slice(0), slice(3), slice(12), slice(15)], LIMITS)
    expect(volume.geometry.size[2]).toBe(6)
    expect(volume.instances.map((uid) => uid === null)).toEqual([false, false, true, true, false, false])
    expect(volume.voxels.slice(12, 24).every((value) => value === 0)).toBe(true)
    expect(volume.problems).toEqual([expect.objectContaining({ kind: 'missing-slices', affected: [2, 3] })])
  })

  it('keeps the lowest instance number of duplicates', async () => {
    const volume = await readVolume(
      [slice(0), slice(3, { InstanceNumber: '9' }, 50), slice(3, { InstanceNumber: '2' }, 10), slice(6)],
      LIMITS,
    )
    expect(Array.from(volume.voxels.slice(6, 8))).toEqual([10, 11])
    expect(volume.problems).toEqual([expect.objectContaining({ kind: 'duplicate-slices', affected: [1] })])
  })

  it('measures one echo of several and says so', async () => {
    const volume = await readVolume(
      [echo(0, '80', 500), echo(0, '20', 0), echo(3, '80', 500), echo(3, '20', 0), echo(6, '20', 0)],
      LIMITS,
    )
    expect(volume.geometry.size[2]).toBe(3)
    expect(volume.voxels[0]).toBe(1000)
    expect(volume.problems).toEqual([
      expect.objectContaining({ kind: 'mixed-series', text: expect.stringContaining('2 echo times') }),
    ])
  })

  it('measures the echo that the segmentation was drawn on, and its image of duplicates', async () => {
    const files = [echo(0, '20', 0), echo(0, '80', 500), echo(3, '20', 0), echo(3, '80', 500)]
    const volume = await readVolume(files, LIMITS, new Map([['1.2.3.3.1500', new Set()]]))
    expect(volume.instances).toEqual(['1.2.3.0.1500', '1.2.3.3.1500'])
    expect(volume.voxels[0]).toBe(1500)
    const twice = await readVolume(
      [slice(0), slice(3, { InstanceNumber: '2' }), slice(3, { InstanceNumber: '9' }, 50)],
      LIMITS,
      new Map([['1.2.3.3.1050', new Set()]]),
    )
    expect(twice.instances).toEqual(['1.2.3.0.1000', '1.2.3.3.1050'])
  })

  it.each<[string, string, readonly [string, string]]>([
    ['time points', 'TemporalPositionIdentifier', ['1', '2']],
    ['b-values', 'DiffusionBValue', ['0', '800']],
    ['echoes', 'EchoNumbers', ['1', '2']],
    ['inversion times', 'InversionTime', ['100', '900']],
    ['cardiac phases', 'NominalPercentageOfCardiacPhase', ['0', '50']],
    ['trigger times', 'TriggerTime', ['0', '400']],
    ['reconstruction kernels', 'ConvolutionKernel', ['B30f', 'B70f']],
    ['acquisitions', 'AcquisitionNumber', ['1', '2']],
  ])(
    'of several %s measures the one that the segmentation refers to, also a smaller one',
    async (name, keyword, [one, other]) => {
      const numeric = keyword === 'DiffusionBValue' || keyword === 'NominalPercentageOfCardiacPhase'
      const at = (z: number, value: string, add: number) =>
        slice(z, { [keyword]: numeric ? Number(value) : value, InstanceNumber: String(add + z + 1) }, add)
      const heights = Array.from({ length: 12 }, (_, n) => 3 * n)
      const files = heights.flatMap((z) => (z === 33 ? [at(z, one, 0)] : [at(z, one, 0), at(z, other, 500)]))
      const first = await readVolume(files, LIMITS)
      expect([first.geometry.size[2], first.voxels[0]]).toEqual([12, 0])
      const second = await readVolume(files, LIMITS, new Map([['1.2.3.3.1500', new Set()]]))
      expect([second.geometry.size[2], second.voxels[0]]).toEqual([11, 500])
      expect(second.problems).toEqual([
        expect.objectContaining({ kind: 'mixed-series', text: expect.stringContaining(`2 ${name}`) }),
      ])
    },
  )

  it('measures the orientation that the segmentation refers to', async () => {
    const sagittal = [1, 2, 3].map((n) =>
      ctSlice({
        position: [n, 0, 0],
        values: PIXELS.map((value) => value + n),
        more: { SOPInstanceUID: `1.2.4.${n}`, ImageOrientationPatient: ['0', '1', '0', '0', '0', '-1'] },
      }),
    )
    const files = [slice(0), slice(3), ...sagittal]
    expect((await readVolume(files, LIMITS)).geometry.size[2]).toBe(3)
    const volume = await readVolume(files, LIMITS, new Map([['1.2.3.3.1000', new Set()]]))
    expect(volume.geometry.size[2]).toBe(2)
    expect(volume.problems).toEqual([
      expect.objectContaining({ kind: 'mixed-series', text: expect.stringContaining('3 of 5') }),
    ])
  })

  it('widens to Float32 at the first slice that does not fit', async () => {
    const high = slice(6, { RescaleSlope: '40', RescaleIntercept: '0' })
    const volume = await readVolume([slice(0), slice(3, {}, 10), high], LIMITS)
    expect(volume.voxels).toBeInstanceOf(Float32Array)
    expect([0, 6, 12].map((n) => volume.voxels[n])).toEqual([0, 10, 40000])
  })

  it('replaces padding also where the values need Float32', async () => {
    const more = {
      RescaleSlope: '0.5',
      RescaleIntercept: '0',
      PixelPaddingValue: 1001,
      _vrMap: { PixelData: 'OW', PixelPaddingValue: 'SS' },
    }
    const volume = await readVolume([slice(0, more), slice(3, more)], LIMITS)
    expect(Array.from(volume.voxels.slice(0, 3))).toEqual([500, -1024, 501])
  })

  it('takes the distance of slices from their positions, whatever their headers say of it', async () => {
    const more = { SliceThickness: '5', SpacingBetweenSlices: '1' }
    const volume = await readVolume([slice(0, more), slice(3, more), slice(6, more)], LIMITS)
    expect(volume.geometry.affine[10]).toBe(3)
    expect(volume.problems).toEqual([])
  })

  it('leaves a localiser out and says so', async () => {
    const scout = slice(0, { ImageOrientationPatient: ['1', '0', '0', '0', '0', '-1'] })
    const volume = await readVolume([scout, slice(0), slice(3), slice(6)], LIMITS)
    expect(volume.geometry.size[2]).toBe(3)
    expect(volume.problems).toEqual([
      expect.objectContaining({ kind: 'mixed-series', text: expect.stringContaining('1 of 4') }),
    ])
  })

  it('reports uneven spacing', async () => {
    const { problems } = await readVolume(
      [0, 3, 6, 9.9, 12, 15].map((z) => slice(z)),
      LIMITS,
    )
    expect(problems).toEqual([expect.objectContaining({ kind: 'irregular-spacing', affected: [3] })])
  })

  it('keeps the shear of a tilted gantry', async () => {
    const tilted = [0, 1, 2].map((k) => ctSlice({ position: [10, 20 + k, 3 * k], values: PIXELS }))
    const { geometry, problems } = await readVolume(tilted, LIMITS)
    expect(geometry.affine.slice(0, 12)).toEqual([1, 0, 0, 10, 0, 2, 1, 20, 0, 0, 3, 0])
    expect(problems).toEqual([])
  })

  it('turns a complete BQML PET into SUVbw and leaves an incomplete one alone', async () => {
    const decay = 2 ** (-(110 * 60) / 6600)
    const volume = await readVolume([pet(0), pet(3)], LIMITS)
    expect(volume.unit).toBe('g/ml{SUVbw}')
    expect(volume.voxels[0]).toBeCloseTo((2000 * 70_000) / (350_000_000 * decay), 6)
    const raw = await readVolume([pet(0, { PatientWeight: '' }), pet(3, { PatientWeight: '' })], LIMITS)
    expect([raw.unit, raw.voxels[0]]).toEqual(['Bq/ml', 2000])
    const gml = await readVolume([pet(0, { Units: 'GML' }), pet(3, { Units: 'GML' })], LIMITS)
    expect([gml.unit, gml.voxels[0]]).toEqual(['g/ml{SUVbw}', 2000])
    const uncorrected = await readVolume(
      [pet(0, { CorrectedImage: ['ATTN'] }), pet(3, { CorrectedImage: ['ATTN'] })],
      LIMITS,
    )
    expect(uncorrected.unit).toBe('Bq/ml')
  })

  it('uses the thickness for a single slice', async () => {
    const { geometry, problems } = await readVolume([slice(0)], LIMITS)
    expect(geometry.affine[10]).toBe(9)
    expect(problems).toEqual([])
  })

  it.each<[string, NaturalDataset, string]>([
    ['a multi-frame image', { NumberOfFrames: 2 }, 'unsupported-dicom'],
    ['another modality', { Modality: 'US' }, 'unsupported-dicom'],
    ['no position', { ImagePositionPatient: [] }, 'bad-dicom'],
    ['an orientation that is none', { ImageOrientationPatient: ['1', '0', '0', '1', '0', '0'] }, 'bad-dicom'],
    ['no pixel spacing', { PixelSpacing: ['0', '1'] }, 'bad-dicom'],
  ])('refuses %s', async (_, more, code) => {
    await expect(readVolume([slice(0, more)], LIMITS)).rejects.toMatchObject({ name: 'PlumblineError', code })
  })

  it('refuses what is over a limit, several series, and nothing at all', async () => {
    await expect(
      readVolume([slice(0), slice(3)], { ...LIMITS, seriesInstancesMax: 1 }),
    ).rejects.toMatchObject({ code: 'limit-exceeded' })
    await expect(readVolume([slice(0), slice(3)], { ...LIMITS, voxelsMax: 11 })).rejects.toMatchObject({
      code: 'limit-exceeded',
    })
    await expect(
      readVolume([slice(0), slice(3, { SeriesInstanceUID: '1.9' })], LIMITS),
    ).rejects.toMatchObject({ code: 'bad-dicom' })
    await expect(readVolume([], LIMITS)).rejects.toMatchObject({ name: 'PlumblineError' })
  })
})
