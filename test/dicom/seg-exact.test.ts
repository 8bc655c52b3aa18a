/** Masks against what anybody would write down who may look at every pixel by itself. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import { LIMITS, packBits, segFile, type SegSample } from './read-samples.ts'

const SEGMENTS = [{ SegmentNumber: 1 }, { SegmentNumber: 7 }]
const SLICES = 5

interface Sample {
  readonly rows: number
  readonly columns: number
  /** At most one frame per segment and slice, in any order; the first is empty and at z = 0, where the grid begins. */
  readonly frames: SegSample['frames']
}

function samples(value: fc.Arbitrary<number>): fc.Arbitrary<Sample> {
  return fc
    .record({ rows: fc.integer({ min: 1, max: 23 }), columns: fc.integer({ min: 1, max: 41 }) })
    .chain(({ rows, columns }) => {
      const count = rows * columns
      const pixels = fc.oneof(
        fc.constant(Array.from({ length: count }, () => 0)),
        fc.array(value, { minLength: count, maxLength: count }),
        fc.array(fc.oneof({ weight: 40, arbitrary: fc.constant(0) }, value), {
          minLength: count,
          maxLength: count,
        }),
      )
      const place = fc.record({ segment: fc.constantFrom(1, 7), k: fc.integer({ min: 1, max: SLICES - 1 }) })
      const frames = fc.uniqueArray(place, { maxLength: 6, selector: ({ segment, k }) => segment * 10 + k })
      return frames.chain((places) =>
        fc.tuple(...places.map(() => pixels)).map((all) => ({
          rows,
          columns,
          frames: [
            { segment: 1, z: 0, pixels: Array.from({ length: count }, () => 0) },
            ...places.map(({ segment, k }, n) => ({ segment, z: 3 * k, pixels: all[n] ?? [] })),
          ],
        })),
      )
    })
}

/** Every set voxel of the whole grid, as "i j k". */
function voxelsOf({ box, voxels }: Mask): string[] {
  const found: string[] = []
  const [columns, rows, slices] = box.size
  for (let k = 0; k < slices; k++)
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < columns; i++)
        if (voxels[(k * rows + j) * columns + i] === 1)
          found.push([box.origin[0] + i, box.origin[1] + j, box.origin[2] + k].join(' '))
  return found
}

/** The same from the pixels that were written. */
function writtenVoxels(
  { columns, frames }: Sample,
  isSet: (value: number, segment: number) => boolean,
): string[] {
  return frames
    .toSorted((a, b) => a.z - b.z)
    .flatMap(({ segment, z, pixels }) =>
      pixels.flatMap((value, n) =>
        isSet(value, segment) ? [[n % columns, Math.floor(n / columns), z / 3].join(' ')] : [],
      ),
    )
}

async function read(sample: SegSample): Promise<readonly (readonly [number, Mask])[]> {
  const { segments } = await readSegmentation(segFile(sample), LIMITS)
  return segments.map(({ number, shape }) => {
    if (shape.kind !== 'mask') throw new Error(`segment ${number} is ${JSON.stringify(shape)}`)
    return [number, shape.mask]
  })
}

/** The smallest box, ones and zeros only, in memory that threads share. */
function requireTight(mask: Mask): void {
  const { box, voxels } = mask
  expect(voxels).toHaveLength(box.size[0] * box.size[1] * box.size[2])
  expect(voxels.every((voxel) => voxel <= 1)).toBe(true)
  if (voxels.length === 0) return
  expect(voxels.buffer).toBeInstanceOf(SharedArrayBuffer)
  const indices = voxelsOf(mask).map((voxel) => voxel.split(' ').map(Number))
  for (const axis of [0, 1, 2] as const) {
    const along = indices.map((index) => index[axis] ?? NaN)
    const extent = Math.max(...along) - Math.min(...along) + 1
    expect([Math.min(...along), extent]).toEqual([box.origin[axis], box.size[axis]])
  }
}

async function requireExact(
  sample: Sample,
  more: Partial<SegSample>,
  isSet: (value: number, segment: number, number: number) => boolean,
): Promise<void> {
  for (const [number, mask] of await read({ ...sample, segments: SEGMENTS, ...more })) {
    expect(voxelsOf(mask)).toEqual(writtenVoxels(sample, (value, segment) => isSet(value, segment, number)))
    requireTight(mask)
  }
}

const bit = fc.integer({ min: 0, max: 1 })

describe('every voxel and no other', () => {
  it('of BINARY frames in one stream of bits', () =>
    fc.assert(
      fc.asyncProperty(samples(bit), (sample) =>
        requireExact(sample, {}, (value, segment, number) => value === 1 && segment === number),
      ),
      { numRuns: 100 },
    ))

  it('of BINARY frames that begin with a byte each, as old writers have it', () =>
    fc.assert(
      fc.asyncProperty(samples(bit), (sample) => {
        const count = sample.rows * sample.columns
        const padding = Array.from({ length: (8 - (count % 8)) % 8 }, () => 0)
        const padded = packBits(sample.frames.flatMap(({ pixels }) => [...pixels, ...padding]))
        // Where both ways give the same length, what was written is by definition the stream.
        fc.pre(padding.length === 0 || padded.length > 2 * Math.ceil((count * sample.frames.length) / 16))
        const more = { PixelData: [padded.buffer], _vrMap: { PixelData: 'OB' } }
        return requireExact(sample, { more }, (value, segment, number) => value === 1 && segment === number)
      }),
      { numRuns: 100 },
    ))

  it('of FRACTIONAL frames from one half on', () =>
    fc.assert(
      fc.asyncProperty(samples(fc.integer({ min: 0, max: 251 })), (sample) => {
        const more = { MaximumFractionalValue: 251, SegmentationFractionalType: 'PROBABILITY' }
        return requireExact(
          sample,
          { type: 'FRACTIONAL', more },
          (value, segment, number) => value / 251 >= 0.5 && segment === number,
        )
      }),
      { numRuns: 100 },
    ))

  it('of LABELMAP frames', () =>
    fc.assert(
      fc.asyncProperty(samples(fc.constantFrom(0, 1, 7)), (sample) => {
        // The pixels say whose they are, so there is one frame per plane.
        const planes = new Map(sample.frames.map((frame) => [frame.z, frame]))
        const flat = { ...sample, frames: [...planes.values()] }
        return requireExact(flat, { type: 'LABELMAP' }, (value, _, number) => value === number)
      }),
      { numRuns: 100 },
    ))
})
