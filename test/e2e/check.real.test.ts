/** `plumbline check FOLDER` on real patients' images; volumes compared with what pydicom and plastimatch measure. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Case, type SegmentResult } from '../../src/domain/case.ts'
import { makeStudy, objectOf, type TestStudy } from '../support/demo-data.ts'
import { cleanEnvironment, LAUNCHER } from '../support/service.ts'
import { dciodvfyErrors } from '../support/validators.ts'

const DATA =
  process.env['PLUMBLINE_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const PET = join(DATA, 'dcm-pet-qinhn-0024-seg')
const SARCOMA = join(DATA, 'dcm-sts-ibsi-10subj-rtstruct/STS_002')
const BREAST = join(DATA, 'dcm-mr-breast-fractional-seg/UCSF-BR-06')
const hasImages = [PET, SARCOMA, BREAST].every((path) => existsSync(path))
if (!hasImages) console.warn(`No images in ${DATA}: 3 tests of the check command are left out.`)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-e2e-check-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs the command as people do. */
async function check(
  ...parameters: string[]
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [LAUNCHER, 'check', ...parameters], {
    cwd: folder,
    env: cleanEnvironment(),
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { status, ...output }
}

/** With --json and --out: all of stdout is an array of cases, and each has its valid report and its figures in the folder. */
async function checkJson(target: string, out: string): Promise<{ status: number | null; cases: Case[] }> {
  const { status, stdout, stderr } = await check(target, '--json', '--out', out)
  expect(stderr).not.toMatch(/Error/)
  const cases = z.array(Case).parse(JSON.parse(stdout))
  const reports = cases.flatMap((one) => one.reports.map(({ sopInstanceUid }) => `${sopInstanceUid}.dcm`))
  expect((await readdir(out)).filter((name) => name !== 'figures').toSorted()).toEqual(reports.toSorted())
  for (const { object, segments } of cases) {
    const figures = segments.flatMap((one) => (one.figures ?? []).map(({ name }) => `${name}.png`))
    const written = await readdir(join(out, 'figures', object.sopInstanceUid)).catch((): string[] => [])
    expect(written.toSorted()).toEqual(figures.toSorted())
    expect(figures.length > 0).toBe(
      segments.some(({ verdict }) => verdict === 'review' || verdict === 'reject'),
    )
  }
  expect(reports).toHaveLength(cases.length)
  for (const report of reports) expect(dciodvfyErrors(join(out, report))).toEqual([])
  return { status, cases }
}

function volumeCm3(segment: SegmentResult | undefined): number | undefined {
  return segment?.evidence.find(({ name, unit }) => name === 'volume' && unit === 'cm3')?.value
}

/** Per segment of a SEG: its voxels times the volume of one, in cm3. Values above half of the largest count. */
const SEG_VOLUMES = `
import sys, json, pydicom
seg = pydicom.dcmread(sys.argv[1])
half = getattr(seg, 'MaximumFractionalValue', 1) / 2
shared = seg.SharedFunctionalGroupsSequence[0]
volumes = {}
for pixels, groups in zip(seg.pixel_array, seg.PerFrameFunctionalGroupsSequence):
    measures = (groups if 'PixelMeasuresSequence' in groups else shared).PixelMeasuresSequence[0]
    voxel = measures.PixelSpacing[0] * measures.PixelSpacing[1] * measures.get('SpacingBetweenSlices', measures.SliceThickness) / 1000
    number = groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    volumes[number] = volumes.get(number, 0) + float((pixels > half).sum() * voxel)
print(json.dumps([volumes[item.SegmentNumber] for item in seg.SegmentSequence]))
`

async function volumesByPydicom(seriesFolder: string): Promise<number[]> {
  const [file] = await readdir(seriesFolder)
  const output = execFileSync('/usr/bin/python3', ['-c', SEG_VOLUMES, join(seriesFolder, file ?? '')], {
    encoding: 'utf8',
  })
  return z.array(z.number()).parse(JSON.parse(output))
}

/** Fills the one ROI of an RTSTRUCT on the grid of its images; cm3. */
async function volumeByPlastimatch(
  parts: { images: string; structures: string; name: string },
  out: string,
): Promise<number> {
  const [file] = await readdir(parts.structures)
  execFileSync(
    'plastimatch',
    [
      'convert',
      '--input',
      join(parts.structures, file ?? ''),
      '--referenced-ct',
      parts.images,
      '--output-prefix',
      out,
      '--prefix-format',
      'nrrd',
    ],
    { stdio: 'pipe' },
  )
  const bytes = await readFile(join(out, `${parts.name}.nrrd`))
  const end = bytes.indexOf('\n\n')
  const axes = /space directions: \(([^,]+),0,0\) \(0,([^,]+),0\) \(0,0,([^)]+)\)/.exec(
    bytes.toString('latin1', 0, end),
  )
  const voxelMm3 = axes?.slice(1).reduce((product, edge) => product * Number(edge), 1) ?? NaN
  return (gunzipSync(bytes.subarray(end + 2)).filter((voxel) => voxel > 0).length * voxelMm3) / 1000
}

describe.skipIf(!hasImages)('on real images', () => {
  test('PET with two tumours drawn by a person: both measured to the voxel', async () => {
    const { status, cases } = await checkJson(PET, join(folder, 'pet'))
    expect(cases).toMatchObject([
      {
        state: 'done',
        object: { modality: 'SEG' },
        sourceSeries: { modality: 'PT', foundBy: 'reference', instanceCount: 299 },
      },
    ])
    expect(cases[0]?.segments).toMatchObject([
      { number: 1, label: 'Neoplasm, Primary', verdict: 'accept' },
      { number: 2, label: 'Neoplasm, Secondary', verdict: 'accept' },
    ])
    const expected = await volumesByPydicom(join(PET, 'SEG'))
    expect(expected).toHaveLength(2)
    for (const [index, volume] of expected.entries())
      expect(volumeCm3(cases[0]?.segments[index])).toBeCloseTo(volume, 6)
    expect(status).toBe(0)
  })

  test('sarcoma on CT, MR and PET, whose contours refer to images that are not there: judged by position, and said so', async () => {
    const { status, cases } = await checkJson(SARCOMA, join(folder, 'sarcoma'))
    expect(cases.map(({ sourceSeries }) => sourceSeries?.modality ?? 'none').toSorted()).toEqual([
      'CT',
      'MR',
      'PT',
    ])
    for (const modality of ['CT', 'MR_T1', 'PET']) {
      const name = `GTV_Mass_${modality}`
      const judged = cases.find(({ segments }) => segments[0]?.label === name)
      expect(judged, name).toMatchObject({ verdict: 'review', object: { modality: 'RTSTRUCT' } })
      expect(judged?.segments[0]?.findings, name).toContainEqual(
        expect.objectContaining({ mode: 'source-incomplete' }),
      )
      // The CT is measured on the PET of its examination too, the MR is not.
      const uptake = judged?.segments[0]?.evidence.filter(({ name: what }) => what.startsWith('SUV ')).length
      expect(uptake, name).toBe(modality === 'MR_T1' ? 0 : 3)
      const parts = {
        images: join(SARCOMA, modality, 'image'),
        structures: join(SARCOMA, modality, 'mask'),
        name,
      }
      const expected = await volumeByPlastimatch(parts, join(folder, name))
      expect(Math.abs((volumeCm3(judged?.segments[0]) ?? NaN) / expected - 1), name).toBeLessThan(0.01)
    }
    expect(status).toBe(1)
  })

  test('breast MR with a fractional SEG that names none of the images at hand: found by geometry', async () => {
    const { status, cases } = await checkJson(BREAST, join(folder, 'breast'))
    expect(cases).toMatchObject([
      {
        object: { modality: 'SEG' },
        sourceSeries: { modality: 'MR', foundBy: 'geometry', instanceCount: 60 },
      },
    ])
    expect(cases[0]?.verdict).not.toBe('accept')
    const [expected] = await volumesByPydicom(join(BREAST, 'SEG'))
    expect(volumeCm3(cases[0]?.segments[0])).toBeCloseTo(expected ?? NaN, 6)
    expect(status).toBe(1)
  })
})

describe('exit status and streams', () => {
  let study: TestStudy
  beforeAll(async () => {
    study = makeStudy('mr-1')
    for (const part of ['good', 'empty']) await mkdir(join(folder, part))
    const files = [...study.images, objectOf(study, 'prostate-good')]
    for (const { sopInstanceUid, bytes } of files)
      await writeFile(join(folder, 'good', `${sopInstanceUid}.dcm`), bytes)
  })

  test('0 when all is accepted; without --json there is nothing on stdout', async () => {
    const { status, stdout, stderr } = await check(join(folder, 'good'))
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    expect(stderr).toMatch(/✓ accept/)
  })

  test('checking twice gives the same case with the same report, times apart', async () => {
    const [one, other] = [
      await checkJson(join(folder, 'good'), join(folder, 'one')),
      await checkJson(join(folder, 'good'), join(folder, 'other')),
    ]
    const timeless = (cases: readonly Case[]) =>
      cases.map((judged) => ({ ...judged, receivedAt: '', updatedAt: '', decidedAt: '' }))
    expect(timeless(other.cases)).toEqual(timeless(one.cases))
  })

  test.each<{ what: string; parameters: () => string[]; said: RegExp }>([
    {
      what: 'an empty folder',
      parameters: () => [join(folder, 'empty')],
      said: /no SEG or RTSTRUCT in this folder/,
    },
    {
      what: 'a folder that does not exist',
      parameters: () => [join(folder, 'missing')],
      said: /There is no such folder/,
    },
    { what: 'a study and no PACS', parameters: () => ['1.2.3'], said: /No PACS is known/ },
    {
      what: 'a configuration that is not valid',
      parameters: () => [join(folder, 'good'), '--config', join(folder, 'bad.yaml')],
      said: /intake\.pollSeconds/,
    },
    {
      what: 'a configuration file that is not there',
      parameters: () => [join(folder, 'good'), '--config', join(folder, 'none.yaml')],
      said: /none\.yaml/,
    },
  ])('2 on $what, with a plain message and no stack', async ({ parameters, said }) => {
    await writeFile(join(folder, 'bad.yaml'), 'intake: { pollSeconds: 0 }\n')
    const { status, stdout, stderr } = await check(...parameters(), '--json')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/\n\s+at /)
  })
})
