import { expect, test } from 'vitest'
import { items, readPart10, text, texts, type Dataset } from '../../src/dicom/part10.ts'
import { signedReport } from '../../src/dicom/signed-report.ts'
import { loadTemplates } from '../../src/dicom/sr-templates.ts'
import { SAMPLES } from './sr-samples.ts'
import { signed, signOffOf, WHOLE } from './signed-samples.ts'

const OPTIONS = {
  templates: loadTemplates(new URL('../../dicom-templates', import.meta.url).pathname),
  institution: '',
}

function sample(name = 'rejected') {
  const input = SAMPLES[name]?.()
  if (input === undefined) throw new Error(`there is no sample ${name}`)
  return input
}
const [input, reviews] = [sample(), signOffOf(sample())]
const { machine, item } = signed(input, 'comprehensive-3d')
const before = readPart10(machine.bytes).dataset
const after = readPart10(item.bytes).dataset

/** Qualitative Evaluations and the rest of the tree. */
function parted(dataset: Dataset): { place: readonly Dataset[]; rest: readonly Dataset[] } {
  const isPlace = (one: Dataset) =>
    items(one, 'ConceptNameCodeSequence').some(
      (concept) => text(concept, 'CodeMeaning') === 'Qualitative Evaluations',
    )
  const content = items(dataset, 'ContentSequence')
  return {
    place: content.filter(isPlace).flatMap((one) => items(one, 'ContentSequence')),
    rest: content.filter((one) => !isPlace(one)),
  }
}

const evidenceIn = (dataset: Dataset) =>
  items(dataset, 'CurrentRequestedProcedureEvidenceSequence')
    .flatMap((study) => items(study, 'ReferencedSeriesSequence'))
    .flatMap((series) => items(series, 'ReferencedSOPSequence'))
    .map((one) => text(one, 'ReferencedSOPInstanceUID'))

const isReview = (one: Dataset) =>
  items(one, 'ConceptNameCodeSequence').some((concept) => text(concept, 'CodeValue') === 'READERVERDICT')

test('it is verified, final, and names who signed, when, and what came before', () => {
  expect(['CompletionFlag', 'VerificationFlag', 'PreliminaryFlag'].map((name) => text(after, name))).toEqual([
    'COMPLETE',
    'VERIFIED',
    'FINAL',
  ])
  const [observer = {}] = items(after, 'VerifyingObserverSequence')
  expect(text(observer, 'VerifyingObserverName')).toBe('Jürgen Müller-Östlund')
  expect(text(observer, 'VerifyingOrganization')).toBe('Example Hospital')
  expect(text(observer, 'VerificationDateTime')).toBe('20260304060000+0000')
  const [predecessor = {}] = items(after, 'PredecessorDocumentsSequence')
  const [series = {}] = items(predecessor, 'ReferencedSeriesSequence')
  expect(text(series, 'SeriesInstanceUID')).toBe(machine.seriesInstanceUid)
  expect(items(series, 'ReferencedSOPSequence').map((one) => text(one, 'ReferencedSOPInstanceUID'))).toEqual([
    machine.sopInstanceUid,
  ])
})

test('it is another instance in another series, and what the machine said stays word by word', () => {
  expect(item.sopInstanceUid).not.toBe(machine.sopInstanceUid)
  expect(item.seriesInstanceUid).not.toBe(machine.seriesInstanceUid)
  expect(parted(after).rest).toEqual(parted(before).rest)
  const [was, is] = [parted(before).place, parted(after).place]
  expect(is.filter((one) => !isReview(one))).toEqual(was)
  expect(is).toHaveLength(was.length + reviews.length)
})

test('what the reader said stands among the codes, with whom and about what', () => {
  const { place } = parted(after)
  const added = place.filter(isReview)
  const types = place.map((one) => text(one, 'ValueType'))
  expect(types.lastIndexOf('CODE')).toBeLessThan(types.indexOf('TEXT'))
  const [whole = {}, first = {}] = added
  const said = (one: Dataset) =>
    items(one, 'ContentSequence').map((child) => {
      const [concept = {}] = items(child, 'ConceptNameCodeSequence')
      const [code = {}] = items(child, 'ConceptCodeSequence')
      return [
        text(concept, 'CodeMeaning'),
        text(code, 'CodeMeaning') || text(child, 'TextValue') || texts(child, 'PersonName').join(),
      ].join(': ')
    })
  expect(text(items(whole, 'ConceptCodeSequence')[0] ?? {}, 'CodeValue')).toBe('ACCEPT')
  expect(said(whole)).toEqual([
    'Person Observer Name: Jürgen Müller-Östlund',
    'Verdict of the machine that the reader saw to: Reject',
    'Reader and machine: The reader overrides the machine',
    'Segmentation quality category of a reader: 4 - Minor changes, optional',
    'Reason of a reader: What was found does not matter for this use',
    'Comment: Gut genug / 肝臓 ok.\r\nSecond line.',
  ])
  expect(text(items(first, 'ConceptCodeSequence')[0] ?? {}, 'CodeValue')).toBe('REJECT')
  expect(said(first).join()).toContain('Segment as the object names it: 1: Liver')
})

test('a proposal that was taken is named by its instance and segment, and listed as evidence', () => {
  const refined = sample('refined')
  const { proposal } = refined.case.correction ?? {}
  const [segment] = refined.case.segments
  const taken = { ...WHOLE, segment: segment?.number ?? null, correction: 'taken' as const }
  const { dataset } = readPart10(signed(refined, 'comprehensive-3d', [taken]).item.bytes)
  const review = parted(dataset).place.find(isReview) ?? {}
  const decision = items(review, 'ContentSequence').find((one) =>
    items(one, 'ConceptNameCodeSequence').some((concept) => text(concept, 'CodeValue') === 'READERPROPOSAL'),
  )
  const [code = {}] = items(decision ?? {}, 'ConceptCodeSequence')
  expect(text(code, 'CodeMeaning')).toBe('The proposal is taken in place of the original')
  const [image = {}] = items(decision ?? {}, 'ContentSequence')
  const [named = {}] = items(image, 'ReferencedSOPSequence')
  expect(text(named, 'ReferencedSOPInstanceUID')).toBe(proposal?.sopInstanceUid)
  expect(texts(named, 'ReferencedSegmentNumber')).toEqual(['1'])
  expect(evidenceIn(dataset).at(-1)).toBe(proposal?.sopInstanceUid)
  expect(
    evidenceIn(readPart10(signed(refined, 'comprehensive-3d', [WHOLE]).item.bytes).dataset),
  ).not.toContain(proposal?.sopInstanceUid)
})

test('the same sign-off gives the same bytes, another one another instance', () => {
  expect(signed(input, 'comprehensive-3d').item).toEqual(item)
  const other = signed(input, 'comprehensive-3d', [{ ...WHOLE, signOffId: 's2' }]).item
  expect(other.sopInstanceUid).not.toBe(item.sopInstanceUid)
  expect(other.seriesInstanceUid).toBe(item.seriesInstanceUid)
})

test('a signed report can be read and signed on again without loss', () => {
  const again = signedReport(
    { case: input.case, reviews: [{ ...WHOLE, signOffId: 's2' }], machine: after },
    OPTIONS,
  )
  expect(parted(readPart10(again.bytes).dataset).rest).toEqual(parted(before).rest)
})

test('an organization that nobody configured is said to be unknown', () => {
  const { bytes } = signedReport({ case: input.case, reviews, machine: before }, OPTIONS)
  const [observer = {}] = items(readPart10(bytes).dataset, 'VerifyingObserverSequence')
  expect(text(observer, 'VerifyingOrganization')).toBe('not stated')
})

test.each([
  ['of another study', { ...before, '0020000D': { vr: 'UI', Value: ['1.2.3'] } }, 'another study'],
  ['without its content', { ...before, '0040A730': { vr: 'SQ', Value: [] } }, 'no qualitative evaluations'],
])('a report %s is not signed', (_what, dataset, words) => {
  expect(() => signedReport({ case: input.case, reviews, machine: dataset }, OPTIONS)).toThrow(words)
})
