import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readPart10, type Part10 } from '../../src/dicom/part10.ts'
import { writePart10, type NaturalDataset } from '../../src/dicom/write-part10.ts'
import { frameBytes } from '../../src/dicom/frame-bytes.ts'
import { decodeFrame } from '../../src/dicom/pixels.ts'
import { packBits } from './read-samples.ts'

const RLE = '1.2.840.10008.1.2.5'

function image(pixels: readonly Uint8Array[], more: NaturalDataset = {}, transferSyntaxUid?: string): Part10 {
  return readPart10(
    writePart10(
      {
        SOPClassUID: '1.2.3',
        SOPInstanceUID: '1.2.3.4',
        Rows: 2,
        Columns: 3,
        SamplesPerPixel: 1,
        BitsAllocated: 16,
        BitsStored: 16,
        HighBit: 15,
        PixelRepresentation: 0,
        PhotometricInterpretation: 'MONOCHROME2',
        PixelData: pixels.map((bytes) => Uint8Array.from(bytes).buffer),
        _vrMap: { PixelData: 'OB' },
        ...more,
      },
      transferSyntaxUid,
    ),
  )
}

function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer)
}

async function valuesOf(part10: Part10, frame = 0): Promise<number[]> {
  return Array.from((await decodeFrame(part10, frame)).values)
}

function encapsulated(frames: number, offsets: number[], ...fragments: number[][]): Part10 {
  return {
    transferSyntaxUid: RLE,
    dataset: image([words(0)], { NumberOfFrames: frames }).dataset,
    pixelData: { kind: 'encapsulated', offsets, fragments: fragments.map((bytes) => Uint8Array.from(bytes)) },
  }
}

describe('decodeFrame', () => {
  it('reads native 16 bit frames, one at a time', async () => {
    const part10 = image([words(1, 2, 3, 4, 5, 65535, 7, 8, 9, 10, 11, 12)], { NumberOfFrames: 2 })
    expect(await valuesOf(part10, 0)).toEqual([1, 2, 3, 4, 5, 65535])
    expect(await valuesOf(part10, 1)).toEqual([7, 8, 9, 10, 11, 12])
    await expect(decodeFrame(part10, 2)).rejects.toMatchObject({ code: 'bad-dicom' })
  })

  it('drops what lies above High Bit and extends the sign of 12 bit values', async () => {
    const more = { BitsStored: 12, HighBit: 11, PixelRepresentation: 1 }
    expect(await valuesOf(image([words(0xf001, 0x0fff, 0x0800, 0x07ff, 0xa000, 0)], more))).toEqual([
      1, -1, -2048, 2047, 0, 0,
    ])
    expect(
      await valuesOf(image([words(0xf001, 0x0fff, 0, 0, 0, 0)], { BitsStored: 12, HighBit: 11 })),
    ).toEqual([1, 4095, 0, 0, 0, 0])
  })

  it('reads 1 bit frames as one stream of bits', async () => {
    const frames = [
      [1, 0, 0, 1, 1, 0],
      [0, 1, 1, 1, 0, 1],
      [1, 1, 0, 0, 0, 1],
    ]
    const bits = { BitsAllocated: 1, BitsStored: 1, HighBit: 0, NumberOfFrames: 3 }
    const part10 = image([packBits(frames.flat())], bits)
    for (const [n, frame] of frames.entries()) expect(await valuesOf(part10, n)).toEqual(frame)
    expect(Array.from(frameBytes(part10, 1), (byte) => byte & 0x3f)).toEqual([0b101110])
  })

  it('tells old writers that begin every 1 bit frame with a new byte by the length', async () => {
    const frames = [
      [1, 0, 0, 1, 1, 0],
      [0, 1, 1, 1, 0, 1],
      [1, 1, 0, 0, 0, 1],
      [0, 0, 0, 0, 0, 1],
    ]
    const bits = { BitsAllocated: 1, BitsStored: 1, HighBit: 0, NumberOfFrames: 5 }
    const padded = packBits([...frames, [1, 1, 1, 1, 1, 1]].flatMap((frame) => [...frame, 0, 0]))
    const part10 = image([padded], bits)
    for (const [n, frame] of frames.entries()) expect(await valuesOf(part10, n)).toEqual(frame)
  })

  it('refuses pixel data that are too short', async () => {
    await expect(decodeFrame(image([words(1, 2, 3)]), 0)).rejects.toMatchObject({ code: 'bad-dicom' })
    const bits = { BitsAllocated: 1, BitsStored: 1, HighBit: 0, NumberOfFrames: 40 }
    await expect(decodeFrame(image([packBits([1, 1, 1])], bits), 0)).rejects.toMatchObject({
      code: 'bad-dicom',
    })
  })

  it('brings colour by plane into colour by pixel', async () => {
    const more = {
      Rows: 1,
      Columns: 2,
      SamplesPerPixel: 3,
      PlanarConfiguration: 1,
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
    }
    expect(await valuesOf(image([Uint8Array.from([1, 2, 3, 4, 5, 6])], more))).toEqual([1, 3, 5, 2, 4, 6])
  })

  it('decodes RLE: high bytes first, runs and literals', async () => {
    const high = [256 - 5 + 1, 0x01]
    const low = [5, 1, 2, 3, 4, 5, 6]
    const header = new Uint8Array(64)
    new DataView(header.buffer).setUint32(0, 2, true)
    new DataView(header.buffer).setUint32(4, 64, true)
    new DataView(header.buffer).setUint32(8, 68, true)
    const frame = Uint8Array.from([...header, ...high, 0, 0x00, ...low, 128])
    expect(await valuesOf(image([frame], {}, RLE))).toEqual([0x101, 0x102, 0x103, 0x104, 0x105, 6])
    await expect(decodeFrame(image([frame.subarray(0, 70)], {}, RLE), 0)).rejects.toMatchObject({
      code: 'bad-dicom',
    })
    // 128 MiB of pixels from 78 bytes: refused before memory is taken for them; and 8 GiB from whatever there is.
    await expect(decodeFrame(image([frame], { Rows: 8192, Columns: 8192 }, RLE), 0)).rejects.toMatchObject({
      message: expect.stringContaining('fewer pixels'),
    })
    await expect(decodeFrame(image([frame], { Rows: 65535, Columns: 65535 }, RLE), 0)).rejects.toMatchObject({
      code: 'limit-exceeded',
    })
    await expect(decodeFrame(image([header], { SamplesPerPixel: 3 }, RLE), 0)).rejects.toMatchObject({
      code: 'bad-dicom',
    })
  })

  it('inflates deflated frames, never beyond the size of the image', async () => {
    const syntax = '1.2.840.10008.1.2.8.1'
    expect(await valuesOf(image([deflateRawSync(words(1, 2, 3, 4, 5, 6))], {}, syntax))).toEqual([
      1, 2, 3, 4, 5, 6,
    ])
    await expect(
      decodeFrame(image([deflateRawSync(new Uint8Array(1e6))], {}, syntax), 0),
    ).rejects.toMatchObject({ code: 'bad-dicom' })
    await expect(decodeFrame(image([deflateRawSync(words(1))], {}, syntax), 0)).rejects.toMatchObject({
      code: 'bad-dicom',
    })
  })

  it('refuses a JPEG that claims another size than its header before decoding it', async () => {
    const huge = Uint8Array.from([0xff, 0xd8, 0xff, 0xf7, 0, 11, 8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0])
    const jpegLs = '1.2.840.10008.1.2.4.80'
    await expect(decodeFrame(image([huge], {}, jpegLs), 0)).rejects.toMatchObject({
      code: 'bad-dicom',
      message: expect.stringContaining('65535 x 65535'),
    })
    const cut = Uint8Array.from([0xff, 0xd8, 0xff, 0xf7, 0, 11, 8, 0, 2, 0, 3, 1, 1, 0x11, 0, 0])
    await expect(decodeFrame(image([cut], {}, jpegLs), 0)).rejects.toMatchObject({ code: 'bad-dicom' })
    await expect(decodeFrame(image([cut], {}, '1.2.840.10008.1.2.4.90'), 0)).rejects.toMatchObject({
      code: 'bad-dicom',
    })
  })

  it('says in words what it does not decode', async () => {
    const refused = decodeFrame(image([words(1)], {}, '1.2.840.10008.1.2.4.51'), 0)
    await expect(refused).rejects.toMatchObject({
      code: 'unsupported-dicom',
      message: expect.stringContaining('JPEG Extended'),
    })
  })
})

describe('frameBytes', () => {
  it('joins the fragments of a single frame and finds frames by the offset table', () => {
    expect(Array.from(frameBytes(encapsulated(1, [], [1, 2], [3, 4]), 0))).toEqual([1, 2, 3, 4])
    expect(Array.from(frameBytes(encapsulated(2, [], [1, 2], [3, 4]), 1))).toEqual([3, 4])
    expect(Array.from(frameBytes(encapsulated(2, [0, 20], [1, 2], [3, 4], [5, 6]), 1))).toEqual([5, 6])
    expect(Array.from(frameBytes(encapsulated(2, [0, 20], [1, 2], [3, 4], [5, 6]), 0))).toEqual([1, 2, 3, 4])
    expect(() => frameBytes(encapsulated(2, [], [1, 2], [3, 4], [5, 6]), 0)).toThrow(/no table/)
    expect(() => frameBytes(encapsulated(2, [0, 7], [1, 2], [3, 4], [5, 6]), 1)).toThrow(/offset table/)
  })
})
