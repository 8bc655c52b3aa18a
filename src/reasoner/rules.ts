/**
 * The reasoner without a model: fills the four stages of the Hierarchical Clinical Reasoner (arXiv 2506.01841,
 * section 2) from knowledge and measurements. It looks at no image and says so.
 */
import type { SegmentResult } from '../domain/case.ts'
import type { Evidence, FailureMode, Finding } from '../domain/evidence.ts'
import type { Structure } from '../domain/knowledge.ts'
import { withUnit } from '../domain/unit.ts'
import {
  CATEGORY_OF_SCORE,
  type Opinion,
  type Score,
  type Statement,
  type SubScores,
} from '../domain/opinion.ts'

export interface RulesInput extends Pick<SegmentResult, 'laterality' | 'evidence' | 'findings'> {
  readonly structure: Structure | null
  /** Of the image series; null without one. */
  readonly modality: string | null
}

const NOTE =
  'No language model was configured. This opinion follows fixed rules from measurements and the knowledge base; nobody looked at the image.'

type Dimension = keyof SubScores
/** In which dimension of the clinical synthesis a failure mode weighs, and in which stage it is told. */
const PLACE_OF_MODE: Readonly<Record<FailureMode, { dimension: Dimension; stage: 'visual' | 'anatomical' }>> =
  {
    'wrong-patient': { dimension: 'reliability', stage: 'anatomical' },
    'wrong-study': { dimension: 'reliability', stage: 'anatomical' },
    'frame-of-reference-mismatch': { dimension: 'reliability', stage: 'anatomical' },
    'geometry-unverified': { dimension: 'reliability', stage: 'anatomical' },
    'source-missing': { dimension: 'reliability', stage: 'anatomical' },
    'source-incomplete': { dimension: 'reliability', stage: 'anatomical' },
    empty: { dimension: 'completeness', stage: 'anatomical' },
    fragmented: { dimension: 'anatomicalAccuracy', stage: 'visual' },
    truncated: { dimension: 'completeness', stage: 'anatomical' },
    'slice-gap': { dimension: 'completeness', stage: 'visual' },
    'out-of-body': { dimension: 'anatomicalAccuracy', stage: 'anatomical' },
    'out-of-image': { dimension: 'completeness', stage: 'anatomical' },
    'wrong-side': { dimension: 'anatomicalAccuracy', stage: 'anatomical' },
    'side-unverified': { dimension: 'reliability', stage: 'anatomical' },
    'implausible-volume': { dimension: 'anatomicalAccuracy', stage: 'anatomical' },
    'contour-ambiguous': { dimension: 'boundaryPrecision', stage: 'visual' },
    'off-plane-contours': { dimension: 'boundaryPrecision', stage: 'visual' },
    'grid-shift': { dimension: 'boundaryPrecision', stage: 'visual' },
    'duplicate-segment': { dimension: 'reliability', stage: 'anatomical' },
    overlap: { dimension: 'anatomicalAccuracy', stage: 'anatomical' },
    holes: { dimension: 'completeness', stage: 'visual' },
    'slice-outlier': { dimension: 'boundaryPrecision', stage: 'visual' },
    mirrored: { dimension: 'anatomicalAccuracy', stage: 'anatomical' },
    'wrong-structure': { dimension: 'anatomicalAccuracy', stage: 'anatomical' },
    'foreign-tissue': { dimension: 'anatomicalAccuracy', stage: 'visual' },
    'implausible-intensity': { dimension: 'anatomicalAccuracy', stage: 'visual' },
    leakage: { dimension: 'boundaryPrecision', stage: 'visual' },
    'boundary-unsupported': { dimension: 'boundaryPrecision', stage: 'visual' },
    'contour-artefact': { dimension: 'boundaryPrecision', stage: 'visual' },
    'missed-target': { dimension: 'completeness', stage: 'visual' },
    'implausible-extent': { dimension: 'anatomicalAccuracy', stage: 'anatomical' },
    'implausible-shape': { dimension: 'anatomicalAccuracy', stage: 'anatomical' },
    'asymmetric-pair': { dimension: 'anatomicalAccuracy', stage: 'anatomical' },
    'second-disagrees': { dimension: 'reliability', stage: 'anatomical' },
    'outside-local-norm': { dimension: 'reliability', stage: 'anatomical' },
  }

/** Modes after which a mask cannot be used at all, if critical. */
const UNUSABLE: readonly FailureMode[] = [
  'wrong-patient',
  'wrong-study',
  'frame-of-reference-mismatch',
  'wrong-side',
  'mirrored',
  'wrong-structure',
  'empty',
]
/** So many major findings together mean: rather start over. */
const SEVERAL_MAJOR = 2

/** An opinion by rules; never abstains. */
export function reasonByRules(input: RulesInput): Opinion {
  const { structure, evidence, findings } = input
  const score = scoreOf(findings)
  const told = (stage: 'visual' | 'anatomical'): Statement[] =>
    findings.filter(({ mode }) => PLACE_OF_MODE[mode].stage === stage).map(fromFinding)
  return {
    reasoner: 'rules',
    note: NOTE,
    knowledgeRecall: { statements: recall(structure, input.modality) },
    visualFeatures: {
      statements: [...measured(evidence, VISUAL_EVIDENCE), ...told('visual'), notLookedAt(evidence)],
    },
    anatomicalInference: { statements: [...measured(evidence, ANATOMICAL_EVIDENCE), ...told('anatomical')] },
    clinicalSynthesis: {
      statements: [{ text: summary(score, findings), basis: findings.map(({ id }) => id) }],
      strengths: strengths(evidence, findings),
      weaknesses: findings.map(fromFinding),
      subScores: subScores(findings, evidence),
    },
    score,
    category: CATEGORY_OF_SCORE[score],
    abstained: null,
  }
}

/** What a reader would see and no rule does. */
function notLookedAt(evidence: readonly Evidence[]): Statement {
  const support = boundarySupport(evidence)
  return support === null
    ? general('Whether the outline follows the visible edge, and the texture inside it, were not judged.')
    : {
        text: 'The outline was compared with edges in the image by measurement only; the texture inside it was not judged.',
        basis: [support.id],
      }
}

/** Measured against a limit; null where no edge is expected or none could be measured. */
function boundarySupport(evidence: readonly Evidence[]): Evidence | null {
  const support = evidence.find(({ name }) => name === BOUNDARY_SUPPORT)
  return support?.expected === undefined ? null : support
}

const BOUNDARY_SUPPORT = 'edge support of the boundary'
const VISUAL_EVIDENCE = [
  'component count',
  'empty slices inside',
  'enclosed cavities',
  'mean value',
  BOUNDARY_SUPPORT,
  'offset of the image edge outwards',
  'shift to the best edge support',
  'similar pieces in no mask',
]
const ANATOMICAL_EVIDENCE = [
  'volume',
  'offset to the left of the midline',
  'offset to the left of its partner',
  'end area share',
  'share outside the body',
  'craniocaudal extent',
  'elongation',
  'places that fit the claim',
  'volume ratio of the pair',
  'Dice',
  'surface Dice',
  'HD95',
]

function recall(structure: Structure | null, modality: string | null): Statement[] {
  if (structure === null) {
    return [
      general('No knowledge entry describes this structure: what it should look like is not known here.'),
    ]
  }
  const { name, appearance, location, neighbours, components, volumeCm3, intensity } = structure
  const statements = [general(`${name}: ${appearance}`), general(location)]
  if (neighbours.length > 0) statements.push(general(`Neighbours: ${neighbours.join(', ')}.`))
  if (components.max !== null)
    statements.push(
      general(
        `Expected in ${components.max === 1 ? 'one piece' : `at most ${components.max} pieces`}${structure.paired ? ' on each side' : ''}.`,
      ),
    )
  if (volumeCm3 !== null)
    statements.push(
      general(
        `Plausible volume ${range(volumeCm3)} cm3${structure.paired ? ' per side' : ''} (${volumeCm3.source}).`,
      ),
    )
  for (const expected of intensity.filter((item) => item.modality === modality)) {
    statements.push(
      general(
        `Plausible mean on ${expected.modality}: ${withUnit(range(expected), expected.unit)} (${expected.source}).`,
      ),
    )
  }
  return statements
}

/** What was measured, one sentence per value, in the order of the names. */
function measured(evidence: readonly Evidence[], names: readonly string[]): Statement[] {
  return names
    .flatMap((name) => evidence.filter((item) => item.name === name))
    .map((item) => fromEvidence(item))
}

function strengths(evidence: readonly Evidence[], findings: readonly Finding[]): Statement[] {
  const blamed = new Set(findings.flatMap((finding) => finding.evidence))
  return evidence
    .filter((item) => item.expected !== undefined && !blamed.has(item.id) && isExpected(item))
    .filter(({ name }) => [...VISUAL_EVIDENCE, ...ANATOMICAL_EVIDENCE].includes(name))
    .map((item) => fromEvidence(item))
}

/** The score by severity: identity, side, frame and emptiness 1; other critical 2; major 3, several 2; minor 4; none 5. */
function scoreOf(findings: readonly Finding[]): Score {
  const critical = findings.filter(({ severity }) => severity === 'critical')
  const majors = findings.filter(({ severity }) => severity === 'major').length
  if (critical.some(({ mode }) => UNUSABLE.includes(mode))) return 1
  if (critical.length > 0 || majors >= SEVERAL_MAJOR) return 2
  if (majors > 0) return 3
  return findings.length > 0 ? 4 : 5
}

/** Boundary precision has a score where edges were measured or something speaks against it. */
function subScores(findings: readonly Finding[], evidence: readonly Evidence[]): Partial<SubScores> {
  const weighing = (dimension: Dimension): Finding[] =>
    findings.filter(({ mode }) => PLACE_OF_MODE[mode].dimension === dimension)
  const boundary = weighing('boundaryPrecision')
  return {
    completeness: scoreOf(weighing('completeness')),
    anatomicalAccuracy: scoreOf(weighing('anatomicalAccuracy')),
    reliability: scoreOf(weighing('reliability')),
    ...(boundary.length > 0 || boundarySupport(evidence) !== null
      ? { boundaryPrecision: scoreOf(boundary) }
      : {}),
  }
}

function summary(score: Score, findings: readonly Finding[]): string {
  const faults = findings.length
  const what =
    faults === 0
      ? 'no measurement speaks against it'
      : `${faults} observation${faults === 1 ? '' : 's'} against it`
  return `By rules ${score} of 5: ${MEANING[score]}; ${what}.`
}

/** The definitions of the five grades. */
const MEANING: Readonly<Record<Score, string>> = {
  5: 'usable as it is',
  4: 'minor edits possible, not necessary',
  3: 'minor edits necessary',
  2: 'major edits: rather redrawn',
  1: 'unusable',
}

function isExpected({ value, expected }: Evidence): boolean {
  if (expected === undefined) return true
  return (
    (expected.low === null || value >= expected.low) && (expected.high === null || value <= expected.high)
  )
}

function fromFinding({ id, text }: Finding): Statement {
  return { text, basis: [id] }
}

function fromEvidence(item: Evidence): Statement {
  const { id, name, value, unit, where, expected } = item
  const against =
    expected === undefined ? '' : `, expected ${range(expected)}: ${isExpected(item) ? 'within' : 'outside'}`
  return {
    text: `${capital(name)} ${withUnit(rounded(value), unit)} (${where})${against}.`,
    basis: [id],
  }
}

function general(text: string): Statement {
  return { text, basis: [] }
}

function range({ low, high }: { low: number | null; high: number | null }): string {
  if (low === null) return high === null ? 'any' : `at most ${rounded(high)}`
  if (high === null) return `at least ${rounded(low)}`
  return low === high ? rounded(low) : `${rounded(low)} to ${rounded(high)}`
}

function rounded(value: number): string {
  return Number(value.toPrecision(3)).toString()
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
