/** How good probabilities are: ranking, distance, calibration. */
import { areaUnderCurve } from '../imaging/rank.ts'
import { seededRandom } from '../phantom/random.ts'

export interface Judged {
  /** Probability or score that the label is 1. */
  readonly score: number
  readonly label: 0 | 1
  /** Cases of one patient are drawn together. */
  readonly patient: string
}

export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

const BINS = 15
const DRAWS = 1000

export function aurocOf(judged: readonly Pick<Judged, 'score' | 'label'>[]): number {
  const scoresOf = (wanted: 0 | 1): Float32Array =>
    Float32Array.from(judged.flatMap(({ score, label }) => (label === wanted ? [score] : []))).toSorted()
  return areaUnderCurve(scoresOf(1), scoresOf(0))
}

/** With a 95 % interval from a bootstrap of patients; null where a class is missing. */
export function aurocInterval(judged: readonly Judged[], seed: number): Interval | null {
  return patientInterval(judged, aurocOf, seed)
}

/** A number about cases with a 95 % interval from a bootstrap of their patients; null where there is no such number (NaN). */
export function patientInterval<Case extends { readonly patient: string }>(
  cases: readonly Case[],
  numberOf: (cases: readonly Case[]) => number,
  seed: number,
): Interval | null {
  return patientIntervals(cases, (drawn) => [numberOf(drawn)], seed)[0] ?? null
}

/** Several numbers on the same draws of patients. */
export function patientIntervals<Case extends { readonly patient: string }>(
  cases: readonly Case[],
  numbersOf: (cases: readonly Case[]) => readonly number[],
  seed: number,
  draws = DRAWS,
): (Interval | null)[] {
  const values = numbersOf(cases)
  if (values.every(Number.isNaN)) return values.map(() => null)
  const byPatient = new Map<string, Case[]>()
  for (const one of cases) {
    const own = byPatient.get(one.patient)
    if (own === undefined) byPatient.set(one.patient, [one])
    else own.push(one)
  }
  const patients = [...byPatient.values()]
  const random = seededRandom(seed)
  const drawn = Array.from({ length: draws }, () =>
    numbersOf(patients.flatMap(() => patients[Math.floor(random() * patients.length)] ?? [])),
  )
  return values.map((value, index) => {
    if (Number.isNaN(value)) return null
    const ascending = drawn
      .flatMap((numbers) => numbers[index] ?? [])
      .filter((number) => !Number.isNaN(number))
      .toSorted((a, b) => a - b)
    const at = (share: number): number => ascending[Math.round(share * (ascending.length - 1))] ?? value
    return { value, low: at(0.025), high: at(0.975) }
  })
}

/** Mean squared distance of probability and label. */
export function brierOf(judged: readonly Pick<Judged, 'score' | 'label'>[]): number {
  return judged.reduce((sum, { score, label }) => sum + (score - label) ** 2, 0) / judged.length
}

export interface ReliabilityBin {
  readonly count: number
  readonly predicted: number
  readonly observed: number
}

/** In bins of the same number of cases. */
export function reliabilityOf(judged: readonly Pick<Judged, 'score' | 'label'>[]): ReliabilityBin[] {
  const ascending = judged.toSorted((a, b) => a.score - b.score)
  const count = Math.min(BINS, ascending.length)
  return Array.from({ length: count }, (_, bin) => {
    const own = ascending.slice(
      Math.floor((bin * ascending.length) / count),
      Math.floor(((bin + 1) * ascending.length) / count),
    )
    const mean = (valueOf: (one: Pick<Judged, 'score' | 'label'>) => number): number =>
      own.reduce((sum, one) => sum + valueOf(one), 0) / own.length
    return { count: own.length, predicted: mean(({ score }) => score), observed: mean(({ label }) => label) }
  })
}

/** Expected calibration error over the same bins. */
export function calibrationError(judged: readonly Pick<Judged, 'score' | 'label'>[]): number {
  return reliabilityOf(judged).reduce(
    (sum, { count, predicted, observed }) => sum + (count / judged.length) * Math.abs(predicted - observed),
    0,
  )
}
