/** What a report of ours says of one segment. */
import type { SegmentResult } from '../../../src/domain/case.ts'
import type { Code } from '../../../src/domain/code.ts'
import { sameCode } from '../../../src/domain/same-code.ts'
import type { Finding } from '../../../src/domain/evidence.ts'
import { Score, type Opinion, type SubScores } from '../../../src/domain/opinion.ts'
import { codeOf, TAG, type DicomItem } from './dicom-json.ts'
import { evidenceOf, findingOf, reasonerOf, statementOf, targetSourceOf } from './report-sentences.ts'
import { CONCEPT, meaningOf, SUB_SCORES, UNKNOWN_SEGMENT } from './report-terms.ts'
import { about, children, codeAbout, numberAbout, pointers, textsAbout } from './report-tree.ts'

/** Null when the items are not about a segment: the group that only holds the anchor, or another's. */
export function segmentOf(items: readonly DicomItem[], verdictCode: Code | null): SegmentResult | null {
  const number = numberOfSegment(items)
  const verdict = meaningOf.verdict(verdictCode)
  if (number === null || verdict === null) return null
  const sentences = textsAbout(CONCEPT.evidenceText, items)
  const { findings, lost } = findingsOf(items)
  const reasons = [...textsAbout(CONCEPT.reason, items), ...lost]
  return {
    number,
    label: labelOf(items),
    code: codeOfSegment(items),
    laterality: sideOf(items),
    structure: null,
    verdict,
    score: scoreOf(numberAbout(CONCEPT.score, items)),
    category: meaningOf.category(codeAbout(CONCEPT.category, items)),
    reasons: reasons.length > 0 ? reasons : ['The report gives no reason.'],
    evidence: sentences.flatMap((sentence) => evidenceOf(sentence) ?? []),
    findings,
    target: targetOf(items, sentences),
    opinion: opinionOf(items),
  }
}

/** SEG: of the referenced segment. RTSTRUCT: the identifier of the region. */
function numberOfSegment(items: readonly DicomItem[]): number | null {
  const [segment] = pointers('IMAGE', about(CONCEPT.referencedSegment, items))
  const [identifier] = textsAbout(CONCEPT.regionIdentifier, items)
  const number = segment?.segmentNumber ?? (identifier === undefined ? null : Number(identifier))
  return number !== null && Number.isInteger(number) ? number : null
}

/** Reports do not carry the label; it is part of the tracking identifier where the object has none of its own. */
function labelOf(items: readonly DicomItem[]): string {
  const [tracking = ''] = textsAbout(CONCEPT.trackingId, items)
  const derived = /^(?:Segment|ROI) \d+: (.+)$/.exec(tracking)?.[1]
  return derived ?? codeOfSegment(items)?.meaning ?? tracking
}

function codeOfSegment(items: readonly DicomItem[]): Code | null {
  const code = codeAbout(CONCEPT.finding, items)
  return code === null || sameCode(code, UNKNOWN_SEGMENT) ? null : code
}

function sideOf(items: readonly DicomItem[]): SegmentResult['laterality'] {
  const belowSite = about(CONCEPT.findingSite, items).flatMap(children)
  return meaningOf.laterality(codeAbout(CONCEPT.laterality, [...belowSite, ...items]))
}

/** Mode, severity and images are coded, the rest is in sentences, one each in the same order. */
function findingsOf(items: readonly DicomItem[]): { findings: Finding[]; lost: string[] } {
  const sentences = textsAbout(CONCEPT.findingText, items)
  const coded = about(CONCEPT.qualityFinding, items)
  const findings = coded.map((item, index) => codedFinding(item, sentences[index] ?? ''))
  return {
    findings: findings.filter((finding) => finding !== null),
    // A mode that a later version knows: its sentence still says what is wrong.
    lost: sentences.filter((_, index) => (findings[index] ?? null) === null),
  }
}

function codedFinding(item: DicomItem, sentence: string): Finding | null {
  const mode = meaningOf.failureMode(codeOf(item, TAG.conceptCode))
  const severity = meaningOf.severity(codeAbout(CONCEPT.severity, children(item)))
  const said = findingOf(sentence)
  if (mode === null || severity === null || said === null) return null
  const images = pointers('IMAGE', children(item))
  return {
    ...said,
    mode,
    severity,
    instances: images.map(({ sopInstanceUid }) => sopInstanceUid),
    ...(images.some(({ frameNumber }) => frameNumber !== null) && {
      frames: images.map(({ frameNumber }) => frameNumber),
    }),
  }
}

function targetOf(items: readonly DicomItem[], sentences: readonly string[]): SegmentResult['target'] {
  const [source = 'not in the report'] = sentences.flatMap((sentence) => targetSourceOf(sentence) ?? [])
  return {
    status: meaningOf.target(codeAbout(CONCEPT.target, items)) ?? 'unsure',
    strength: numberAbout(CONCEPT.strength, items),
    compactness: numberAbout(CONCEPT.compactness, items),
    purity: numberAbout(CONCEPT.purity, items),
    coverage: numberAbout(CONCEPT.coverage, items),
    pValue: numberAbout(CONCEPT.pValue, items),
    source,
  }
}

function opinionOf(items: readonly DicomItem[]): Opinion | null {
  const [reasoner] = textsAbout(CONCEPT.reasoner, items)
  const stage = (concept: Code) => textsAbout(concept, items).flatMap((text) => text.split('\n'))
  const synthesis = stage(CONCEPT.clinicalSynthesis)
  const starting = (prefix: string) =>
    synthesis.filter((line) => line.startsWith(prefix)).map((line) => statementOf(line.slice(prefix.length)))
  const said = {
    knowledgeRecall: { statements: stage(CONCEPT.knowledgeRecall).map(statementOf) },
    visualFeatures: { statements: stage(CONCEPT.visualFeatures).map(statementOf) },
    anatomicalInference: { statements: stage(CONCEPT.anatomicalInference).map(statementOf) },
    clinicalSynthesis: {
      statements: synthesis.filter((line) => !isListed(line)).map(statementOf),
      strengths: starting(STRENGTH),
      weaknesses: starting(WEAKNESS),
      subScores: subScoresOf(items),
    },
  }
  if (reasoner === undefined && Object.values(said).every(({ statements }) => statements.length === 0)) {
    return null
  }
  // The report has the score of the segment, not the one that the reasoner gave.
  return { ...reasonerOf(reasoner ?? ''), ...said, score: null, category: null }
}

const STRENGTH = 'Strength: '
const WEAKNESS = 'Weakness: '
const SUB_SCORE_LINES = SUB_SCORES.map((name) => `${CONCEPT[name].meaning}: `)

/** Strengths, weaknesses and sub-scores have places of their own. */
function isListed(line: string): boolean {
  return [STRENGTH, WEAKNESS, ...SUB_SCORE_LINES].some((prefix) => line.startsWith(prefix))
}

function subScoresOf(items: readonly DicomItem[]): Partial<SubScores> {
  const scores: Partial<SubScores> = {}
  for (const name of SUB_SCORES) {
    const score = scoreOf(numberAbout(CONCEPT[name], items))
    if (score !== null) scores[name] = score
  }
  return scores
}

function scoreOf(value: number | null): Score | null {
  const parsed = Score.safeParse(value)
  return parsed.success ? parsed.data : null
}
