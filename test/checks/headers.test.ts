import { describe, expect, it } from 'vitest'
import { checkFrameOfReference } from '../../src/checks/frame-of-reference.ts'
import { checkIdentity } from '../../src/checks/identity.ts'
import { checkSource } from '../../src/checks/source.ts'
import { objectContext } from '../support/segment-input.ts'

const modes = (result: { findings: readonly { mode: string; severity: string }[] }): string[] =>
  result.findings.map(({ mode, severity }) => `${mode} ${severity}`)

describe('identity', () => {
  it.each([
    ['same', {}, {}, []],
    ['padded', { patientId: 'A ' }, {}, []],
    ['another patient', { patientId: 'B' }, {}, ['wrong-patient critical']],
    ['another study', {}, { studyInstanceUid: '2.25.4' }, ['wrong-study critical']],
    [
      'both',
      { patientId: 'B' },
      { studyInstanceUid: '2.25.4' },
      ['wrong-patient critical', 'wrong-study critical'],
    ],
    ['no Patient ID on one side, same study', { patientId: '' }, {}, []],
    [
      'no Patient ID on either side, another study',
      { patientId: '' },
      { patientId: '', studyInstanceUid: '2.25.4' },
      ['wrong-study critical'],
    ],
  ])('%s', (_, object, source, expected) => {
    expect(modes(checkIdentity(objectContext({ object, source })))).toEqual(expected)
  })

  it('never shows an identifier', () => {
    const result = checkIdentity(
      objectContext({ object: { patientId: 'SECRET1' }, source: { patientId: 'SECRET2' } }),
    )
    expect(JSON.stringify(result)).not.toContain('SECRET')
  })

  it('says nothing without images', () => {
    expect(checkIdentity(objectContext({ source: null }))).toEqual({ evidence: [], findings: [] })
  })
})

describe('frame of reference', () => {
  it.each([
    ['same', {}, {}, []],
    ['another', { frameOfReferenceUid: '2.25.8' }, {}, ['frame-of-reference-mismatch critical']],
    ['absent in the object', { frameOfReferenceUid: null }, {}, ['geometry-unverified minor']],
    ['absent in the images', {}, { frameOfReferenceUid: null }, ['geometry-unverified minor']],
  ])('%s', (_, object, source, expected) => {
    expect(modes(checkFrameOfReference(objectContext({ object, source })))).toEqual(expected)
  })

  it.each([
    ['irregular-spacing', ['geometry-unverified minor']],
    ['duplicate-slices', ['geometry-unverified minor']],
    ['mixed-series', ['geometry-unverified minor']],
    ['missing-slices', []],
  ] as const)('a series with %s', (kind, expected) => {
    const seriesProblems = [{ kind, text: 'so it is.', affected: [3] }]
    expect(modes(checkFrameOfReference(objectContext({ seriesProblems })))).toEqual(expected)
  })
})

describe('source', () => {
  it('counts the images that are missing', () => {
    const references = [{ seriesInstanceUid: '2.25.2', sopInstanceUids: ['2.25.10', '2.25.11', '2.25.12'] }]
    const result = checkSource(objectContext({ object: { references }, missingInstances: ['2.25.11'] }))
    expect(modes(result)).toEqual(['source-incomplete minor'])
    expect(result.findings[0]?.text).toContain('1 of the 3 images')
    expect(result.evidence.find(({ name }) => name === 'referenced images missing')?.value).toBe(1)
  })

  it('says what it means when none of the images it refers to is there', () => {
    const references = [{ seriesInstanceUid: '2.25.2', sopInstanceUids: ['2.25.10', '2.25.11'] }]
    const missingInstances = ['2.25.10', '2.25.11']
    const sourceNote = 'The object names this series. Its position and planes fit the series.'
    const result = checkSource({ ...objectContext({ object: { references }, missingInstances }), sourceNote })
    expect(modes(result)).toEqual(['source-incomplete minor'])
    expect(result.findings[0]?.text).toBe(
      'The object names this series. Its position and planes fit the series. Images that were copied or de-identified under new UIDs look like this: check that these are the images it was drawn on.',
    )
  })

  it('tells a series with gaps, and no series at all', () => {
    const gap = { kind: 'missing-slices' as const, text: 'one position has no image.', affected: [4] }
    expect(modes(checkSource(objectContext({ seriesProblems: [gap] })))).toEqual(['source-incomplete minor'])
    expect(modes(checkSource(objectContext({ source: null, missingInstances: ['2.25.9'] })))).toEqual([
      'source-missing minor',
    ])
    expect(modes(checkSource(objectContext()))).toEqual([])
  })
})
