/** Whatever happens to the bytes of an object, reading it gives a result or a PlumblineError. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readVolume } from '../../src/dicom/image.ts'
import { writePart10 } from '../../src/dicom/write-part10.ts'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import { PlumblineError } from '../../src/errors.ts'
import { alignMask } from '../../src/imaging/align.ts'
import { rasterise } from '../../src/imaging/contours.ts'
import { ctSlice, LIMITS, segFile } from './read-samples.ts'

const DOT = [0, 0, 0, 0, 1, 0, 0, 0, 0]
const FRAMES = [0, 3, 9].map((z) => ({ segment: 1, z, pixels: DOT }))
const SLICES = [0, 3, 6].map((z) => ctSlice({ position: [0, 0, z], values: [1, 2, 3, 4, 5, z] }))
const RTSTRUCT = writePart10({
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.481.3',
  SOPInstanceUID: '1.2.8.1',
  SeriesInstanceUID: '1.2.8',
  StudyInstanceUID: '1.2',
  StructureSetROISequence: [{ ROINumber: '1', ROIName: 'A' }],
  ROIContourSequence: [
    {
      ReferencedROINumber: '1',
      ContourSequence: [
        {
          ContourGeometricType: 'CLOSED_PLANAR',
          NumberOfContourPoints: '3',
          ContourData: ['0', '0', '0', '2', '0', '0', '2', '2', '0'],
        },
      ],
    },
  ],
})

const SUBJECTS: readonly (readonly [
  name: string,
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => Promise<unknown>,
])[] = [
  ['BINARY', segFile({ segments: [{ SegmentNumber: 1 }], frames: FRAMES }), readAndMeasure],
  [
    'LABELMAP',
    segFile({ type: 'LABELMAP', segments: [{ SegmentNumber: 1 }], frames: FRAMES }),
    readAndMeasure,
  ],
  ['RTSTRUCT', RTSTRUCT, readAndMeasure],
  [
    'CT',
    SLICES[1] ?? new Uint8Array(),
    (bytes) => readVolume([...SLICES.slice(0, 1), bytes, ...SLICES.slice(2)], LIMITS),
  ],
]

async function readAndMeasure(bytes: Uint8Array): Promise<void> {
  const { geometry } = await readVolume(SLICES, LIMITS)
  const { segments } = await readSegmentation(bytes, LIMITS)
  for (const { shape } of segments) {
    if (shape.kind === 'mask') alignMask(shape.mask, geometry)
    if (shape.kind === 'contours') rasterise(shape.contours, geometry)
  }
}

describe('damaged bytes', () => {
  it.each(SUBJECTS)('%s is read or refused', async (_, bytes, read) => {
    const change = fc.record({
      at: fc.integer({ min: 132, max: bytes.length - 1 }),
      byte: fc.integer({ min: 0, max: 255 }),
    })
    await read(bytes)
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 60 }),
        async (changes, cut) => {
          const damaged = Uint8Array.from(bytes.subarray(0, bytes.length - cut))
          for (const { at, byte } of changes) if (at < damaged.length) damaged[at] = byte
          const problem = await read(damaged).then(
            () => null,
            (error: unknown) => error,
          )
          if (problem !== null) expect(problem).toBeInstanceOf(PlumblineError)
        },
      ),
      { numRuns: 300 },
    )
  })
})
