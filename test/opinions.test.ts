import { describe, expect, it } from 'vitest'
import type { TargetMatch } from '../src/domain/case.ts'
import { noMatch } from '../src/target/verify.ts'
import type { Finding } from '../src/domain/evidence.ts'
import { Policy } from '../src/domain/policy.ts'
import { Reasoning } from '../src/domain/reasoning.ts'
import type { SeriesSummary } from '../src/domain/segmentation.ts'
import { PlumblineError } from '../src/errors.ts'
import { opinionsOn, type ReasonAbout } from '../src/opinions.ts'
import type { AssessedSegment } from '../src/ports.ts'
import { aFigure, judged, KNOWLEDGE, modelReasoning, scripted } from './support/language-model.ts'

const { signal } = new AbortController()
const SERIES: SeriesSummary = {
  seriesInstanceUid: '1',
  modality: 'CT',
  patientId: '',
  studyInstanceUid: '2',
  frameOfReferenceUid: null,
  instances: [],
}
const finding = (severity: Finding['severity']): Finding => {
  return { id: 'F1', mode: 'leakage', severity, text: 'x.', evidence: [], instances: [] }
}
const segment = (changes: Partial<AssessedSegment> = {}): AssessedSegment => ({
  number: 1,
  label: 'Liver',
  code: null,
  laterality: null,
  structure: 'liver',
  evidence: [],
  findings: [],
  target: noMatch('no images'),
  notAssessable: null,
  anchor: null,
  errors: [],
  ...changes,
})

async function opinionOn(
  about: Partial<ReasonAbout>,
  settings: Partial<Reasoning> = {},
  ofTarget: unknown = null,
) {
  const model = scripted({ informed: judged(2), 'target: unsure': ofTarget })
  const parts = {
    knowledge: KNOWLEDGE,
    policy: Policy.parse({}),
    figures: { segments: 'none', segmentsMax: 1, sheetBytesMax: 1000 } as const,
    reasoning: modelReasoning(model, { settings: Reasoning.parse({ greyMode: null, ...settings }) }),
  }
  const draw = async () => ({ figures: [aFigure()], leftOut: 0 })
  const opinions = await opinionsOn(
    { subject: { id: 'a' }, headers: [], series: SERIES, segments: [segment()], draw, ...about },
    parts,
    signal,
  )
  return { opinion: opinions.get(1)?.opinion, target: opinions.get(1)?.target, asked: model.requests.length }
}

describe('which segments are asked about', () => {
  const rows: [Reasoning['segments'], string, Partial<AssessedSegment>, boolean][] = [
    ['all', 'rejected', { findings: [finding('critical')] }, true],
    ['not-rejected', 'rejected', { findings: [finding('major')] }, false],
    ['not-rejected', 'accepted', {}, true],
    ['not-rejected', 'not known', { structure: null }, true],
    ['grey-zone', 'plainly accepted', {}, false],
    ['grey-zone', 'accepted with a remark', { findings: [finding('minor')] }, true],
    ['grey-zone', 'not known', { structure: null }, true],
    ['grey-zone', 'rejected', { findings: [finding('critical')] }, false],
  ]
  it.each(rows)('%s: %s', async (segments, _, changes, isAsked) => {
    const { opinion, asked } = await opinionOn({ segments: [segment(changes)] }, { segments })
    expect(asked).toBe(isAsked ? 1 : 0)
    expect(opinion?.reasoner).toBe(isAsked ? 'test-model (one-pass)' : 'rules')
    if (!isAsked) expect(opinion?.note).toContain('was not asked')
  })
})

it('a mode that needs pictures of its own gets them drawn', async () => {
  const wanted: unknown[] = []
  const draw: ReasonAbout['draw'] = async ({ modes }) => {
    wanted.push(modes)
    return { figures: [aFigure()], leftOut: 0 }
  }
  await opinionOn({ draw })
  await opinionOn({ draw }, { mode: 'single', greyMode: 'anchored' })
  expect(wanted).toEqual([['one-pass'], ['single', 'anchored']])
})

describe('nobody is asked, and a person looks, when', () => {
  it.each<[string, Partial<ReasonAbout>, RegExp]>([
    ['text is burned into the images', { series: { ...SERIES, hasBurnedInText: true } }, /burned in/],
    ['there are no images', { draw: undefined }, /no picture/],
    ['nothing was drawn', { draw: async () => ({ figures: [], leftOut: 3 }) }, /no picture/],
    [
      'drawing fails',
      { draw: () => Promise.reject(new PlumblineError('worker-died', 'A thread died.')) },
      /could be made .*: A thread died$/,
    ],
  ])('%s', async (_, about, reason) => {
    const { opinion, asked } = await opinionOn(about)
    expect(asked).toBe(0)
    expect(opinion).toMatchObject({ score: null, category: null })
    expect(opinion?.abstained).toMatch(reason)
  })
})

describe('a target that the scores leave unsure', () => {
  const said = { imageEvidence: [], responseEvidence: [], risk: '' }
  const draw = async () => ({ figures: [aFigure(), aFigure('1-response', 'response')], leftOut: 0 })
  const target: TargetMatch = { ...noMatch(''), strength: 0.4, source: 'likelihood of the tissue' }
  const about = { draw, segments: [segment({ target })] }

  it.each(['absent', 'present', 'uncertain'] as const)('is asked about: %s', async (decision) => {
    const { opinion, target: heard, asked } = await opinionOn(about, {}, { ...said, decision })
    expect(asked).toBe(2)
    const status = decision === 'absent' ? 'absent' : 'unsure'
    expect(heard).toEqual({
      ...target,
      status,
      source: `likelihood of the tissue; test-model says ${decision}`,
    })
    expect(opinion).toMatchObject({ score: 2 })
  })

  it.each<[string, Partial<ReasonAbout>, Partial<Reasoning>]>([
    ['where that is not wanted', about, { targets: false }],
    ['without a picture of the response', { segments: about.segments }, {}],
    ['where the structure is not known', { draw, segments: [segment({ target, structure: null })] }, {}],
    [
      'where the scores have settled it',
      { draw, segments: [segment({ target: { ...target, status: 'absent' } })] },
      {},
    ],
  ])('is not asked about %s', async (_, asks, settings) => {
    const { target: heard, asked } = await opinionOn(asks, settings)
    expect(asked).toBe(1)
    expect(heard).toEqual(asks.segments?.[0]?.target)
  })

  it.each([new PlumblineError('model-unavailable', 'It is down.'), { decision: 'yes' }])(
    'goes to a person when the model fails: %s',
    async (reply) => {
      const { opinion, target: heard } = await opinionOn(about, {}, reply)
      expect(opinion).toMatchObject({ score: null, abstained: expect.stringContaining('about the target') })
      expect(heard).toEqual(target)
    },
  )
})

it('a segment that was not measured has no opinion', async () => {
  expect((await opinionOn({ segments: [segment({ notAssessable: 'No images.' })] })).opinion).toBeUndefined()
})
