import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSegmentation } from '../src/dicom/read-segmentation.ts'
import { fileSource, sourcesOf } from '../src/file-source.ts'
import { LIMITS, segFile } from './dicom/read-samples.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-source-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a file as a source', () => {
  test('has the bytes of the file wherever they are asked for', async () => {
    const path = join(folder, 'bytes')
    const bytes = Buffer.from(Uint32Array.from({ length: 700_000 }, (_, n) => n * 2_654_435_761).buffer)
    await writeFile(path, bytes)
    const source = fileSource(path)
    expect(source.length).toBe(bytes.length)
    const place = fc.integer({ min: 0, max: bytes.length })
    fc.assert(
      fc.property(place, place, fc.boolean(), (a, b, fromStart) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)]
        const seen = fromStart ? source.first(end).subarray(start, end) : source.view(start, end)
        expect(bytes.subarray(start, end).equals(seen)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  const sample = fc.record({
    columns: fc.constantFrom(5, 8, 13, 16, 64),
    rows: fc.integer({ min: 1, max: 9 }),
    segments: fc.integer({ min: 1, max: 3 }),
    slices: fc.integer({ min: 1, max: 40 }),
    seed: fc.integer({ min: 1, max: 2 ** 31 }),
    type: fc.constantFrom('BINARY' as const, 'FRACTIONAL' as const),
  })

  test('is read as its bytes are, to the voxel', async () => {
    const path = join(folder, 'seg')
    await fc.assert(
      fc.asyncProperty(sample, async ({ columns, rows, segments, slices, seed, type }) => {
        const pixelOf = (n: number) => Number(((n + 1) * seed) % 7 < 3)
        const frames = Array.from({ length: segments * slices }, (_, n) => ({
          segment: 1 + Math.floor(n / slices),
          z: (n % slices) * 3,
          pixels: Array.from({ length: rows * columns }, (_pixel, k) => pixelOf(n * rows * columns + k)),
        }))
        const described = Array.from({ length: segments }, (_, n) => ({
          SegmentNumber: n + 1,
          SegmentLabel: `Segment ${n + 1}`,
          SegmentAlgorithmType: 'MANUAL',
        }))
        const bytes = segFile({
          type,
          rows,
          columns,
          frames,
          segments: described,
          more: { MaximumFractionalValue: 1, SegmentationFractionalType: 'PROBABILITY' },
        })
        await writeFile(path, bytes)
        const [source = new Uint8Array()] = sourcesOf([{ path }])
        expect(source).not.toBeInstanceOf(Uint8Array)
        const fromFile = await readSegmentation(source, LIMITS)
        expect(fromFile).toEqual(await readSegmentation(bytes, LIMITS))
        const voxels = fromFile.segments.flatMap(({ shape }) =>
          shape.kind === 'mask' ? [...shape.mask.voxels] : [],
        )
        const set = frames.flatMap(({ pixels }) => pixels).reduce((sum, pixel) => sum + pixel, 0)
        expect(voxels.reduce((sum, voxel) => sum + voxel, 0)).toBe(set)
      }),
      { numRuns: 60 },
    )
  })

  test('that becomes shorter or goes away is an error, and so is a beginning above the limit', async () => {
    const path = join(folder, 'short')
    await writeFile(path, Buffer.alloc(3_000_000))
    const source = fileSource(path)
    const limited = fileSource(path, { firstBytesMax: 50_000 })
    expect(limited.first(40_000).length).toBeGreaterThanOrEqual(40_000)
    expect(() => limited.first(50_001)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }))
    await truncate(path, 1000)
    expect(() => source.view(2_000_000, 2_000_010)).toThrow(expect.objectContaining({ code: 'bad-dicom' }))
    await rm(path)
    expect(() => source.first(10)).toThrow(expect.objectContaining({ code: 'not-found' }))
  })
})
