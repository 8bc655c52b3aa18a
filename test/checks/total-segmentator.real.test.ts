/** Real AI output (TotalSegmentator on CT, 3 mm): good masks must pass, damaged ones must not. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { SegmentInput } from '../../src/checks/check.ts'
import { runChecks } from '../../src/checks/run.ts'
import { resolveStructure } from '../../src/checks/structure.ts'
import type { Finding } from '../../src/domain/evidence.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import { findBody } from '../../src/imaging/body.ts'
import { measureMask } from '../../src/imaging/measure.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import { reasonByRules } from '../../src/reasoner/rules.ts'
import { niftiMask, niftiVolume, readNifti } from '../support/nifti.ts'
import { segmentInput, sibling } from '../support/segment-input.ts'
import { TOTAL_SEGMENTATOR_NAMES } from '../support/total-segmentator.ts'

const DATA =
  process.env['PLUMBLINE_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const FOLDER = `${DATA}/ct-totalsegmentator-ai`
const isThere = existsSync(FOLDER)
if (!isThere)
  process.stderr.write('Test images are absent: 13 tests on real TotalSegmentator output are left out.\n')
/** The full CT, read once. */
let full: RealCase | null = null
const fullCase = (): RealCase => (full ??= loadCase('example_ct', 'example_seg_fast_force_split'))
const KNOWLEDGE = loadKnowledge(new URL('../../config/knowledge/', import.meta.url))

interface RealCase {
  readonly input: (label: string, changes?: { mask?: Mask; as?: string }) => SegmentInput
  readonly labels: readonly string[]
}

function loadCase(image: string, segmentation: string): RealCase {
  const volume = niftiVolume(readNifti(`${FOLDER}/${image}.nii.gz`), 'CT')
  const map = readNifti(`${FOLDER}/${segmentation}.nii.gz`)
  const body = findBody(volume)
  const resolve = (label: string) =>
    resolveStructure({ label, code: null, anatomicRegion: null, laterality: null }, KNOWLEDGE)
  const present = new Set(map.voxels)
  const masks = new Map(
    TOTAL_SEGMENTATOR_NAMES.flatMap((label, index) =>
      present.has(index + 1) ? [[label, niftiMask(map, index + 1)] as const] : [],
    ),
  )
  const siblings = [...masks].map(([label, mask], index) => sibling(index + 1, mask, resolve(label)))
  const numberOf = (label: string): number => [...masks.keys()].indexOf(label) + 1
  return {
    labels: [...masks.keys()],
    input: (label, changes = {}) =>
      segmentInput(changes.mask ?? masks.get(label) ?? null, {
        number: numberOf(label),
        resolved: resolve(changes.as ?? label),
        volume,
        body,
        siblings: siblings.filter(({ number }) => number !== numberOf(label)),
      }),
  }
}

const brief = (found: readonly Finding[]): string[] =>
  found.map(({ mode, severity }) => `${mode} ${severity}`)

describe.skipIf(!isThere)('TotalSegmentator output', () => {
  it.each([
    ['example_ct', 'example_seg_fast_force_split', 61],
    ['example_ct_sm', 'example_seg', 41],
    ['example_ct_sm', 'example_seg_fast', 40],
  ])('%s with %s raises no alarm beyond the edge of the images', (image, segmentation, count) => {
    const real = loadCase(image, segmentation)
    expect(real.labels.length).toBe(count)
    for (const label of real.labels) {
      const input = real.input(label)
      expect(input.resolved.structure, label).not.toBeNull()
      const { evidence, findings } = runChecks(input)
      const unexpected = findings.filter(
        ({ mode, severity }) => severity !== 'minor' || !['truncated', 'fragmented'].includes(mode),
      )
      expect(unexpected, label).toEqual([])
      const opinion = reasonByRules({
        structure: input.resolved.structure,
        modality: 'CT',
        laterality: null,
        evidence,
        findings,
      })
      expect(opinion.score, label).toBeGreaterThanOrEqual(4)
    }
  })

  it.each(['kidney_left', 'kidney_right'])(
    '%s cut by 15, 25 or 40 percent of its length is found at either end',
    (label) => {
      const real = fullCase()
      for (const end of ['lower', 'upper'] as const) {
        for (const share of [0.15, 0.25, 0.4]) {
          const found = runChecks(real.input(label, { mask: cut(maskOf(real, label), end, share) })).findings
          const truncated = found.filter(({ mode }) => mode === 'truncated')
          expect(truncated.length, `${end} ${share}`).toBe(1)
          expect(truncated[0]?.text).toContain(`${end} end`)
          if (share >= 0.25) expect(truncated[0]?.severity, `${end} ${share}`).toBe('critical')
        }
      }
    },
  )

  it('a liver cut at its lower end is found', () => {
    const real = fullCase()
    const found = runChecks(real.input('liver', { mask: cut(maskOf(real, 'liver'), 'lower', 0.3) })).findings
    expect(found.filter(({ text }) => text.includes('cut flat')).map(({ mode }) => mode)).toEqual([
      'truncated',
    ])
  })

  it.each([
    ['kidney_left', 'kidney_right'],
    ['kidney_right', 'kidney_left'],
    ['hip_left', 'hip_right'],
    ['adrenal_gland_right', 'adrenal_gland_left'],
    ['rib_left_11', 'rib_right_11'],
  ])('%s called %s is on the wrong side', (label, as) => {
    const real = fullCase()
    expect(brief(runChecks({ ...real.input(label, { as }), siblings: [] }).findings)).toContain(
      'wrong-side critical',
    )
  })

  it('a spleen called liver lies on the wrong side', () => {
    const real = fullCase()
    expect(brief(runChecks(real.input('spleen', { as: 'liver' })).findings)).toContain('wrong-side critical')
  })

  it('a missing slice is found in a real organ', () => {
    const real = fullCase()
    const mask = maskOf(real, 'kidney_left')
    const measures = measureMask(mask)
    const middle = Math.round(measures?.centroid[2] ?? 0)
    const area = mask.box.size[0] * mask.box.size[1]
    const voxels = Uint8Array.from(mask.voxels).fill(0, middle * area, (middle + 1) * area)
    expect(brief(runChecks(real.input('kidney_left', { mask: { ...mask, voxels } })).findings)).toEqual([
      'slice-gap major',
    ])
  })
})

function maskOf(real: RealCase, label: string): Mask {
  const { mask } = real.input(label)
  if (mask === null) throw new Error(`${label} is not in this case`)
  return mask
}

/** Without a share of its extent at one end. Slices run from foot to head. */
function cut(mask: Mask, end: 'lower' | 'upper', share: number): Mask {
  const measures = measureMask(mask)
  if (measures === null) throw new Error('nothing to cut')
  const [first, extent] = [measures.tight.origin[2], measures.tight.size[2]]
  const drop = Math.round(extent * share)
  const area = mask.box.size[0] * mask.box.size[1]
  const from = end === 'lower' ? first : first + extent - drop
  return { ...mask, voxels: Uint8Array.from(mask.voxels).fill(0, from * area, (from + drop) * area) }
}
