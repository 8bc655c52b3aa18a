/** Rows about the pixels of an image series: their format, their number, how they become physical values. */
import { duplicate, elementBytes, remove, replace, setElement, setValue, us, valueOf } from './bytes.ts'
import { noise } from './packed.ts'
import { DAMAGED, OVER_LIMIT, seriesRow, UNSUPPORTED, type SeriesRow } from './row.ts'
import { changeAll, changeOne, one, WHOLE } from './series-changes.ts'

const PIXEL: readonly SeriesRow[] = [
  ...[
    ['rows-0', 'Rows', 0],
    ['columns-0', 'Columns', 0],
    ['bits-7', 'BitsAllocated', 7],
    ['bits-0', 'BitsAllocated', 0],
    ['bits-64', 'BitsAllocated', 64],
    ['bits-stored-17', 'BitsStored', 17],
    ['high-bit-40', 'HighBit', 40],
    ['signed-7', 'PixelRepresentation', 7],
    ['samples-0', 'SamplesPerPixel', 0],
  ].map(([id, keyword, value]) =>
    seriesRow(
      String(id),
      `${keyword} ${value}`,
      () => changeAll((file) => setValue(file, String(keyword), us(Number(value)))),
      DAMAGED,
    ),
  ),
  seriesRow(
    'rows-columns-65535',
    '65535 x 65535 pixels',
    () => changeAll((file) => setValue(setValue(file, 'Rows', us(65535)), 'Columns', us(65535))),
    OVER_LIMIT,
  ),
  seriesRow(
    'colour',
    'in colour',
    () =>
      changeAll((file) =>
        setValue(setValue(file, 'SamplesPerPixel', us(3)), 'PixelData', new Uint8Array(180)),
      ),
    UNSUPPORTED,
  ),
  seriesRow(
    'multi-frame',
    'a single image that says it has 2147483647 frames',
    () =>
      changeOne((file) =>
        replace(
          file,
          'Rows',
          Buffer.concat([
            elementBytes('NumberOfFrames', 'IS', '2147483647'),
            elementBytes('Rows', 'US', us(5)),
          ]),
        ),
      ),
    OVER_LIMIT,
  ),
  ...['0', '-1', 'many'].map((frames) =>
    seriesRow(
      `frames-${frames}`,
      `Number of Frames ${frames}`,
      () =>
        changeOne((file) =>
          replace(
            file,
            'Rows',
            Buffer.concat([elementBytes('NumberOfFrames', 'IS', frames), elementBytes('Rows', 'US', us(5))]),
          ),
        ),
      DAMAGED,
    ),
  ),
  seriesRow('pixels-missing', 'no pixel data', () => changeOne((file) => remove(file, 'PixelData')), DAMAGED),
  seriesRow(
    'pixels-twice',
    'pixel data twice',
    () => changeOne((file) => duplicate(file, 'PixelData')),
    DAMAGED,
  ),
  seriesRow(
    'pixels-few',
    'two bytes too few',
    () => changeOne((file) => setValue(file, 'PixelData', valueOf(file, 'PixelData').subarray(2))),
    DAMAGED,
  ),
  seriesRow(
    'pixels-many',
    'a second frame that no header names',
    () =>
      changeOne((file) =>
        setValue(file, 'PixelData', Buffer.concat([valueOf(file, 'PixelData'), noise(60)])),
      ),
    DAMAGED,
  ),
  seriesRow(
    'pixels-padding',
    'padding after the pixels',
    () =>
      changeOne((file) =>
        setValue(file, 'PixelData', Buffer.concat([valueOf(file, 'PixelData'), new Uint8Array(4)])),
      ),
    WHOLE,
  ),
]

const RESCALE: readonly SeriesRow[] = [
  ...one('slope', 'Rescale Slope', 'RescaleSlope', ['NaN', 'one', 'Infinity', '1e300'], DAMAGED),
  ...one('intercept', 'Rescale Intercept', 'RescaleIntercept', ['NaN', '-', '1e300'], DAMAGED),
  seriesRow(
    'slope-binary',
    'a slope as bytes of no type',
    () => changeOne((file) => setElement(file, 'RescaleSlope', 'OB', us(1))),
    DAMAGED,
  ),
]

export const SERIES_PIXEL_ROWS: readonly SeriesRow[] = [...PIXEL, ...RESCALE]
