/** Reading against real objects: pydicom's counts, plastimatch's rasterisation, and 126 odd files. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readVolume } from '../../src/dicom/image.ts'
import type { ReadLimits } from '../../src/dicom/limits.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import { pixelFormat } from '../../src/dicom/pixel-format.ts'
import { decodeFrame } from '../../src/dicom/pixels.ts'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import type { Mask } from '../../src/domain/geometry.ts'
import type { Segmentation, SegmentShape } from '../../src/domain/segmentation.ts'
import { PlumblineError } from '../../src/errors.ts'
import { alignMask } from '../../src/imaging/align.ts'
import { rasterise } from '../../src/imaging/contours.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const DATA = join(ROOT, process.env['PLUMBLINE_TEST_DATA'] ?? '../shared/data')
const EDGE = join(DATA, 'dcm-edge-cases')
const PYTHON = '/usr/bin/python3'
const LIMITS: ReadLimits = {
  objectBytesMax: 1e9,
  seriesBytesMax: 2e9,
  seriesInstancesMax: 5000,
  voxelsMax: 1e9,
  segmentsMax: 1000,
  sequenceItemsMax: 300_000,
  contourPointsMax: 2e7,
}

/** What each odd segmentation object gives: voxels per segment, contours per ROI, `unreadable`, or an error code. */
const SEGMENTATIONS: Readonly<Record<string, string>> = {
  'dcmqi_segmentations/23x38x3/seg/label.seg': '322',
  'dcmqi_segmentations/24x38x3/seg/label.seg': '315',
  'dcmqi_segmentations/liver.dcm': '107098',
  'dcmqi_segmentations/partial_overlaps.dcm': '9602 11888 10743 6693 4713',
  'dcmqi_segmentations/sparse-labelmap-noppv.dcm': '630',
  'dcmqi_segmentations/sparse-labelmap-ppv5.dcm': '630',
  'dicom4qi_bitpacking_23x38x3/mask/mask.dcm': '322',
  'dicompyler_rtss/rtss.dcm': '141c 2c 48c 33c 165c 4c 6c 18c 24c',
  'highdicom/seg_image_cr_binary.dcm': 'unreadable',
  'highdicom/seg_image_ct_binary.dcm': '638',
  'highdicom/seg_image_ct_binary_fractional.dcm': '638',
  'highdicom/seg_image_ct_binary_overlap.dcm': '64 16',
  'highdicom/seg_image_ct_binary_single_frame.dcm': '1832',
  'highdicom/seg_image_ct_true_fractional.dcm': '638',
  'highdicom/seg_image_sm_control.dcm': 'unsupported-dicom',
  'highdicom/seg_image_sm_control_labelmap.dcm': 'unsupported-dicom',
  'highdicom/seg_image_sm_control_labelmap_palette_color.dcm': 'unsupported-dicom',
  'highdicom/seg_image_sm_dots.dcm': 'unsupported-dicom',
  'highdicom/seg_image_sm_dots_tiled_full.dcm': 'unsupported-dicom',
  'highdicom/seg_image_sm_numbers.dcm': 'unsupported-dicom',
  'pydicom_seg_enhanced/liver.dcm': '107098',
  'pydicom_seg_enhanced/liver_deflate.dcm': '107098',
  'pydicom_seg_enhanced/liver_expb.dcm': '107098',
  'pydicom_seg_enhanced/liver_j2k.dcm': '107098',
  'pydicom_seg_enhanced/liver_nonbyte_aligned.dcm': '107098',
  'pydicom_seg_enhanced/liver_nonbyte_aligned_deflate.dcm': '107098',
  'pydicom_seg_enhanced/liver_nonbyte_aligned_j2k.dcm': '107098',
  'pydicom_seg_enhanced/liver_nonbyte_aligned_rle.dcm': '107098',
  'pydicom_seg_enhanced/liver_rle.dcm': '107098',
  'pydicom_test_files/liver_1frame.dcm': 'bad-dicom',
  'pydicom_test_files/liver_expb_1frame.dcm': 'bad-dicom',
  'rtstruct_without_images/Pancreas-CT-CB_001.dcm': '98c 66c 58c 32c 42c',
  'rtutils/empty/dummy_rt.dcm': '3c 3c 3c 3c',
  'rtutils/mock_data/invalid_reference_rt.dcm': '3c 3c 3c 3c',
  'rtutils/mock_data/non_existent_reference_rt.dcm': '3c 3c 3c 3c',
  'rtutils/mock_data/rt.dcm': '2c',
  'sr_seg_rwv_trio_qinhn0003/seg.dcm': '795',
}
/** Files that are refused for what they are, before anyone asks whether they are segmentations. */
const DAMAGED: Readonly<Record<string, string>> = {
  'pydicom_seg_enhanced/emri_small_jpeg_2k_lossless_too_short.dcm': 'bad-dicom',
  'pydicom_test_files/MR_truncated.dcm': 'bad-dicom',
  'pydicom_test_files/meta_missing_tsyntax.dcm': 'bad-dicom',
  'pydicom_test_files/no_meta.dcm': 'bad-dicom',
  'pydicom_test_files/rtplan_truncated.dcm': 'bad-dicom',
  'pydicom_test_files/rtstruct.dcm': 'bad-dicom',
}

const present = existsSync(EDGE)
if (!present)
  process.stderr.write(
    `${DATA} is absent: all reading tests on real images are left out (see the list of skipped tests).\n`,
  )

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => statSync(join(folder, file)).isFile())
    .toSorted()
}

function read(path: string): Promise<Segmentation> {
  return readSegmentation(readFileSync(path), LIMITS)
}

function readSeries(folder: string) {
  return readVolume(
    filesIn(folder).map((file) => readFileSync(join(folder, file))),
    LIMITS,
  )
}

function count(mask: Mask): number {
  return mask.voxels.reduce((sum, voxel) => sum + voxel, 0)
}

function brief(shape: SegmentShape): string {
  if (shape.kind === 'mask') return String(count(shape.mask))
  return shape.kind === 'contours' ? `${shape.contours.length}c` : 'unreadable'
}

async function outcome(path: string): Promise<string> {
  try {
    return (await read(path)).segments.map((segment) => brief(segment.shape)).join(' ')
  } catch (error) {
    return error instanceof PlumblineError ? error.code : `another exception: ${String(error)}`
  }
}

function python(script: string, ...parameters: string[]): unknown {
  return JSON.parse(
    execFileSync(PYTHON, ['-c', script, ...parameters], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
}

describe.skipIf(!present)('odd files', () => {
  it.each(filesIn(EDGE))('%s', async (file) => {
    const expected =
      SEGMENTATIONS[file] ?? DAMAGED[file] ?? (file.endsWith('.dcm') ? 'unsupported-dicom' : 'bad-dicom')
    expect(await outcome(join(EDGE, file))).toBe(expected)
  })

  it.each(Object.keys(SEGMENTATIONS).filter((file) => /liver_(non|rle|j2k|deflate|expb\.)/.test(file)))(
    '%s has the voxels of the uncompressed one',
    async (file) => {
      const [one, other] = await Promise.all([
        read(join(EDGE, 'pydicom_seg_enhanced/liver.dcm')),
        read(join(EDGE, file)),
      ])
      const [a, b] = [one.segments[0]?.shape, other.segments[0]?.shape]
      if (a?.kind !== 'mask' || b?.kind !== 'mask') throw new Error('no mask')
      expect(b.mask.box).toEqual(a.mask.box)
      expect(Buffer.compare(b.mask.voxels, a.mask.voxels)).toBe(0)
    },
  )

  it.each([
    'pydicom_seg_enhanced/emri_small_RLE.dcm',
    'pydicom_seg_enhanced/emri_small_big_endian.dcm',
    'pydicom_seg_enhanced/emri_small_jpeg_ls_lossless.dcm',
    'pydicom_seg_enhanced/emri_small_jpeg_2k_lossless.dcm',
  ])('%s has the pixels of the uncompressed one', async (file) => {
    const [one, other] = ['pydicom_seg_enhanced/emri_small.dcm', file].map((name) =>
      readPart10(readFileSync(join(EDGE, name))),
    )
    if (one === undefined || other === undefined) throw new Error('not read')
    expect(pixelFormat(other.dataset).frames).toBe(10)
    for (let frame = 0; frame < 10; frame++)
      expect((await decodeFrame(other, frame)).values).toEqual((await decodeFrame(one, frame)).values)
  })

  it('finds the missing slice of a series', async () => {
    const { problems, instances } = await readSeries(join(EDGE, 'mr_series_missing_slice'))
    expect(problems).toEqual([expect.objectContaining({ kind: 'missing-slices', affected: [13] })])
    expect(instances[13]).toBeNull()
  })
})

describe.skipIf(!present)('against pydicom', () => {
  it.each([
    'dcm-pet-qinhn-0024-seg/SEG/tumor_User1_Manual_Trial1.dcm',
    'dcm-mr-breast-fractional-seg/UCSF-BR-06/SEG/1-1.dcm',
  ])('%s has as many voxels per segment', async (file) => {
    const script = `
import json, sys, pydicom
d = pydicom.dcmread(sys.argv[1]); a = d.pixel_array; top = int(d.get('MaximumFractionalValue', 1))
counts = {int(s.SegmentNumber): 0 for s in d.SegmentSequence}
for frame, group in zip(a, d.PerFrameFunctionalGroupsSequence):
    shared = d.SharedFunctionalGroupsSequence[0]
    item = (group if 'SegmentIdentificationSequence' in group else shared).SegmentIdentificationSequence[0]
    counts[int(item.ReferencedSegmentNumber)] += int((frame.astype(int) * 2 >= top).sum())
print(json.dumps(list(counts.values())))`
    const counts = (await read(join(DATA, file))).segments.map(({ shape }) =>
      shape.kind === 'mask' ? count(shape.mask) : NaN,
    )
    expect(counts.every((voxels) => voxels > 0)).toBe(true)
    expect(counts).toEqual(python(script, join(DATA, file)))
  })

  it('a PET series has the same SUV, and its sparse SEG lies on its slices', async () => {
    const folder = join(DATA, 'dcm-pet-qinhn-0024-seg')
    const volume = await readSeries(join(folder, 'PT'))
    const script = `
import glob, json, sys, pydicom
d = [pydicom.dcmread(f) for f in glob.glob(sys.argv[1] + '/*')]
r = d[0].RadiopharmaceuticalInformationSequence[0]
s = lambda t: int(t[:2]) * 3600 + int(t[2:4]) * 60 + float(t[4:])
scan = min([s(x.AcquisitionTime) for x in d] + [s(d[0].SeriesTime)])
dose = float(r.RadionuclideTotalDose) * 2 ** (-(scan - s(r.RadiopharmaceuticalStartTime)) / float(r.RadionuclideHalfLife))
print(json.dumps(max(float(x.pixel_array.max()) * float(x.RescaleSlope) + float(x.RescaleIntercept) for x in d) * float(d[0].PatientWeight) * 1000 / dose))`
    const highest = Float32Array.from(volume.voxels).reduce((high, value) => Math.max(high, value), 0)
    expect(volume).toMatchObject({ unit: 'g/ml{SUVbw}', problems: [], geometry: { size: [128, 128, 299] } })
    expect(highest).toBeCloseTo(Number(python(script, join(folder, 'PT'))), 3)
    const { segments, references } = await read(join(folder, 'SEG/tumor_User1_Manual_Trial1.dcm'))
    for (const { shape } of segments) {
      if (shape.kind !== 'mask') throw new Error('no mask')
      const { how, mask, outsideFraction } = alignMask(shape.mask, volume.geometry)
      expect([how, outsideFraction, count(mask)]).toEqual(['shifted', 0, count(shape.mask)])
    }
    expect(references[0]?.sopInstanceUids.every((uid) => volume.instances.includes(uid))).toBe(true)
  })
})

describe.skipIf(!present)('against plastimatch', () => {
  const subjects = ['STS_002', 'STS_003', 'STS_008', 'STS_019', 'STS_042'].flatMap((subject) =>
    ['CT', 'PET', 'MR_T1'].map((modality) => `${subject}/${modality}`),
  )
  it.each(subjects)('%s: the RTSTRUCT has as many voxels', async (subject) => {
    const folder = join(DATA, 'dcm-sts-ibsi-10subj-rtstruct', subject)
    const out = mkdtempSync(join(tmpdir(), 'plumbline-plastimatch-'))
    try {
      const structures = join(folder, 'mask/RS.dcm')
      execFileSync(
        'plastimatch',
        [
          'convert',
          '--input',
          structures,
          '--referenced-ct',
          join(folder, 'image'),
          '--output-prefix',
          out,
          '--prefix-format',
          'nrrd',
        ],
        { stdio: 'ignore' },
      )
      const [volume, segmentation] = await Promise.all([readSeries(join(folder, 'image')), read(structures)])
      expect(segmentation.segments.length).toBeGreaterThan(0)
      for (const { label, shape } of segmentation.segments) {
        if (shape.kind !== 'contours') throw new Error('no contours')
        const { mask, problems } = rasterise(shape.contours, volume.geometry)
        const nrrd = readFileSync(join(out, `${label}.nrrd`))
        const voxels = gunzipSync(nrrd.subarray(nrrd.indexOf('\n\n') + 2)).reduce(
          (sum, voxel) => sum + voxel,
          0,
        )
        expect(voxels).toBeGreaterThan(0)
        expect(count(mask)).toBe(voxels)
        // One contour of a millimetre lies between the voxel centres of a PET.
        const kinds = problems.map(({ kind }) => kind).filter((kind) => kind !== 'skipped-slices')
        expect(kinds).toEqual(subject === 'STS_042/PET' ? ['too-small'] : [])
      }
    } finally {
      rmSync(out, { recursive: true })
    }
  })
})
