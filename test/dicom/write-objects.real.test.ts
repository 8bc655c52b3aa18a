/** What other software makes of the demo's objects: dciodvfy (dicom3tools), pydicom, plastimatch. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Mask } from '../../src/domain/geometry.ts'
import { DEMO_CASES, type DemoCase } from '../../src/phantom/demo-cases.ts'
import { demoMask, makeDemoStudies, type MadeStudy } from '../../src/phantom/demo.ts'
import { onWholeGrid } from '../../src/phantom/mask-box.ts'
import { makeCtPatient, makeMrPatient, type PhantomPatient } from '../../src/phantom/patient.ts'
import { deriveUid } from '../../src/dicom/uid.ts'
import { SEGMENTATION_STORAGE } from '../../src/dicom/segmentation-header.ts'
import { writeSeg } from '../../src/dicom/write-seg.ts'
import { createProposalWriter } from '../../src/dicom/refined-seg.ts'
import { loadTemplates } from '../../src/dicom/sr-templates.ts'
import { proposal } from './proposal-samples.ts'
import { mask, segInput, segment } from './write-samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-objects-'))
const files = new Map<string, string>()

beforeAll(() => {
  for (const made of makeDemoStudies()) keep(made)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function keep({ study, images, segmentations }: MadeStudy): void {
  const imageFolder = join(folder, study.patient.id)
  mkdirSync(imageFolder)
  for (const [k, { bytes }] of images.entries()) writeFileSync(join(imageFolder, `${k}.dcm`), bytes)
  files.set(`${study.patient.id} image`, join(imageFolder, '3.dcm'))
  for (const [index, { bytes }] of segmentations.entries()) {
    const id = study.segmentations[index]?.caseId ?? ''
    const path = join(folder, `${id}.dcm`)
    writeFileSync(path, bytes)
    files.set(id, path)
  }
}

function fileOf(name: string): string {
  const path = files.get(name)
  if (path === undefined) throw new Error(`no file was made for ${name}`)
  return path
}

/** The masks that were written, made again from the same seeds. */
function drawn(demoCase: DemoCase): Mask[] {
  const options = { frameOfReferenceUid: '2.25.1' }
  const seeds = { 'ct-1': 11, 'ct-2': 22, 'ct-3': 33, 'mr-1': 44 } as const
  const seed = seeds[demoCase.patient]
  const patient: PhantomPatient =
    demoCase.patient === 'mr-1' ? makeMrPatient({ ...options, seed }) : makeCtPatient({ ...options, seed })
  const index = DEMO_CASES.filter(({ patient: id }) => id === demoCase.patient).indexOf(demoCase)
  return demoCase.segments.map((part, number) => demoMask(patient, part, seed * 100 + index * 10 + number))
}

function complaints(path: string): string[] {
  const { stdout, stderr } = spawnSync('dciodvfy', ['-new', path], { encoding: 'utf8' })
  return `${stdout}\n${stderr}`.split('\n').filter((line) => /error|warning/i.test(line))
}

describe('dciodvfy', () => {
  it.each(['ct-1 image', 'mr-1 image', ...DEMO_CASES.map(({ id }) => id)])(
    'finds nothing wrong with %s',
    (name) => {
      expect(complaints(fileOf(name))).toEqual([])
    },
  )

  it('finds no error in a refined SEG that refers to the one before', () => {
    const instance = {
      studyInstanceUid: deriveUid('s'),
      seriesInstanceUid: deriveUid('old series'),
      sopInstanceUid: deriveUid('old'),
      sopClassUid: SEGMENTATION_STORAGE,
    }
    const refined = segment('one', mask, {
      algorithmType: 'SEMIAUTOMATIC',
      predecessor: { instance, segmentNumber: 1 },
    })
    const path = join(folder, 'refined.dcm')
    writeFileSync(path, writeSeg(segInput([refined])).bytes)
    expect(complaints(path).filter((line) => /error/i.test(line))).toEqual([])
  })
})

const REFINED = `
import sys, json, numpy, pydicom
seg = pydicom.dcmread(sys.argv[1])
pixels = seg.pixel_array
pixels = pixels[None] if pixels.ndim == 2 else pixels
source = [item for groups in seg.PerFrameFunctionalGroupsSequence for item in groups.DerivationImageSequence[0].SourceImageSequence]
print(json.dumps({
  'voxels': [[int(k), int(j), int(i)] for k, j, i in numpy.argwhere(pixels)],
  'from': sorted({str(item.ReferencedSOPInstanceUID) for item in source if 'ReferencedSegmentNumber' in item}),
  'tracking': [str(item.TrackingUID) for item in seg.SegmentSequence],
}))
`

describe('a refined SEG', () => {
  const { dictionary } = loadTemplates(new URL('../../dicom-templates', import.meta.url).pathname)
  const input = proposal()
  const path = join(folder, 'proposal.dcm')
  beforeAll(() =>
    writeFileSync(path, createProposalWriter({ dictionary, version: '1' }).refinedSeg(input).bytes),
  )

  it('has no error for dciodvfy', () => {
    expect(complaints(path).filter((line) => /error/i.test(line))).toEqual([])
  })

  it('is read voxel by voxel by pydicom, with what it was made from', () => {
    const script = join(folder, 'refined.py')
    writeFileSync(script, REFINED)
    const answer: unknown = JSON.parse(execFileSync('/usr/bin/python3', [script, path], { encoding: 'utf8' }))
    const { origin, size } = mask.box
    const voxels = [...mask.voxels].flatMap((voxel, n) =>
      voxel === 0
        ? []
        : [
            [
              Math.floor(n / (size[0] * size[1])),
              origin[1] + (Math.floor(n / size[0]) % size[1]),
              origin[0] + (n % size[0]),
            ],
          ],
    )
    expect(answer).toEqual({ voxels, from: [input.case.object.sopInstanceUid], tracking: ['2.25.33'] })
  })
})

/** Prints, for each described segment, the SHA-256 of its voxels on the image grid and their number. */
const READ_SEG = `
import sys, glob, hashlib, json, numpy, pydicom
images = sorted((pydicom.dcmread(f, stop_before_pixels=True) for f in glob.glob(sys.argv[2] + '/*.dcm')), key=lambda d: int(d.InstanceNumber))
seg = pydicom.dcmread(sys.argv[1])
pixels = seg.pixel_array
pixels = pixels[None] if pixels.ndim == 2 else pixels
places = [numpy.array(d.ImagePositionPatient, float) for d in images]
out = []
for item in seg.SegmentSequence:
    grid = numpy.zeros((len(images), seg.Rows, seg.Columns), numpy.uint8)
    for frame, groups in zip(pixels, seg.PerFrameFunctionalGroupsSequence):
        if groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber != item.SegmentNumber: continue
        place = numpy.array(groups.PlanePositionSequence[0].ImagePositionPatient, float)
        k = int(numpy.argmin([numpy.linalg.norm(p - place) for p in places]))
        assert numpy.linalg.norm(places[k] - place) < 1e-6
        assert groups.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID == images[k].SOPInstanceUID
        grid[k] = frame
    out.append([hashlib.sha256(grid.tobytes()).hexdigest(), int(grid.sum())])
print(json.dumps(out))
`

describe('pydicom', () => {
  it.each(DEMO_CASES.filter(({ modality }) => modality === 'SEG'))('reads every voxel of $id', (demoCase) => {
    const script = join(folder, 'read_seg.py')
    writeFileSync(script, READ_SEG)
    const answer: unknown = JSON.parse(
      execFileSync('/usr/bin/python3', [script, fileOf(demoCase.id), join(folder, demoCase.patient)], {
        encoding: 'utf8',
      }),
    )
    const expected = drawn(demoCase).map((shape) => {
      const { voxels } = onWholeGrid(shape)
      return [
        createHash('sha256').update(voxels).digest('hex'),
        voxels.reduce((sum, voxel) => sum + voxel, 0),
      ]
    })
    expect(answer).toEqual(expected)
  })
})

/** Voxels above 0 of a gzip or raw NRRD with one byte per voxel. */
function countNrrd(path: string): number {
  const bytes = readFileSync(path)
  const end = bytes.indexOf('\n\n')
  const header = bytes.subarray(0, end).toString('latin1')
  if (!/type: (unsigned char|uchar|uint8)/.test(header)) throw new Error(`unexpected NRRD header: ${header}`)
  const body = bytes.subarray(end + 2)
  const voxels = /encoding: gz/.test(header) ? gunzipSync(body) : body
  return voxels.reduce((sum, voxel) => sum + Number(voxel > 0), 0)
}

describe('plastimatch', () => {
  it.each(DEMO_CASES.filter(({ modality }) => modality === 'RTSTRUCT'))(
    'fills the contours of $id to the drawn volume',
    (demoCase) => {
      const out = join(folder, `filled-${demoCase.id}`)
      const images = join(folder, demoCase.patient)
      execFileSync(
        'plastimatch',
        [
          'convert',
          '--input',
          fileOf(demoCase.id),
          '--referenced-ct',
          images,
          '--output-prefix',
          out,
          '--prefix-format',
          'nrrd',
        ],
        { stdio: 'pipe' },
      )
      const names = { liver: 'Liver', 'kidney-right': 'Kidney_R', 'kidney-left': 'Kidney_L' } as Record<
        string,
        string
      >
      const masks = drawn(demoCase)
      for (const [index, { structure }] of demoCase.segments.entries()) {
        const expected = masks[index]?.voxels.reduce((sum, voxel) => sum + voxel, 0) ?? NaN
        const filled = countNrrd(join(out, `${names[structure]}.nrrd`))
        expect(Math.abs(filled / expected - 1)).toBeLessThan(0.01)
      }
    },
  )
})
