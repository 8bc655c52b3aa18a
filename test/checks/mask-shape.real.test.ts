/** The checks of a mask's own shape on real masks: good ones pass, damaged ones do not. */
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkHoles } from '../../src/checks/holes.ts'
import { ownShape } from '../../src/checks/own-shape.ts'
import { checkSliceOutlier } from '../../src/checks/slice-outlier.ts'
import { resolveStructure } from '../../src/checks/structure.ts'
import type { FindingDraft, MaskContext } from '../../src/checks/check.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import { measureMask } from '../../src/imaging/measure.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import { niftiMask, readNifti } from '../support/nifti.ts'
import { segmentInput } from '../support/segment-input.ts'
import { TOTAL_SEGMENTATOR_NAMES } from '../support/total-segmentator.ts'

const DATA =
  process.env['PLUMBLINE_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const TOTAL = `${DATA}/ct-totalsegmentator-ai/example_seg_fast_force_split.nii.gz`
const HIPPOCAMPI = `${DATA}/nii-mr-hippocampus-260/labels`
const isThere = existsSync(TOTAL) && existsSync(HIPPOCAMPI)
if (!isThere)
  process.stderr.write('Test images are absent: 12 tests of the shape of real masks are left out.\n')
const KNOWLEDGE = loadKnowledge(new URL('../../config/knowledge/', import.meta.url))

function contextOf(mask: Mask, label: string): MaskContext {
  const resolved = resolveStructure({ label, code: null, anatomicRegion: null, laterality: null }, KNOWLEDGE)
  const input = segmentInput(mask, { resolved })
  const shape = ownShape(input)
  const { measures } = input
  if (shape === null || measures === null) throw new Error('no voxels')
  return { ...input, mask, measures, shape }
}

function findingsOf(mask: Mask, label: string): FindingDraft[] {
  const context = contextOf(mask, label)
  return [checkHoles, checkSliceOutlier].flatMap((check) => check(context).findings)
}
const brief = (findings: readonly FindingDraft[]): string[] =>
  findings.map(({ mode, severity }) => `${mode} ${severity}`)

/** With slice k moved sideways. */
function withMovedSlice(mask: Mask, k: number, voxelsMoved: number): Mask {
  const [columns, rows] = mask.box.size
  const from = k * columns * rows
  const slice = mask.voxels.subarray(from, from + columns * rows)
  const voxels = Uint8Array.from(mask.voxels)
  voxels
    .fill(0, from, from + slice.length)
    .set(slice.subarray(0, slice.length - voxelsMoved), from + voxelsMoved)
  return { ...mask, voxels }
}

/** Without a ball (in voxels) around a voxel that is inside together with all of the ball. */
function withCavity(mask: Mask, share: number): Mask {
  const [columns, rows] = mask.box.size
  const count = mask.voxels.reduce((sum, voxel) => sum + voxel, 0)
  const radius = Math.cbrt((count * share * 3) / (4 * Math.PI))
  const reach = Math.ceil(radius) + 1
  const offsets: number[] = []
  const shell: number[] = []
  for (let k = -reach; k <= reach; k++)
    for (let j = -reach; j <= reach; j++)
      for (let i = -reach; i <= reach; i++) {
        const distance = Math.hypot(i, j, k)
        const offset = (k * rows + j) * columns + i
        if (distance <= radius) offsets.push(offset)
        if (distance <= radius + 1) shell.push(offset)
      }
  const centre = mask.voxels.findIndex((_, n) => shell.every((offset) => mask.voxels[n + offset] === 1))
  if (centre < 0) throw new Error('no room for it')
  const voxels = Uint8Array.from(mask.voxels)
  for (const offset of offsets) voxels[centre + offset] = 0
  return { ...mask, voxels }
}

describe.skipIf(!isThere)('the shape of real masks', () => {
  const total = isThere ? readNifti(TOTAL) : null
  const maskOf = (label: string): Mask => {
    if (total === null) throw new Error('absent')
    return niftiMask(total, TOTAL_SEGMENTATOR_NAMES.indexOf(label) + 1)
  }
  const middleOf = (mask: Mask): number => Math.round(measureMask(mask)?.centroid[2] ?? 0)

  it('160 hippocampi by experts, both parts, are without a finding', () => {
    const files = readdirSync(HIPPOCAMPI).filter((name) => /^hippocampus.*\.nii\.gz$/.test(name))
    expect(files.length).toBe(160)
    const found = files.flatMap((name) => {
      const map = readNifti(`${HIPPOCAMPI}/${name}`)
      return [1, 2].flatMap((label) => brief(findingsOf(niftiMask(map, label), 'hippocampus')))
    })
    expect(found).toEqual([])
  })

  it.each(['liver', 'spleen', 'kidney_left', 'kidney_right', 'gluteus_maximus_left', 'urinary_bladder'])(
    'one slice of the %s moved by ten pixels is found',
    (label) => {
      const mask = maskOf(label)
      expect(brief(findingsOf(mask, label))).toEqual([])
      const bad = withMovedSlice(mask, middleOf(mask), 10)
      expect(brief(findingsOf(bad, label))).toEqual(['slice-outlier major'])
    },
  )

  it.each(['liver', 'spleen', 'kidney_left', 'kidney_right', 'autochthon_left'])(
    'a cavity in the %s, of a fiftieth of its volume, is found',
    (label) => {
      expect(brief(findingsOf(withCavity(maskOf(label), 0.02), label))).toEqual(['holes major'])
    },
  )
})
