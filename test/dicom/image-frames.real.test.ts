/** Enhanced multi-frame images of other writers, beside the single-frame images that they were made from. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readVolume } from '../../src/dicom/image.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import { summariseSeries } from '../../src/dicom/summary.ts'
import { locateSource } from '../../src/target/source-series.ts'
import { LIMITS } from './read-samples.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const EDGE = join(ROOT, process.env['PLUMBLINE_TEST_DATA'] ?? '../shared/data', 'dcm-edge-cases')
const LEGACY = ['23x38x3', '24x38x3']

const present = existsSync(EDGE)
if (!present)
  process.stderr.write(
    `${EDGE} is absent: the tests on multi-frame images of other writers are left out (see the list of skipped tests).\n`,
  )

function read(...path: string[]): Uint8Array {
  return readFileSync(join(EDGE, ...path))
}

describe.skipIf(!present)('multi-frame images of other writers', () => {
  it.each(LEGACY)('Legacy Converted Enhanced CT %s is the series it was converted from', async (name) => {
    const folder = join(EDGE, 'dcmqi_segmentations', name, 'image')
    const single = await readVolume(
      readdirSync(folder).map((file) => readFileSync(join(folder, file))),
      LIMITS,
    )
    const multi = await readVolume([read('dcmqi_segmentations', name, 'multiframe', 'mf.dcm')], LIMITS)
    expect(multi.geometry.size).toEqual(single.geometry.size)
    expect(multi.geometry.affine).toEqual(single.geometry.affine)
    expect(multi.voxels).toEqual(single.voxels)
    expect(multi).toMatchObject({ unit: single.unit, problems: [], frames: [1, 2, 3] })
  })

  it.each(LEGACY)('the segmentation of its images lies on the planes of %s', async (name) => {
    const multi = read('dcmqi_segmentations', name, 'multiframe', 'mf.dcm')
    const summary = summariseSeries([readPart10(multi, { untilPixelData: true }).dataset])
    const segmentation = await readSegmentation(read('dcmqi_segmentations', name, 'seg', 'label.seg'), LIMITS)
    // Its references name the single images, which are not given here: position decides.
    const location = locateSource(segmentation, summary === null ? [] : [summary])
    expect(location).toMatchObject({ foundBy: 'geometry' })
  })

  it('Enhanced CT: its second frame is the lower one', async () => {
    const volume = await readVolume([read('pydicom_seg_enhanced', 'eCT_Supplemental.dcm')], LIMITS)
    expect(volume.geometry.size).toEqual([512, 512, 2])
    // Rows run to the right (-x), so the stack runs downwards: from -149 mm to -159 mm.
    expect(volume.geometry.affine.slice(8, 12)).toEqual([0, 0, -10, -149])
    expect(volume.frames).toEqual([2, 1])
    expect(volume.problems).toEqual([])
  })

  it('Enhanced MR whose functional groups were removed has no place in the patient', async () => {
    const file = read('pydicom_seg_enhanced', 'emri_small.dcm')
    await expect(readVolume([file], LIMITS)).rejects.toMatchObject({ code: 'unsupported-dicom' })
  })
})
