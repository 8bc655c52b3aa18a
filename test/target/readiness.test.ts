import { describe, expect, test } from 'vitest'
import type { Segmentation, SeriesSummary } from '../../src/domain/segmentation.ts'
import { decideReadiness } from '../../src/target/readiness.ts'
import type { SourceLocation } from '../../src/target/source-series.ts'

const LIMITS = { deadlineMs: 600_000, retryMs: 30_000, stableMs: 60_000 }
const RECEIVED = new Date('2026-03-10T12:00:00Z')
const after = (seconds: number) => new Date(RECEIVED.getTime() + seconds * 1000)

const referring = (seriesInstanceUid: string | null, ...sopInstanceUids: string[]): Segmentation => ({
  object: {
    modality: 'SEG',
    sopClassUid: '',
    sopInstanceUid: '9.1',
    seriesInstanceUid: '9',
    label: '',
    producer: { manufacturer: '', algorithm: '', version: '' },
  },
  studyInstanceUid: '1',
  patientId: 'p',
  frameOfReferenceUid: null,
  references: sopInstanceUids.length === 0 ? [] : [{ seriesInstanceUid, sopInstanceUids }],
  segments: [],
  notes: [],
})

function located(
  held: readonly string[],
  missingInstances: readonly string[],
  foundBy: 'reference' | 'geometry' = 'reference',
): SourceLocation {
  const plain = {
    sopClassUid: '',
    position: null,
    orientation: null,
    pixelSpacingMm: null,
    rows: 1,
    columns: 1,
  }
  const series: SeriesSummary = {
    seriesInstanceUid: '3.1',
    modality: 'CT',
    patientId: 'p',
    studyInstanceUid: '1',
    frameOfReferenceUid: null,
    instances: held.map((sopInstanceUid) => ({ sopInstanceUid, ...plain })),
  }
  return { series, foundBy, frameOfReference: 'same', note: '', missingInstances }
}
const nowhere = (...missingInstances: string[]): SourceLocation => ({
  series: null,
  note: '',
  missingInstances,
})

describe('the object names its images', () => {
  test('all there: ready at once', () => {
    expect(
      decideReadiness(referring('3.1', 'a', 'b'), located(['a', 'b'], []), RECEIVED, after(0), LIMITS).kind,
    ).toBe('ready')
  })

  test('some missing: look again, and at the deadline go on with what there is', () => {
    const judge = (seconds: number) =>
      decideReadiness(referring('3.1', 'a', 'b'), located(['a'], ['b']), RECEIVED, after(seconds), LIMITS)
    expect(judge(10)).toEqual({
      kind: 'wait',
      until: after(40),
      missing: ['b'],
      why: '1 image that the object refers to is not in the archive yet.',
    })
    expect(judge(590)).toMatchObject({ kind: 'wait', until: after(600) })
    expect(judge(600)).toMatchObject({ kind: 'give-up', missing: ['b'] })
  })

  test('none of the study is there yet', () => {
    expect(decideReadiness(referring('3.1', 'a'), nowhere('a'), RECEIVED, after(120), LIMITS).kind).toBe(
      'wait',
    )
  })

  test('only some slices of the series are named: the rest gets time to arrive', () => {
    const judge = (seconds: number) =>
      decideReadiness(referring('3.1', 'b'), located(['a', 'b', 'c'], []), RECEIVED, after(seconds), LIMITS)
    expect(judge(10)).toMatchObject({ kind: 'wait', until: after(60), missing: [] })
    expect(judge(60).kind).toBe('ready')
  })

  test('references that dangle for good are not waited for', () => {
    const dangling = located(['a', 'b'], ['x', 'y'])
    expect(decideReadiness(referring('3.1', 'x', 'y'), dangling, RECEIVED, after(60), LIMITS).kind).toBe(
      'ready',
    )
  })

  test('a series found by position only does not end the wait for the named images', () => {
    const other = located(['a', 'b'], ['x', 'y'], 'geometry')
    expect(decideReadiness(referring('9.9', 'x', 'y'), other, RECEIVED, after(120), LIMITS).kind).toBe('wait')
  })
})

describe('the object names no images', () => {
  test('quiet for a while: ready', () => {
    const judge = (seconds: number, quietSince?: Date) =>
      decideReadiness(
        referring(null),
        located(['a'], [], 'geometry'),
        RECEIVED,
        after(seconds),
        LIMITS,
        quietSince,
      )
    expect(judge(59)).toMatchObject({ kind: 'wait', until: after(60) })
    expect(judge(60).kind).toBe('ready')
    expect(judge(60, after(30))).toMatchObject({ kind: 'wait', until: after(90) })
  })

  test('no series it could belong to: wait until the deadline', () => {
    expect(decideReadiness(referring(null), nowhere(), RECEIVED, after(300), LIMITS).kind).toBe('wait')
    expect(decideReadiness(referring(null), nowhere(), RECEIVED, after(600), LIMITS)).toMatchObject({
      kind: 'give-up',
      missing: [],
    })
  })

  test('limits of zero never wait: a person is at the terminal', () => {
    const none = { deadlineMs: 0, retryMs: 0, stableMs: 0 }
    for (const location of [nowhere(), nowhere('a'), located(['b'], [], 'geometry'), located(['b'], ['a'])]) {
      expect(decideReadiness(referring('3.1', 'a'), location, RECEIVED, RECEIVED, none).kind).not.toBe('wait')
    }
  })
})
