/**
 * Checks of the mask against the image on real CT and MR with masks of AI and experts: good ones raise no alarm, even
 * where every boundary is called sharp, and damaged ones do.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkBoundary } from '../../src/checks/boundary.ts'
import type { CheckResult } from '../../src/checks/check.ts'
import { checkLeakage } from '../../src/checks/leakage.ts'
import type { Mask, Vector3, Volume } from '../../src/domain/geometry.ts'
import { measureMask } from '../../src/imaging/measure.ts'
import { dilate, erode } from '../../src/imaging/morphology.ts'
import { tight } from '../../src/phantom/mask-box.ts'
import { niftiMask, niftiVolume, readNifti } from '../support/nifti.ts'
import { aStructure, named } from '../support/segment-input.ts'
import { TOTAL_SEGMENTATOR_NAMES } from '../support/total-segmentator.ts'
import { volumeContext } from '../support/volume-context.ts'

const DATA =
  process.env['PLUMBLINE_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const CT = `${DATA}/ct-totalsegmentator-ai`
const HIPPOCAMPI = `${DATA}/nii-mr-hippocampus-260`
const isThere = existsSync(CT) && existsSync(HIPPOCAMPI)
if (!isThere)
  process.stderr.write('Test images are absent: 8 tests of masks against their images are left out.\n')

const SHARP = named('liver', aStructure({ boundary: 'sharp' }))
type Check = (context: ReturnType<typeof volumeContext>) => CheckResult
const severities = (check: Check, mask: Mask, volume: Volume): string[] =>
  check(volumeContext(mask, volume, { resolved: SHARP, body: null })).findings.map(({ severity }) => severity)

interface Real {
  readonly volume: Volume
  readonly mask: (label: string) => Mask
  readonly labels: readonly string[]
}
let full: Real | null = null
function fullCase(): Real {
  return (full ??= load('example_ct', 'example_seg_fast_force_split'))
}
function load(image: string, segmentation: string): Real {
  const volume = niftiVolume(readNifti(`${CT}/${image}.nii.gz`), 'CT')
  const map = readNifti(`${CT}/${segmentation}.nii.gz`)
  const present = new Set(map.voxels)
  return {
    volume,
    mask: (label) => niftiMask(map, TOTAL_SEGMENTATOR_NAMES.indexOf(label) + 1),
    labels: TOTAL_SEGMENTATOR_NAMES.filter((_, index) => present.has(index + 1)),
  }
}

/** Whole voxels; the masks used here fill the whole grid as their box and stay inside. */
function moved(mask: Mask, [i, j, k]: Vector3): Mask {
  const [columns, rows] = mask.box.size
  const by = (k * rows + j) * columns + i
  const voxels = new Uint8Array(mask.voxels.length)
  mask.voxels.forEach((voxel, n) => {
    if (voxel === 1) voxels[n + by] = 1
  })
  return { ...mask, voxels }
}

/** With a ball of so many voxels around a point of the grid. */
function withBall(mask: Mask, centre: Vector3, radius: number): Mask {
  const [columns, rows] = mask.box.size
  const voxels = mask.voxels.map((voxel, n) => {
    const [i, j, k] = [n % columns, Math.floor(n / columns) % rows, Math.floor(n / columns / rows)]
    return Math.hypot(i - centre[0], j - centre[1], k - centre[2]) <= radius ? 1 : voxel
  })
  return { ...mask, voxels }
}

describe.skipIf(!isThere)('masks against their images', () => {
  it.each([
    ['example_ct', 'example_seg_fast_force_split', 61],
    ['example_ct_sm', 'example_seg', 41],
  ])('%s with %s: no good mask is taken for a bad one', (image, segmentation, count) => {
    const real = load(image, segmentation)
    expect(real.labels.length).toBe(count)
    const alarms = real.labels.flatMap((label) => {
      const mask = tight(real.mask(label))
      const found = [
        // The edge of the back muscles is fat and fascia a voxel further out: no sharp boundary.
        ...(label.startsWith('autochthon') ? [] : severities(checkBoundary, mask, real.volume)),
        ...severities(checkLeakage, mask, real.volume),
      ]
      return found.map((severity) => `${label} ${severity}`)
    })
    expect(alarms).toEqual([])
  })

  it('20 hippocampi by experts', () => {
    const numbers = Array.from({ length: 300 }, (_, n) => String(n + 1).padStart(3, '0'))
    const names = numbers
      .map((number) => `hippocampus_${number}.nii.gz`)
      .filter(
        (name) => existsSync(`${HIPPOCAMPI}/images/${name}`) && existsSync(`${HIPPOCAMPI}/labels/${name}`),
      )
      .slice(0, 20)
    expect(names.length).toBe(20)
    const alarms = names.flatMap((name) => {
      const volume = niftiVolume(readNifti(`${HIPPOCAMPI}/images/${name}`), 'MR')
      const labels = readNifti(`${HIPPOCAMPI}/labels/${name}`)
      const mask = niftiMask(
        { geometry: volume.geometry, voxels: labels.voxels.map((v) => (v > 0 ? 1 : 0)) },
        1,
      )
      return [...severities(checkBoundary, mask, volume), ...severities(checkLeakage, mask, volume)]
    })
    expect(alarms).toEqual([])
  })

  it.each(['spleen', 'kidney_left', 'kidney_right', 'vertebrae_L4'])(
    '%s moved by 9 mm, drawn 6 mm too large or too small is found',
    (label) => {
      const { volume, mask } = fullCase()
      const good = mask(label)
      const damaged = [
        moved(good, [3, 0, 0]),
        moved(good, [0, 3, 0]),
        moved(good, [0, 0, -3]),
        dilate(good, 3),
        erode(good, 2),
      ]
      const missed = damaged.filter((bad) => severities(checkBoundary, bad, volume).length === 0)
      expect(missed.length).toBeLessThanOrEqual(1)
    },
  )

  it('a liver that leaks into the stomach is found', () => {
    const { volume, mask } = fullCase()
    const stomach = measureMask(mask('stomach'))?.centroid ?? [0, 0, 0]
    const liver = mask('liver')
    const centre: Vector3 = [Math.round(stomach[0]), Math.round(stomach[1]), Math.round(stomach[2])]
    expect(severities(checkLeakage, withBall(liver, centre, 14), volume)).toEqual(['major'])
    expect(severities(checkLeakage, liver, volume)).toEqual([])
  })
})
