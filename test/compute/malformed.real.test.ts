/** One pool, one malformed object after another: each ends with a typed answer, and the pool goes on as if nothing had been. */
import { afterAll, describe, expect, it } from 'vitest'
import { createCompute } from '../../src/compute/pool.ts'
import { loadConfig } from '../../src/config.ts'
import { Policy } from '../../src/domain/policy.ts'
import { PlumblineError } from '../../src/errors.ts'
import { KNOWLEDGE, LOCATION } from '../support/malformed/outcome.ts'
import { IMAGES, RTSTRUCT, SEG } from '../support/malformed/samples.ts'
import { SEGMENTATION_TABLE, SERIES_TABLE } from '../support/malformed/table.ts'

/** What parsers elsewhere die of, and some of every kind. */
const CHOSEN = new Set([
  'file-empty',
  'file-noise',
  'file-nested-20000',
  'file-nested-open',
  'file-cut-in-pixels',
  'file-deflated-bomb',
  'seg-frames-2147483647',
  'seg-rows-columns-65535',
  'seg-undeclared',
  'seg-spacing-1e-9_1e-9',
  'pixels-rle-many',
  'pixels-rle-huge-16',
  'pixels-deflated-frame-bomb',
  'pixels-jpeg-of-nothing',
  'rtstruct-count-huge',
  'rtstruct-coordinate-1e30',
  'label-instruction',
  'label-prototype',
  'images-position--10_-20_1e9',
  'images-rows-columns-65535',
  'images-empty-file',
  'codec-jpeg-2000-cut-half',
  'codec-jpeg-2000-again',
  'codec-jpeg-ls-noise',
  'codec-jpeg-ls-again',
])

const { limits } = loadConfig(null, {})
const pool = createCompute({
  threads: 1,
  taskTimeoutMs: 60_000,
  heapMebibytes: 512,
  thread: {
    knowledge: KNOWLEDGE,
    policy: Policy.parse({}),
    limits,
    reconstructions: [],
    promptable: { placed: null, threads: 1, modelBytesMax: 1 },
  },
})
afterAll(() => pool.close())
const { signal } = new AbortController()

/** Reads an object and measures it on images: as a worker does with a case. */
async function judge(object: Uint8Array, images: readonly Uint8Array[]): Promise<string> {
  try {
    // Copies, because their memory goes to the thread.
    const segmentation = await pool.readSegmentation(object.slice(), signal)
    await pool.assess(
      {
        segmentation,
        images: images.map((file) => file.slice()),
        location: LOCATION,
        seconds: [],
        norms: [],
      },
      signal,
    )
    return 'read'
  } catch (error) {
    // A fault of ours is told in the same code as damage, in other words.
    if (!(error instanceof PlumblineError) || error.message.includes('nobody foresaw')) throw error
    return error.code
  }
}

describe('a pool that is given malformed objects', () => {
  it.each(SEGMENTATION_TABLE.filter(({ id }) => CHOSEN.has(id)))('$id', async ({ make, outcome }) => {
    expect(await judge(make(), IMAGES)).toBe('refused' in outcome ? outcome.refused : 'read')
  })

  it.each(SERIES_TABLE.filter(({ id }) => CHOSEN.has(id)))('$id', async ({ make, outcome }) => {
    expect(await judge(SEG, make())).toBe('refused' in outcome ? outcome.refused : 'read')
  })

  it('has been given all that was chosen', () => {
    const ids = [...SEGMENTATION_TABLE, ...SERIES_TABLE].map(({ id }) => id)
    expect(ids.filter((id) => CHOSEN.has(id))).toHaveLength(CHOSEN.size)
  })

  it('reads a good object afterwards', async () => {
    expect(await judge(SEG, IMAGES)).toBe('read')
    const { segments } = await pool.readSegmentation(RTSTRUCT.slice(), signal)
    expect(segments.map(({ number, shape }) => [number, shape.kind])).toEqual([
      [1, 'contours'],
      [2, 'contours'],
    ])
  })
})
