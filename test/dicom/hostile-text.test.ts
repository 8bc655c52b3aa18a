/** What an object's text says is shown, and changes nothing: the same verdict, the same reasons, no markup, no control characters. */
import { describe, expect, it } from 'vitest'
import { overviewPage } from '../../src/api/overview-page.ts'
import { readPart10 } from '../../src/dicom/part10.ts'
import { writePart10 } from '../../src/dicom/write-part10.ts'
import { readSegmentation } from '../../src/dicom/read-segmentation.ts'
import { reportDataset } from '../../src/dicom/sr.ts'
import { loadTemplates } from '../../src/dicom/sr-templates.ts'
import { loadConfig } from '../../src/config.ts'
import type { Case, SegmentResult } from '../../src/domain/case.ts'
import { Policy } from '../../src/domain/policy.ts'
import { decideSegment } from '../../src/reasoner/decide.ts'
import { reasonByRules } from '../../src/reasoner/rules.ts'
import { assessAlone } from '../support/assess.ts'
import { setValue } from '../support/malformed/bytes.ts'
import { HOSTILE_LABELS } from '../support/malformed/label-rows.ts'
import { KNOWLEDGE, LOCATION } from '../support/malformed/outcome.ts'
import { IMAGES, SEG } from '../support/malformed/samples.ts'
import { DEVICE, sample } from './sr-samples.ts'

const { limits } = loadConfig(null, {})
const policy = Policy.parse({})
const LABELS = Object.entries(HOSTILE_LABELS)
const INVISIBLE = /(?![\r\n])[\p{Cc}\u202A-\u202E\u2066-\u2069]/u

/** The first segment of SEG under this label, read, measured, reasoned about and decided. */
async function judged(label: string): Promise<SegmentResult> {
  const segmentation = await readSegmentation(setValue(SEG, 'SegmentSequence/0/SegmentLabel', label), limits)
  const [assessed] = await assessAlone(
    { segmentation, images: IMAGES, location: LOCATION },
    { knowledge: KNOWLEDGE, policy, limits },
  )
  if (assessed === undefined) throw new Error('the sample has no segment')
  const { notAssessable: _, anchor: __, ...measured } = assessed
  const opinion = reasonByRules({ ...measured, structure: null, modality: 'CT' })
  return { ...measured, ...decideSegment({ assessed, opinion, policy }), opinion }
}

/** All text values of a written report, at any depth. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || value instanceof ArrayBuffer) return []
  return Object.values(value).flatMap(textsOf)
}

describe.each(LABELS)('a label meant for somebody else: %s', (_, label) => {
  it('decides nothing: verdict, score, reasons and evidence are those of a label that says nothing', async () => {
    const plain = await judged('Thing')
    expect(await judged(label)).toEqual({ ...plain, label })
  })

  it('is in no reason, finding or opinion', async () => {
    const { label: carried, ...rest } = await judged(label)
    expect(carried).toBe(label)
    expect(textsOf(rest).filter((text) => text.includes(label))).toEqual([])
  })

  it('is text in the report, without invisible characters', async () => {
    const report = sample({ segments: [await judged(label)], trackingIds: false })
    const templates = loadTemplates(new URL('../../dicom-templates', import.meta.url).pathname)
    const options = { templates, device: DEVICE, sopClass: 'comprehensive-3d' } as const
    const { dataset } = readPart10(writePart10(reportDataset(report, options)))
    const texts = textsOf(dataset)
    const words = label.split(/[^\w]+/).reduce((a, b) => (b.length > a.length ? b : a))
    expect(texts.some((text) => text.includes(words))).toBe(true)
    expect(texts.filter((text) => INVISIBLE.test(text))).toEqual([])
  })

  it('is quoted and escaped on the page', async () => {
    const object = { ...sample().case.object, label }
    const subject: Case = { ...sample({ segments: [await judged(label)] }).case, object }
    const page = (one: Case) =>
      overviewPage({
        page: { cases: [one], nextCursor: null },
        parts: null,
        hasViewer: false,
        verdict: null,
        newest: true,
        version: '0',
      })
    const plain = { ...subject, object: { ...object, label: 'Thing' }, segments: [await judged('Thing')] }
    // As many tags as for a label that says nothing: none came with the text.
    const tags = (text: string) => text.match(/<[a-z/!][^>]*>/gi)?.length
    expect(tags(page(subject))).toBe(tags(page(plain)))
    expect(page(subject)).not.toMatch(INVISIBLE)
    expect(page(subject)).toMatch(/1\. “[^“”]+”/)
  })
})
