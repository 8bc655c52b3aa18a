/** Every kind of verdict report before independent validators. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createReportWriter, type SrSopClass } from '../../src/dicom/sr.ts'
import { loadTemplates } from '../../src/dicom/sr-templates.ts'
import type { ReportInput } from '../../src/ports.ts'
import { dciodvfyErrors, dcmdump, dsrdumpErrors, dsrXml, pixelMedErrors } from '../support/validators.ts'
import { signed } from './signed-samples.ts'
import { DEVICE, LARGE_SAMPLE, SAMPLES } from './sr-samples.ts'

const templates = loadTemplates(new URL('../../dicom-templates', import.meta.url).pathname)
const folder = mkdtempSync(join(tmpdir(), 'plumbline-sr-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, input: ReportInput, sopClass: SrSopClass = 'comprehensive-3d'): string {
  const [report] = createReportWriter({ templates, device: DEVICE, sopClass }).verdictReports(input)
  const file = join(folder, `${name.replaceAll(/\W+/g, '-')}-${sopClass}.dcm`)
  writeFileSync(file, report?.bytes ?? '')
  return file
}

const ALL = Object.entries({ ...SAMPLES, 'a hundred segments': LARGE_SAMPLE })
const SOP_CLASSES: SrSopClass[] = ['comprehensive-3d', 'comprehensive', 'enhanced']

describe.each(SOP_CLASSES)('as %s', (sopClass) => {
  it.each(ALL)('"%s" is a legal object to dicom3tools', (name, make) => {
    expect(dciodvfyErrors(write(name, make(), sopClass))).toEqual([])
  })

  it.each(ALL)('"%s" is a legal content tree to DCMTK', (name, make) => {
    expect(dsrdumpErrors(write(name, make(), sopClass))).toEqual([])
  })
})

/** RTSTRUCT and SEG, with and without images, in any case one review of each segment and one of the whole. */
function writeSigned(name: string, input: ReportInput, sopClass: SrSopClass = 'comprehensive-3d'): string {
  const file = join(folder, `${name.replaceAll(/\W+/g, '-')}-${sopClass}-signed.dcm`)
  writeFileSync(file, signed(input, sopClass).item.bytes)
  return file
}

describe.each(SOP_CLASSES)('signed by a reader, as %s', (sopClass) => {
  it.each(Object.entries(SAMPLES))('"%s" is a legal object and content tree', (name, make) => {
    const file = writeSigned(name, make(), sopClass)
    expect(dciodvfyErrors(file)).toEqual([])
    expect(dsrdumpErrors(file)).toEqual([])
  })
})

describe('as text', () => {
  it.each(ALL)('"%s" is a legal object and content tree', (name, make) => {
    const [, report] = createReportWriter({
      templates,
      device: DEVICE,
      sopClass: 'enhanced',
      text: true,
    }).verdictReports(make())
    const file = join(folder, `${name.replaceAll(/\W+/g, '-')}-text.dcm`)
    writeFileSync(file, report?.bytes ?? '')
    expect(dciodvfyErrors(file)).toEqual([])
    expect(dsrdumpErrors(file)).toEqual([])
    expect(dsrXml(file)).toContain('not a diagnostic report')
  })
})

describe('read by DCMTK', () => {
  it('has names, labels and reasons as they were', () => {
    const xml = dsrXml(write('hostile label', SAMPLES['hostile label']?.() ?? LARGE_SAMPLE()))
    expect(xml).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; //server/share 🫁txt')
    expect(xml).toContain('Müller')
    const named = write('Japanese name', SAMPLES['Japanese name']?.() ?? LARGE_SAMPLE())
    expect(dcmdump(named, 'PatientName')).toContain('[Yamada^Tarou=山田^太郎=やまだ^たろう]')
  })
})

describe('by TID 1500', () => {
  it.each(Object.entries(SAMPLES))('"%s" fits the template to PixelMed', (name, make) => {
    expect(pixelMedErrors(write(name, make()))).toEqual([])
  })
})

describe('signed, by TID 1500', () => {
  it.each(Object.entries(SAMPLES))('"%s" fits the template to PixelMed', (name, make) => {
    expect(pixelMedErrors(writeSigned(name, make()))).toEqual([])
  })

  it('DCMTK reads who signed and what came before', () => {
    const file = writeSigned('rejected', SAMPLES['rejected']?.() ?? LARGE_SAMPLE())
    expect(dcmdump(file, 'VerifyingObserverName')).toContain('[Jürgen Müller-Östlund]')
    expect(dcmdump(file, 'VerificationFlag')).toContain('VERIFIED')
    expect(dsrXml(file)).toContain('Gut genug / 肝臓 ok.')
  })
})

describe('the validators themselves', () => {
  it('find faults', () => {
    const input = SAMPLES['rejected']?.() ?? LARGE_SAMPLE()
    const broken = { ...input, case: { ...input.case, studyInstanceUid: '1.02.3' } }
    expect(dciodvfyErrors(write('broken', broken))).not.toEqual([])
    const file = join(folder, 'none.dcm')
    writeFileSync(file, 'no DICOM')
    expect(dsrdumpErrors(file)).not.toEqual([])
    expect(pixelMedErrors(file)).not.toEqual([])
  })
})
