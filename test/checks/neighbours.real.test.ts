/** Real AI output (TotalSegmentator on CT and MR): no alarm among good masks; exchanged names and flipped maps are found. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkAsymmetricPair } from '../../src/checks/asymmetric-pair.ts'
import type { Sibling } from '../../src/checks/check.ts'
import { checkDuplicate } from '../../src/checks/duplicate.ts'
import { checkMirrored } from '../../src/checks/mirrored.ts'
import { checkOverlap } from '../../src/checks/overlap.ts'
import { resolveStructure } from '../../src/checks/structure.ts'
import { checkWrongStructure } from '../../src/checks/wrong-structure.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import { measureMask } from '../../src/imaging/measure.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import { niftiMask, readNifti, type Nifti } from '../support/nifti.ts'
import { maskContext, sibling } from '../support/segment-input.ts'
import { TOTAL_SEGMENTATOR_NAMES } from '../support/total-segmentator.ts'

const DATA =
  process.env['PLUMBLINE_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const FOLDER = `${DATA}/ct-totalsegmentator-ai`
const isThere = existsSync(FOLDER)
if (!isThere) process.stderr.write('Test images are absent: 11 tests on real label maps are left out.\n')
const KNOWLEDGE = loadKnowledge(new URL('../../config/knowledge/', import.meta.url))
const CHECKS = [checkDuplicate, checkOverlap, checkAsymmetricPair, checkWrongStructure, checkMirrored]
const FULL = 'example_seg_fast_force_split'
const read = (name: string): Nifti => readNifti(`${FOLDER}/${name}.nii.gz`)

/** `names`: labels that are called something else. */
function segmentsOf(map: Nifti, names: Readonly<Record<string, string>> = {}): Sibling[] {
  const present = new Set(map.voxels)
  return TOTAL_SEGMENTATOR_NAMES.flatMap((name, index) => {
    if (!present.has(index + 1)) return []
    const claim = { label: names[name] ?? name, code: null, anatomicRegion: null, laterality: null }
    return [sibling(index + 1, cropped(niftiMask(map, index + 1)), resolveStructure(claim, KNOWLEDGE))]
  })
}

/** Stored for its bounding box only, as the readers do. */
function cropped(mask: Mask): Mask {
  const box = measureMask(mask)?.tight ?? mask.box
  const [columns, rows, slices] = box.size
  const [width, height] = mask.box.size
  const voxels = new Uint8Array(columns * rows * slices)
  for (let row = 0; row < rows * slices; row++) {
    const [j, k] = [box.origin[1] + (row % rows), box.origin[2] + Math.floor(row / rows)]
    const from = (k * height + j) * width + box.origin[0]
    voxels.set(mask.voxels.subarray(from, from + columns), row * columns)
  }
  return { ...mask, box, voxels }
}

/** `name mode severity` of every finding; the name is what the voxels are. */
function found(segments: readonly Sibling[]): string[] {
  return segments.flatMap((own) => {
    const siblings = segments.filter(({ number }) => number !== own.number)
    const context = maskContext(own.mask, { number: own.number, resolved: own.resolved, siblings })
    const name = TOTAL_SEGMENTATOR_NAMES[own.number - 1]
    return CHECKS.flatMap((check) =>
      check(context).findings.map(({ mode, severity }) => `${name} ${mode} ${severity}`),
    )
  })
}

/** Reverses the order of the voxels along one index axis; the grid stays. */
function flip({ geometry, voxels }: Nifti, axis: 0 | 1 | 2): Nifti {
  const [columns, rows, slices] = geometry.size
  const flipped = new Float32Array(voxels.length)
  let index = 0
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const [x, y, z] = [
          axis === 0 ? columns - 1 - i : i,
          axis === 1 ? rows - 1 - j : j,
          axis === 2 ? slices - 1 - k : k,
        ]
        flipped[(z * rows + y) * columns + x] = voxels[index++] ?? 0
      }
    }
  }
  return { geometry, voxels: flipped }
}

describe.skipIf(!isThere)('neighbours in TotalSegmentator output', () => {
  it.each([FULL, 'example_seg', 'example_seg_fast'])('%s raises no alarm', (name) => {
    const segments = segmentsOf(read(name))
    expect(segments.length).toBeGreaterThan(35)
    expect(found(segments)).toEqual([])
  })

  it.each([
    ['kidney_left', 'adrenal_gland_left'],
    ['kidney_right', 'adrenal_gland_right'],
    ['liver', 'urinary_bladder'],
    ['vertebrae_L5', 'vertebrae_L2'],
    ['vertebrae_L3', 'sacrum'],
  ])('%s and %s with exchanged names are found, and nothing else', (a, b) => {
    const result = found(segmentsOf(read(FULL), { [a]: b, [b]: a }))
    expect(result.filter((one) => one.includes('wrong-structure')).toSorted()).toEqual(
      [a, b].map((name) => `${name} wrong-structure critical`).toSorted(),
    )
    // An exchange within a pair may leave it unlike; nobody else is accused of anything.
    expect(result.filter((one) => !one.startsWith(`${a} `) && !one.startsWith(`${b} `))).toEqual([])
  })

  it.each([
    ['left to right', 0],
    ['head to feet', 2],
  ] as const)('a map flipped %s is mirrored, and nothing else', (_, axis) => {
    const result = found(segmentsOf(flip(read(FULL), axis)))
    expect(result.length).toBeGreaterThan(3)
    expect(result.filter((one) => !one.endsWith(' mirrored critical'))).toEqual([])
  })

  it('a map flipped front to back is found where whole structures have an order, which are too few to call it mirrored', () => {
    const pairs = ['pancreas', 'spinal_cord', 'urinary_bladder', 'sacrum']
    expect(found(segmentsOf(flip(read(FULL), 1))).toSorted()).toEqual(
      pairs.map((name) => `${name} wrong-structure major`).toSorted(),
    )
  })
})
