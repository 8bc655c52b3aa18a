import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { evaluateByRules } from '../../../src/reasoner/report-eval/compare.ts'
import { CATEGORIES, type Category, type Evaluation } from '../../../src/reasoner/report-eval/evaluation.ts'
import { extract } from '../../../src/reasoner/report-eval/extract.ts'
import { crimson, green } from '../../../src/reasoner/report-eval/scores.ts'
import { ReportTerms } from '../../../src/reasoner/report-eval/terms.ts'
import { measurementsIn, sameLength } from '../../../src/reasoner/report-eval/words.ts'

const file = new URL('../../../config/report-eval/terms.yaml', import.meta.url)
const TERMS = ReportTerms.parse(parse(readFileSync(file, 'utf8')))
const said = (text: string) => extract(text, TERMS)

describe('reading a statement', () => {
  it.each([
    ['Small left pleural effusion.', { finding: 'effusion', side: 'left', degree: 1, isPresent: true }],
    ['No pleural effusion or pneumothorax.', { finding: 'effusion', isPresent: false }],
    ['There is no evidence of pneumothorax.', { finding: 'pneumothorax', isPresent: false }],
    ['Pneumothorax is not seen.', { finding: 'pneumothorax', isPresent: false }],
    ['The effusion has resolved.', { finding: 'effusion', isPresent: false }],
    [
      'No change in the right effusion.',
      { finding: 'effusion', isPresent: true, side: 'right', change: 'same' },
    ],
    ['No interval change in bilateral effusions.', { finding: 'effusion', isPresent: true, side: 'both' }],
    [
      'A 1.2 x 0.8 cm nodule in the right upper lobe.',
      { finding: 'nodule', sizeMm: 12, side: 'right', place: 'upper-lobe' },
    ],
    ['Mass of 45 mm in the left lower lobe, increased.', { finding: 'mass', sizeMm: 45, change: 'worse' }],
    ['Large tension pneumothorax on the left.', { finding: 'tension-pneumothorax', side: 'left', degree: 3 }],
    ['Heart is enlarged.', { finding: 'cardiomegaly' }],
    ['The masses are stable.', { finding: 'mass', change: 'same' }],
  ])('%s', (text, expected) => {
    expect(said(text)[0]).toMatchObject(expected)
  })

  it('ends negation where a new statement begins', () => {
    const [first, second] = said('No effusion, but a small nodule in the left upper lobe. No fracture.')
    expect([first?.isPresent, second?.isPresent]).toEqual([false, true])
  })
  it('keeps attributes with the nearest finding', () => {
    const found = said('Right lower lobe consolidation and small left effusion.')
    expect(found.map(({ finding, side, degree }) => [finding, side, degree])).toEqual([
      ['consolidation', 'right', null],
      ['effusion', 'left', 1],
    ])
  })
  it('does not take parts of words for names', () => {
    expect(said('Massive obesity, emphasis on nodularity, massage.')).toEqual([])
  })
  it('survives any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => Array.isArray(said(text))))
  })
})

describe('measurements', () => {
  it.each([
    ['3.5 cm', [{ value: 35, unit: 'mm' }]],
    ['12 x 8 x 30 mm', [{ value: 30, unit: 'mm' }]],
    ['1 cm x 2 cm', [{ value: 20, unit: 'mm' }]],
    [
      'about 80 ml and 0.1 l',
      [
        { value: 80, unit: 'cm3' },
        { value: 100, unit: 'cm3' },
      ],
    ],
    ['mean -12 HU', [{ value: -12, unit: 'HU' }]],
    ['3 months, 5 mmol', []],
  ])('%s', (text, expected) => {
    expect(measurementsIn(text.toLowerCase()).map(({ value, unit }) => ({ value, unit }))).toEqual(expected)
  })
  it.each([
    [4, 6, true],
    [4, 6.1, false],
    [10, 14, true],
    [10, 14.5, false],
    [40, 48, true],
    [40, 48.5, false],
    [29, 31, false],
  ])('%f and %f mm may be the same: %s', (one, other, same) => {
    expect(sameLength(one, other)).toBe(same)
  })
})

const REFERENCE =
  'Small left pleural effusion, unchanged. 12 mm nodule in the right upper lobe. No pneumothorax. Heart size is normal.'

describe('errors by category', () => {
  it.each<[string, string, [Category, boolean][]]>([
    ['the same words', REFERENCE, []],
    [
      'a harmless rewording',
      'Heart not enlarged. There is a nodule in the right upper lobe measuring 1.2 cm. A minimal effusion on the left is stable. Negative for pneumothorax.',
      [],
    ],
    ['an invented finding', `${REFERENCE} Rib fracture.`, [['false_finding', true]]],
    ['a turned negation', REFERENCE.replace('No pneumothorax', 'Pneumothorax'), [['false_finding', true]]],
    [
      'an omission',
      REFERENCE.replace('12 mm nodule in the right upper lobe.', ''),
      [['missing_finding', true]],
    ],
    ['the wrong side', REFERENCE.replace('left', 'right'), [['location', true]]],
    ['the wrong lobe', REFERENCE.replace('upper', 'lower'), [['location', true]]],
    ['no side', REFERENCE.replace('left', ''), [['location', false]]],
    ['another degree', REFERENCE.replace('Small', 'Large'), [['severity', true]]],
    ['the degree beside it', REFERENCE.replace('Small', 'Moderate'), [['severity', false]]],
    ['another size', REFERENCE.replace('12 mm', '22 mm'), [['severity', true]]],
    ['a size within tolerance', REFERENCE.replace('12 mm', '14 mm'), [['severity', false]]],
    [
      'an omitted comparison that says nothing new',
      REFERENCE.replace(', unchanged', ''),
      [['missing_comparison', false]],
    ],
    ['an invented comparison', REFERENCE.replace('nodule', 'new nodule'), [['false_comparison', true]]],
    ['a benign finding more', `${REFERENCE} Calcified granuloma.`, [['false_finding', false]]],
  ])('%s', (_, candidate, expected) => {
    const { errors } = evaluateByRules(REFERENCE, candidate, TERMS)
    expect(errors.map(({ category, isSignificant }) => [category, isSignificant])).toEqual(expected)
  })

  it('there is none between a report and itself, whatever it is made of', () => {
    const sentence = fc.constantFrom(
      ...REFERENCE.split('. '),
      'Large mass, worse',
      'No mass',
      'Bilateral effusions',
    )
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 8 }), (sentences) => {
        const text = sentences.join('. ')
        const evaluation = evaluateByRules(text, text, TERMS)
        expect(evaluation.errors).toEqual([])
        expect([green(evaluation), crimson(evaluation)]).toEqual([1, 1])
      }),
    )
  })
})

describe('scores', () => {
  const finding = (
    id: string,
    significance: Evaluation['reference'][number]['significance'] = 'actionable_not_urgent',
  ) => ({ id, significance })
  const evaluation = (changes: Partial<Evaluation>): Evaluation => ({
    reference: [],
    candidate: [],
    matches: [],
    errors: [],
    ...changes,
  })
  const error = (
    category: Category,
    reference: string | null,
    candidate: string | null,
    isSignificant = true,
  ) => ({ category, reference, candidate, isSignificant })
  const pair = {
    reference: [finding('R1')],
    candidate: [finding('P1')],
    matches: [{ reference: 'R1', candidate: 'P1' }],
  }

  it.each<[string, Evaluation, number, number]>([
    ['both normal', evaluation({}), 1, 1],
    ['a match', evaluation(pair), 1, 1],
    ['a match on the wrong side', evaluation({ ...pair, errors: [error('location', 'R1', 'P1')] }), 0.5, 0.5],
    [
      'a match with a harmless difference',
      evaluation({ ...pair, errors: [error('severity', 'R1', 'P1', false)] }),
      1,
      1,
    ],
    [
      'an urgent match on the wrong side',
      evaluation({ ...pair, reference: [finding('R1', 'urgent')], errors: [error('location', 'R1', 'P1')] }),
      0.5,
      2 / 3,
    ],
    [
      'nothing found',
      evaluation({ reference: [finding('R1')], errors: [error('missing_finding', 'R1', null)] }),
      0,
      0,
    ],
    [
      'found in a normal study',
      evaluation({ candidate: [finding('P1', 'urgent')], errors: [error('false_finding', null, 'P1')] }),
      0,
      -0.5,
    ],
    [
      'a benign one in a normal study',
      evaluation({
        candidate: [finding('P1', 'benign_expected')],
        errors: [error('false_finding', null, 'P1', false)],
      }),
      0,
      1,
    ],
    [
      'one right, one urgent invented',
      evaluation({
        ...pair,
        candidate: [finding('P1'), finding('P2', 'urgent')],
        errors: [error('false_finding', null, 'P2')],
      }),
      0.5,
      -1 / 3,
    ],
    [
      'one right, one missed',
      evaluation({
        ...pair,
        reference: [finding('R1'), finding('R2')],
        errors: [error('missing_finding', 'R2', null)],
      }),
      0.5,
      0.5,
    ],
  ])('%s', (_, of, greenScore, crimsonScore) => {
    expect(green(of)).toBeCloseTo(greenScore, 12)
    expect(crimson(of)).toBeCloseTo(crimsonScore, 12)
  })

  it('stay in their ranges, and an error more never raises them', () => {
    const index = fc.integer({ min: 0, max: 3 })
    const lists = fc.record({
      reference: fc.array(fc.constantFrom('urgent' as const, 'actionable_not_urgent' as const), {
        minLength: 1,
        maxLength: 4,
      }),
      errors: fc.array(fc.tuple(fc.constantFrom(...CATEGORIES), index), { maxLength: 6 }),
    })
    fc.assert(
      fc.property(lists, ({ reference, errors }) => {
        const findings = reference.map((significance, at) => finding(`R${at}`, significance))
        const of = (some: typeof errors) =>
          evaluation({
            reference: findings,
            candidate: findings,
            matches: findings.map(({ id }) => ({ reference: id, candidate: id })),
            errors: some.map(([category, at]) => error(category, `R${at}`, `R${at}`)),
          })
        for (const score of [green, crimson]) {
          const values = errors.map((_, count) => score(of(errors.slice(0, count + 1))))
          expect(values).toEqual(values.toSorted((a, b) => b - a))
          expect(values.every((value) => value > -1 && value <= 1)).toBe(true)
        }
      }),
    )
  })
})
