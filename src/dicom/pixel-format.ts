/** How the pixels of an image are stored: the Image Pixel module (PS3.3 C.7.6.3). */
import { damaged } from './element-values.ts'
import { numbers, text, type Dataset } from './part10.ts'

/** The module as far as decoding needs it. */
export interface PixelFormat {
  readonly rows: number
  readonly columns: number
  readonly frames: number
  readonly samples: number
  readonly bitsAllocated: 1 | 8 | 16 | 32
  readonly bitsStored: number
  readonly highBit: number
  readonly signed: boolean
  /** Planar Configuration 1: all of one colour, then the next. */
  readonly colourByPlane: boolean
  readonly photometric: string
}

/** Reads and checks the Image Pixel module. Throws PlumblineError('bad-dicom'). */
export function pixelFormat(dataset: Dataset): PixelFormat {
  const whole = (keyword: string, low: number, high: number, missing: number | null = null): number => {
    const value = text(dataset, keyword) === '' ? missing : numbers(dataset, keyword)[0]
    if (value === null || value === undefined) throw damaged(`its ${keyword} is missing`)
    if (!Number.isInteger(value) || value < low || value > high)
      throw damaged(`its ${keyword} is not a legal number`)
    return value
  }
  const bitsAllocated = whole('BitsAllocated', 1, 32)
  if (bitsAllocated !== 1 && bitsAllocated !== 8 && bitsAllocated !== 16 && bitsAllocated !== 32) {
    throw damaged(`its BitsAllocated is ${bitsAllocated}, which no image may have`)
  }
  const bitsStored = whole('BitsStored', 1, bitsAllocated, bitsAllocated)
  return {
    rows: whole('Rows', 1, 65535),
    columns: whole('Columns', 1, 65535),
    frames: whole('NumberOfFrames', 1, 2 ** 31 - 1, 1),
    samples: whole('SamplesPerPixel', 1, 4, 1),
    bitsAllocated,
    bitsStored,
    highBit: whole('HighBit', bitsStored - 1, bitsAllocated - 1, bitsStored - 1),
    signed: whole('PixelRepresentation', 0, 1, 0) === 1,
    colourByPlane: whole('PlanarConfiguration', 0, 1, 0) === 1,
    photometric: text(dataset, 'PhotometricInterpretation'),
  }
}

/** Pixels x samples of one frame. */
export function frameValues({ rows, columns, samples }: PixelFormat): number {
  return rows * columns * samples
}
