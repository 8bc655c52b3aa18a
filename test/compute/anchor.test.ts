import { describe, expect, test } from 'vitest'
import { imagesOf } from '../../src/checks/words.ts'
import { anchorOf } from '../../src/compute/anchor.ts'
import type { Finding } from '../../src/domain/evidence.ts'
import type { Mask, Volume } from '../../src/domain/geometry.ts'

const GEOMETRY = {
  frameOfReferenceUid: '2.25.7',
  size: [4, 4, 4] as const,
  affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
}
/** One voxel at (1, 2) of slice 1, all 16 of slice 2. */
const MASK: Mask = {
  geometry: GEOMETRY,
  box: { origin: [0, 0, 1], size: [4, 4, 2] },
  voxels: Uint8Array.from({ length: 32 }, (_, n) => (n >= 16 || n === 9 ? 1 : 0)),
}
const SINGLE: Volume = {
  geometry: GEOMETRY,
  modality: 'CT',
  seriesInstanceUid: '1.2',
  unit: "[hnsf'U]",
  voxels: new Int16Array(64),
  instances: ['1.2.0', '1.2.1', '1.2.2', '1.2.3'],
  problems: [],
}
/** The same as frames 4 to 1 of one instance. */
const FRAMES: Volume = { ...SINGLE, instances: ['1.2.9', '1.2.9', '1.2.9', '1.2.9'], frames: [4, 3, 2, 1] }

function findingOn(volume: Volume, slices: readonly number[]): Finding {
  const shown = imagesOf(volume, slices)
  return { id: 'F1', mode: 'fragmented', severity: 'minor', text: '', evidence: [], ...shown }
}

describe('an anchor', () => {
  test.each([
    ['single images', SINGLE, { sopInstanceUid: '1.2.1', frameNumber: null }],
    ['frames', FRAMES, { sopInstanceUid: '1.2.9', frameNumber: 3 }],
  ])('lies on the first image of the first finding that has one, %s', (_, volume, image) => {
    const findings = [findingOn(volume, []), findingOn(volume, [1, 2])]
    expect(anchorOf(MASK, volume, findings)).toEqual({ ...image, columnRow: [1.5, 2.5] })
  })

  test.each([
    ['single images', SINGLE, { sopInstanceUid: '1.2.2', frameNumber: null }],
    ['frames', FRAMES, { sopInstanceUid: '1.2.9', frameNumber: 2 }],
  ])('without such a finding lies on the largest cross-section, %s', (_, volume, image) => {
    expect(anchorOf(MASK, volume, [])).toMatchObject(image)
  })

  test('is none where the series has no image', () => {
    expect(anchorOf(MASK, { ...SINGLE, instances: [null, null, null, null] }, [])).toBeNull()
  })
})

describe('the images of a finding', () => {
  test('each once, frames beside them', () => {
    expect(imagesOf(FRAMES, [2, 1, 2])).toEqual({ instances: ['1.2.9', '1.2.9'], frames: [2, 3] })
    expect(imagesOf(SINGLE, [2, 1, 2])).toEqual({ instances: ['1.2.2', '1.2.1'] })
    expect(imagesOf(null, [1])).toEqual({ instances: [] })
  })
})
