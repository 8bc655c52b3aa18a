/** The cases and reviews of the synthetic department. The same seed gives the same ones, to the last digit. */
import { createHash } from 'node:crypto'
import type { CaseFacts } from '../../domain/case-facts.ts'
import type { Case, SegmentResult, VerdictKind } from '../../domain/case.ts'
import { CATEGORY_OF_SCORE, type Score } from '../../domain/opinion.ts'
import { between, seededRandom, type Random } from '../../phantom/random.ts'
import {
  FIRST_DAY,
  NOT_ASSESSABLE_SHARE,
  OBESE_FAILURE_FACTOR,
  PRODUCERS,
  SCANNER_CHANGE,
  SCANNERS,
  SCENARIO_DAYS,
  SECOND_SCANNER_SHARE,
  SITES,
  UPDATE,
  type SyntheticProducer,
  type SyntheticStructure,
} from './scenario.ts'

export interface DepartmentOptions {
  readonly seed: number
  readonly cases: number
  /** False: neither the update nor the scanner change happen. */
  readonly events: boolean
}

const DAY_MS = 86_400_000
const POLICY = `sha256:${'0'.repeat(64)}`

/** In order of arrival. */
export function* simulateCases({ seed, cases, events }: DepartmentOptions): Generator<Case> {
  const random = seededRandom(seed)
  const arrivals = Array.from({ length: cases }, () => arrivalMs(random)).toSorted((a, b) => a - b)
  for (const [index, atMs] of arrivals.entries()) yield simulateCase(index, atMs, random, { seed, events })
}

/** Working hours mostly; a weekend day has a third of a working day. */
function arrivalMs(random: Random): number {
  for (;;) {
    const day = FIRST_DAY + Math.floor(random() * SCENARIO_DAYS) * DAY_MS
    const isWeekend = [0, 6].includes(new Date(day).getUTCDay())
    if (!isWeekend || random() < 1 / 3) return day + between(random, 6, 20) * 3_600_000
  }
}

function simulateCase(
  index: number,
  atMs: number,
  random: Random,
  { seed, events }: Pick<DepartmentOptions, 'seed' | 'events'>,
): Case {
  const day = Math.floor((atMs - FIRST_DAY) / DAY_MS) + 1
  const which = index % PRODUCERS.length
  const producer = PRODUCERS[which] ?? PRODUCERS[0]
  if (producer === undefined) throw new Error('the scenario has no producers')
  const updated = events && which === UPDATE.producer && day >= UPDATE.day
  const rescanned = events && day >= SCANNER_CHANGE.day
  const facts = factsOf(random, rescanned)
  const factor = facts.bodySize === 'obese' ? OBESE_FAILURE_FACTOR : 1
  const segments = producer.structures.map((structure, position) => {
    const share = updated && structure.id === UPDATE.structure ? UPDATE.failureShare : structure.failureShare
    return segmentOf(structure, position + 1, Math.min(0.9, share * factor), {
      random,
      meanValueFactor: rescanned ? SCANNER_CHANGE.meanValueFactor : 1,
    })
  })
  return caseOf({
    id: createHash('sha256').update(`synthetic ${seed} ${index}`).digest('hex').slice(0, 32),
    // 2.25: of a UUID; these are made up and say so by their second part.
    uid: `2.25.99999.${seed}.${index}`,
    producer: { ...producer, version: updated ? UPDATE.version : producer.version },
    facts,
    segments,
    atMs,
    tookMs: 20_000 * Math.exp(1.2 * normal(random)),
  })
}

function factsOf(random: Random, rescanned: boolean): CaseFacts {
  const second = rescanned || random() < SECOND_SCANNER_SHARE
  return {
    scanner: SCANNERS[second ? 1 : 0],
    site: SITES[random() < 0.7 ? 0 : 1] ?? null,
    sex: random() < 0.52 ? 'female' : 'male',
    ageBand: pick(random, [
      ['18-39', 0.15],
      ['40-64', 0.4],
      ['65-79', 0.33],
      ['80+', 0.12],
    ]),
    bodySize: pick(random, [
      [null, 0.2],
      ['underweight', 0.03],
      ['normal', 0.35],
      ['overweight', 0.27],
      ['obese', 0.15],
    ]),
  }
}

interface SegmentDraw {
  readonly random: Random
  readonly meanValueFactor: number
}

function segmentOf(
  structure: SyntheticStructure,
  number: number,
  failureShare: number,
  { random, meanValueFactor }: SegmentDraw,
): SegmentResult {
  const score = drawScore(random, failureShare)
  const isAssessable = random() >= NOT_ASSESSABLE_SHARE
  const values = [
    { name: 'volume', unit: 'cm3', value: structure.volumeCm3 * Math.exp(0.2 * normal(random)) },
    {
      name: 'mean value',
      unit: '1',
      value: structure.meanValue * meanValueFactor * (1 + 0.12 * normal(random)),
    },
  ]
  const failed = isAssessable && score <= 3
  return {
    number,
    label: `synthetic ${structure.id}`,
    code: null,
    laterality: 'unpaired',
    structure: structure.id,
    verdict: isAssessable ? verdictOf(score) : 'not-assessable',
    score: isAssessable ? score : null,
    category: isAssessable ? CATEGORY_OF_SCORE[score] : null,
    reasons: [
      isAssessable
        ? failed
          ? 'A synthetic fault.'
          : 'All checks passed.'
        : 'The images of this synthetic case are incomplete.',
    ],
    evidence: isAssessable
      ? values.map((value, index) => ({ id: `E${index + 1}`, where: 'whole segment', ...value }))
      : [],
    findings: failed
      ? [
          {
            id: 'F1',
            mode: structure.mode,
            severity: score === 3 ? 'major' : 'critical',
            text: 'A synthetic fault.',
            evidence: ['E1'],
            instances: [],
          },
        ]
      : [],
    target: { status: 'unsure', strength: null, compactness: null, purity: null, source: 'synthetic' },
    opinion: null,
  }
}

export function drawScore(random: Random, failureShare: number): Score {
  if (random() < failureShare)
    return pick(random, [
      [3, 0.4],
      [2, 0.4],
      [1, 0.2],
    ])
  return pick(random, [
    [5, 0.7],
    [4, 0.3],
  ])
}

function verdictOf(score: Score): VerdictKind {
  if (score >= 4) return 'accept'
  return score === 3 ? 'review' : 'reject'
}

interface CaseDraw {
  readonly id: string
  readonly uid: string
  readonly producer: SyntheticProducer
  readonly facts: CaseFacts
  readonly segments: SegmentResult[]
  readonly atMs: number
  readonly tookMs: number
}

const WORST_FIRST: readonly VerdictKind[] = ['reject', 'not-assessable', 'review', 'accept']

function caseOf({ id, uid, producer, facts, segments, atMs, tookMs }: CaseDraw): Case {
  const worst = WORST_FIRST.find((verdict) => segments.some((segment) => segment.verdict === verdict))
  const scores = segments.flatMap(({ score }) => score ?? [])
  const decidedAt = new Date(atMs + tookMs).toISOString()
  const { manufacturer, algorithm, version, modality } = producer
  return {
    id,
    studyInstanceUid: `${uid}.1`,
    state: 'done',
    object: {
      modality: 'SEG',
      sopClassUid: '1.2.840.10008.5.1.4.1.1.66.4',
      sopInstanceUid: `${uid}.3`,
      seriesInstanceUid: `${uid}.2`,
      label: 'synthetic',
      producer: { manufacturer, algorithm, version },
    },
    sourceSeries: {
      seriesInstanceUid: `${uid}.4`,
      modality,
      foundBy: 'reference',
      note: 'synthetic',
      instanceCount: 60,
    },
    facts,
    verdict: worst ?? null,
    score: SCORES.find((score) => scores.includes(score)) ?? null,
    reasons: worst === 'not-assessable' ? ['The images of this synthetic case are incomplete.'] : [],
    segments,
    correction: null,
    reports: [],
    provenance: { version: 'synthetic', policy: POLICY, models: [] },
    receivedAt: new Date(atMs).toISOString(),
    updatedAt: decidedAt,
    decidedAt,
  }
}

const SCORES: readonly Score[] = [1, 2, 3, 4, 5]

function pick<Value>(random: Random, choices: readonly (readonly [Value, number])[]): Value {
  let rest = random()
  for (const [value, share] of choices) {
    rest -= share
    if (rest < 0) return value
  }
  const last = choices.at(-1)
  if (last === undefined) throw new Error('nothing to choose from')
  return last[0]
}

/** Box and Muller 1958. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
