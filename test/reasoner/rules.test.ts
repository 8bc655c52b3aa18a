import { describe, expect, it } from 'vitest'
import { FailureMode, type Evidence, type Finding, type Severity } from '../../src/domain/evidence.ts'
import { Opinion } from '../../src/domain/opinion.ts'
import { reasonByRules, type RulesInput } from '../../src/reasoner/rules.ts'
import { aStructure } from '../support/segment-input.ts'

const VOLUME: Evidence = {
  id: 'E1',
  name: 'volume',
  value: 1523.4,
  unit: 'cm3',
  where: 'whole segment',
  expected: { low: 400, high: 5000, source: 'Author 2000' },
}
const MEAN: Evidence = {
  id: 'E2',
  name: 'mean value',
  value: 55,
  unit: "[hnsf'U]",
  where: 'whole segment, CT',
  expected: { low: -40, high: 250, source: 'Author 2001' },
}
const LIVER = aStructure({
  volumeCm3: { low: 400, high: 5000, source: 'Author 2000' },
  intensity: [{ modality: 'CT', unit: "[hnsf'U]", low: -40, high: 250, source: 'Author 2001' }],
  neighbours: ['stomach', 'right kidney'],
})

let next = 0
const finding = (mode: FailureMode, severity: Severity): Finding => ({
  id: `F${++next}`,
  mode,
  severity,
  text: `About ${mode}.`,
  evidence: ['E1'],
  instances: [],
})
const reason = (changes: Partial<RulesInput> = {}): Opinion =>
  reasonByRules({
    structure: LIVER,
    modality: 'CT',
    laterality: null,
    evidence: [VOLUME, MEAN],
    findings: [],
    ...changes,
  })

describe('the score', () => {
  it.each([
    [[], 5],
    [[finding('fragmented', 'minor')], 4],
    [[finding('side-unverified', 'minor'), finding('source-incomplete', 'minor')], 4],
    [[finding('slice-gap', 'major')], 3],
    [[finding('implausible-intensity', 'major')], 3],
    [[finding('slice-gap', 'major'), finding('fragmented', 'major')], 2],
    [[finding('truncated', 'critical')], 2],
    [[finding('truncated', 'critical'), finding('wrong-side', 'critical')], 1],
    [[finding('wrong-patient', 'critical')], 1],
    [[finding('empty', 'critical')], 1],
  ])('of %o is %i', (findings, score) => {
    const opinion = reason({ findings })
    expect(opinion.score).toBe(score)
    expect(Opinion.parse(opinion)).toEqual(opinion)
  })

  it('has sub-scores by what the findings are about', () => {
    const opinion = reason({
      findings: [finding('truncated', 'critical'), finding('contour-ambiguous', 'minor')],
    })
    expect(opinion.clinicalSynthesis.subScores).toEqual({
      completeness: 2,
      anatomicalAccuracy: 5,
      boundaryPrecision: 4,
      reliability: 5,
    })
  })
})

it('has no sub-score for a boundary that nobody looked at', () => {
  expect(reason().clinicalSynthesis.subScores).toEqual({
    completeness: 5,
    anatomicalAccuracy: 5,
    reliability: 5,
  })
})

describe('the four stages', () => {
  it('recalls what is known, without resting on a measurement', () => {
    const { statements } = reason().knowledgeRecall
    const text = statements.map((statement) => statement.text).join(' ')
    expect(text).toBe(
      'Liver: Grey. Somewhere. Neighbours: stomach, right kidney. Expected in one piece. Plausible volume 400 to 5000 cm3 (Author 2000). Plausible mean on CT: -40 to 250 HU (Author 2001).',
    )
    expect(statements.every(({ basis }) => basis.length === 0)).toBe(true)
  })

  it('recalls nothing of a structure it does not know', () => {
    expect(reason({ structure: null }).knowledgeRecall.statements).toHaveLength(1)
  })

  it('rests every other sentence on evidence or findings that exist', () => {
    const findings = FailureMode.options.map((mode) => finding(mode, 'major'))
    const { visualFeatures, anatomicalInference, clinicalSynthesis } = reason({ findings })
    const ids = new Set(['E1', 'E2', ...findings.map(({ id }) => id)])
    const sentences = [visualFeatures, anatomicalInference, clinicalSynthesis].flatMap(
      ({ statements }) => statements,
    )
    for (const { basis } of [...sentences, ...clinicalSynthesis.strengths, ...clinicalSynthesis.weaknesses]) {
      for (const id of basis) expect(ids).toContain(id)
    }
    const told = new Set(sentences.flatMap(({ basis }) => basis))
    for (const { id } of findings) expect(told).toContain(id)
  })

  it('counts as strength what was measured and fits, and nothing a finding rests on', () => {
    expect(reason().clinicalSynthesis.strengths.map(({ basis }) => basis)).toEqual(
      [['E2'], ['E1']].toReversed(),
    )
    expect(
      reason({ findings: [finding('implausible-volume', 'major')] }).clinicalSynthesis.strengths.map(
        ({ basis }) => basis,
      ),
    ).toEqual([['E2']])
  })

  it('says plainly that nobody looked at the image', () => {
    const opinion = reason()
    expect(opinion).toMatchObject({ reasoner: 'rules', abstained: null })
    expect(opinion.note).toContain('No language model was configured')
    expect(opinion.visualFeatures.statements.at(-1)?.text).toContain('were not judged')
  })

  it('says how far the boundary was judged, and scores it, where edges were measured against a limit', () => {
    const support = {
      id: 'E9',
      name: 'edge support of the boundary',
      value: 1.4,
      unit: '1',
      where: 'whole outline',
      expected: { low: 1, high: null, source: 'test' },
    }
    const opinion = reason({ evidence: [support] })
    expect(opinion.visualFeatures.statements.at(-1)).toMatchObject({ basis: ['E9'] })
    expect(opinion.clinicalSynthesis.subScores.boundaryPrecision).toBe(5)
    const { expected: _, ...unexpected } = support
    const without = reason({ evidence: [unexpected] })
    expect(without.visualFeatures.statements.at(-1)).toMatchObject({ basis: [] })
    expect(without.clinicalSynthesis.subScores.boundaryPrecision).toBeUndefined()
  })
})
