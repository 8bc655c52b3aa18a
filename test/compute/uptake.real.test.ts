/** Uptake of real lesions, from the files to the evidence, beside what pydicom and numpy compute from the same files. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkPrepared, prepareAssessment } from '../../src/compute/assess.ts'
import { loadConfig } from '../../src/config.ts'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import { summariseSeries } from '../../src/dicom/summary.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import { sourcesOf } from '../../src/file-source.ts'
import { loadKnowledge } from '../../src/knowledge.ts'
import type { AssessedSegment, InstanceFile } from '../../src/ports.ts'
import { locateSource } from '../../src/target/source-series.ts'

const DATA =
  process.env['PLUMBLINE_TEST_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const HEAD_NECK = join(DATA, 'dcm-pet-qinhn-0024-seg')
const SARCOMAS = ['STS_002', 'STS_003', 'STS_008', 'STS_019', 'STS_042'].map((subject) => ({ subject }))
const present = existsSync(HEAD_NECK)
if (!present) console.warn(`No images in ${DATA}: 6 tests of uptake are left out.`)

const { policy, limits } = loadConfig(null, {})
const OPTIONS = {
  knowledge: loadKnowledge(new URL('../../config/knowledge/', import.meta.url)),
  policy,
  limits,
}

const filesIn = (folder: string): InstanceFile[] =>
  readdirSync(folder).map((path) => ({ path: join(folder, path) }))

/** An object judged on the images of a folder, with or without a PET beside them. */
async function assessed(object: string, images: string, pet: string | null): Promise<AssessedSegment[]> {
  const [file = new Uint8Array()] = sourcesOf([{ path: object }])
  const segmentation = await readSegmentation(file, limits)
  const opened = sourcesOf(filesIn(images))
  const headers = opened.map(
    (one) => readPart10(one, { maxBytes: 1e9, itemsMax: 1e5, untilPixelData: true }).dataset,
  )
  const summary = summariseSeries(headers)
  const location = locateSource(segmentation, summary === null ? [] : [summary])
  const prepared = await prepareAssessment(
    {
      segmentation,
      images: opened,
      ...(pet !== null && { pet: sourcesOf(filesIn(pet)) }),
      location,
      seconds: [],
      norms: [],
    },
    OPTIONS,
  )
  return checkPrepared(prepared, OPTIONS)
}

const uptakeOf = ({ evidence }: AssessedSegment): number[] =>
  ['SUV maximum', 'SUV peak', 'SUV mean'].map(
    (wanted) => evidence.find(({ name }) => name === wanted)?.value ?? NaN,
  )

function python(script: string, ...parameters: string[]): number[][] {
  const text = execFileSync('/usr/bin/python3', ['-c', `${COMMON}\n${script}`, ...parameters], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(text) as number[][]
}

/** PET as an array in SUV (z, y, x), positions; peak and the rest of a mask on it. Axial images only. */
const COMMON = `
import glob, json, sys, numpy as np, pydicom
def pet(folder):
    d = sorted([pydicom.dcmread(f) for f in glob.glob(folder + '/*')], key=lambda x: float(x.ImagePositionPatient[2]))
    v = np.stack([x.pixel_array.astype(float) * float(x.RescaleSlope) + float(x.RescaleIntercept) for x in d])
    if d[0].Units == 'BQML':
        r = d[0].RadiopharmaceuticalInformationSequence[0]
        s = lambda t: int(t[:2]) * 3600 + int(t[2:4]) * 60 + float(t[4:])
        scan = min([s(x.AcquisitionTime) for x in d] + [s(d[0].SeriesTime)])
        left = 2 ** (-(scan - s(r.RadiopharmaceuticalStartTime)) / float(r.RadionuclideHalfLife))
        v = v * float(d[0].PatientWeight) * 1000 / (float(r.RadionuclideTotalDose) * left)
    z = np.array([float(x.ImagePositionPatient[2]) for x in d])
    return d, v, z
def uptake(v, m, spacing):
    r = (3000 / (4 * np.pi)) ** (1 / 3)
    n = [int(r // s) for s in spacing]
    ball = [(a, b, c) for a in range(-n[0], n[0] + 1) for b in range(-n[1], n[1] + 1) for c in range(-n[2], n[2] + 1)
            if np.hypot(np.hypot(a * spacing[0], b * spacing[1]), c * spacing[2]) <= r]
    best = -1
    for p in np.argwhere(m):
        q = [tuple(p + np.array(o)) for o in ball]
        q = [o for o in q if all(0 <= o[i] < v.shape[i] for i in range(3))]
        best = max(best, np.mean([v[o] for o in q]))
    return [float(v[m].max()), float(best), float(v[m].mean())]
`

const QIN = `
d, v, z = pet(sys.argv[1] + '/PT')
g = pydicom.dcmread(glob.glob(sys.argv[1] + '/SEG/*')[0])
spacing = [abs(z[1] - z[0])] + [float(x) for x in d[0].PixelSpacing]
out = []
for s in g.SegmentSequence:
    m = np.zeros(v.shape, bool)
    for frame, group in zip(g.pixel_array, g.PerFrameFunctionalGroupsSequence):
        if int(group.SegmentIdentificationSequence[0].ReferencedSegmentNumber) != int(s.SegmentNumber): continue
        at = [float(x) for x in group.PlanePositionSequence[0].ImagePositionPatient]
        k = int(np.argmin(abs(z - at[2])))
        c = int(round((at[0] - float(d[k].ImagePositionPatient[0])) / float(d[k].PixelSpacing[1])))
        r = int(round((at[1] - float(d[k].ImagePositionPatient[1])) / float(d[k].PixelSpacing[0])))
        h, w = frame.shape
        m[k, r:r + h, c:c + w] |= frame > 0
    out.append(uptake(v, m, spacing))
print(json.dumps(out))`

/** PET voxels whose centre lies in the contour of the nearest CT slice, by the even-odd rule at the nearest CT pixel. */
const STS = `
base = sys.argv[1]
d, v, z = pet(base + '/PET/image')
ct = sorted([pydicom.dcmread(f, stop_before_pixels=True) for f in glob.glob(base + '/CT/image/*')], key=lambda x: float(x.ImagePositionPatient[2]))
cz = np.array([float(x.ImagePositionPatient[2]) for x in ct]); cs = [float(x) for x in ct[0].PixelSpacing]; co = [float(x) for x in ct[0].ImagePositionPatient]
rs = pydicom.dcmread(glob.glob(base + '/CT/mask/*')[0])
def inside(px, py, poly):
    x, y = poly[:, 0], poly[:, 1]; x2, y2 = np.roll(x, -1), np.roll(y, -1); hit = np.zeros(px.shape, bool)
    for a, b, c, e in zip(x, y, x2, y2):
        if b == e: continue
        cross = ((b > py) != (e > py)) & (px < (c - a) * (py - b) / (e - b) + a)
        hit ^= cross
    return hit
out = []
for roi in rs.ROIContourSequence:
    slices = {}
    for c in roi.ContourSequence:
        p = np.array([float(x) for x in c.ContourData]).reshape(-1, 3)
        slices.setdefault(int(np.argmin(abs(cz - p[0, 2]))), []).append(p)
    m = np.zeros(v.shape, bool)
    o = [float(x) for x in d[0].ImagePositionPatient]; s = [float(x) for x in d[0].PixelSpacing]
    X, Y = np.meshgrid(o[0] + s[1] * np.arange(v.shape[2]), o[1] + s[0] * np.arange(v.shape[1]))
    X = co[0] + cs[1] * np.round((X - co[0]) / cs[1]); Y = co[1] + cs[0] * np.round((Y - co[1]) / cs[0])
    for k in range(v.shape[0]):
        for p in slices.get(int(np.argmin(abs(cz - z[k]))), []): m[k] ^= inside(X, Y, p)
    out.append(uptake(v, m, [abs(z[1] - z[0])] + s))
print(json.dumps(out))`

describe.skipIf(!present)('against pydicom and numpy', () => {
  it('two tumours drawn on PET, in Bq/ml: maximum, peak and mean are the same', async () => {
    const segments = await assessed(
      join(HEAD_NECK, 'SEG/tumor_User1_Manual_Trial1.dcm'),
      join(HEAD_NECK, 'PT'),
      null,
    )
    const expected = python(QIN, HEAD_NECK)
    expect(expected).toHaveLength(2)
    for (const [index, segment] of segments.entries())
      for (const [n, value] of uptakeOf(segment).entries())
        expect(value / (expected[index]?.[n] ?? NaN)).toBeCloseTo(1, 5)
  })

  it.each(SARCOMAS)('$subject, drawn on CT, measured on the PET beside it', async ({ subject }) => {
    const base = join(DATA, 'dcm-sts-ibsi-10subj-rtstruct', subject)
    const object = join(base, 'CT/mask/RS.dcm')
    const [segment] = await assessed(object, join(base, 'CT/image'), join(base, 'PET/image'))
    const [alone] = await assessed(object, join(base, 'CT/image'), null)
    const [expected = []] = python(STS, base)
    if (segment === undefined || alone === undefined) throw new Error('nothing was assessed')
    const [max = NaN, peak = NaN, mean = NaN] = uptakeOf(segment)
    // Voxels on the very line may fall either way; the hottest ones do not lie there.
    expect(max / (expected[0] ?? NaN)).toBeCloseTo(1, 5)
    expect(peak / (expected[1] ?? NaN)).toBeCloseTo(1, 5)
    expect(Math.abs(mean / (expected[2] ?? NaN) - 1)).toBeLessThan(0.01)
    // It is evidence only: nothing else changes by it.
    expect(segment.findings).toEqual(alone.findings)
    expect(segment.evidence.slice(0, alone.evidence.length)).toEqual(alone.evidence)
  })
})
