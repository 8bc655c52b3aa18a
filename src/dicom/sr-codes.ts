/** The code dictionary: which coded term says what. The terms are data (dicom-templates/codes.json). */
import { z } from 'zod'
import { VerdictKind, TargetMatch } from '../domain/case.ts'
import { Code, Laterality } from '../domain/code.ts'
import { FailureMode, Severity } from '../domain/evidence.ts'
import { Category, SubScores } from '../domain/opinion.ts'
import { CorrectionDecision, ReviewKind, ReviewReason } from '../domain/review.ts'
import { cleanLine } from './sr-text.ts'
import type { NaturalDataset } from './write-part10.ts'

/** Lengths of the code sequence macro's attributes, characters (PS3.3 8.8, PS3.5 Table 6.2-1: SH, SH, LO). */
const LENGTH_MAX = { value: 16, scheme: 16, meaning: 64 } as const

/** A term of our own dictionary must fit as it is. */
const Term = Code.extend({
  value: z.string().min(1).max(LENGTH_MAX.value),
  scheme: z.string().min(1).max(LENGTH_MAX.scheme),
  meaning: z.string().min(1).max(LENGTH_MAX.meaning),
})

const CodingScheme = z.strictObject({
  designator: z.string(),
  uid: z.string(),
  name: z.string(),
  registry: z.string().optional(),
  responsibleOrganization: z.string().optional(),
})

/** The numbers of a target match, in the order of a report. */
export const TARGET_VALUES = ['strength', 'compactness', 'purity', 'coverage', 'pValue'] as const

/** What a report says of a refined segment, in numbers. */
export const CORRECTION_VALUES = ['before', 'after', 'iterations', 'volumeChangeCm3', 'addedPathMm'] as const

/** Every group is complete: a verdict, category or failure mode without a term does not load. */
export const CodeDictionary = z.strictObject({
  schemes: z.array(CodingScheme),
  /** Terms that a template names by key. */
  codes: z.record(z.string(), Term),
  verdicts: z.record(VerdictKind, Term),
  reviewKinds: z.record(ReviewKind, Term),
  reviewReasons: z.record(ReviewReason, Term),
  correctionDecisions: z.record(CorrectionDecision, Term),
  categories: z.record(Category, Term),
  failureModes: z.record(FailureMode, Term),
  severities: z.record(Severity, Term),
  stages: z.record(
    z.enum(['knowledgeRecall', 'visualFeatures', 'anatomicalInference', 'clinicalSynthesis']),
    Term,
  ),
  subScores: z.record(SubScores.keyof(), Term),
  targetStatus: z.record(TargetMatch.shape.status, Term),
  targetValues: z.record(z.enum(TARGET_VALUES), Term),
  correctionValues: z.record(z.enum(CORRECTION_VALUES), Term),
  /** CID 244; a structure without sides has no term. */
  lateralities: z.record(Laterality.exclude(['unpaired']), Term),
  /** CID 29, as far as we judge them. */
  modalities: z.record(z.string(), Term),
  /** UCUM unit to its term; a unit that is not here is its own meaning. */
  units: z.record(z.string(), Term),
  /** Evidence name to its term; a name that is not here becomes the meaning of `otherEvidence`. */
  evidence: z.record(z.string(), Term),
  otherEvidence: Term,
  score: Term,
  segmentOfUnknownType: Term,
})
export type CodeDictionary = z.infer<typeof CodeDictionary>

/** The term of an evidence name. A name nobody listed keeps its own words under one generic code: never dropped. */
export function evidenceCode(name: string, dictionary: CodeDictionary): Code {
  return own(dictionary.evidence, name) ?? { ...dictionary.otherEvidence, meaning: name }
}

/** Is the name of an evidence in the dictionary? */
export function hasTerm(name: string, dictionary: CodeDictionary): boolean {
  return own(dictionary.evidence, name) !== undefined
}

export function unitCode(unit: string, dictionary: CodeDictionary): Code {
  return own(dictionary.units, unit) ?? { scheme: 'UCUM', value: unit, meaning: unit }
}

export function modalityCode(modality: string, dictionary: CodeDictionary): Code | null {
  return own(dictionary.modalities, modality) ?? null
}

/** One item of a code sequence (PS3.3 8.8). Values that are too long for CodeValue go where the standard puts them. */
export function codeItem(code: Code): NaturalDataset {
  const value = cleanLine(code.value, 1024)
  const scheme = { CodingSchemeDesignator: cleanLine(code.scheme, LENGTH_MAX.scheme) }
  const meaning = {
    CodeMeaning: cleanLine(code.meaning, LENGTH_MAX.meaning) || cleanLine(value, LENGTH_MAX.meaning),
  }
  if (value.length <= LENGTH_MAX.value) return { CodeValue: value, ...scheme, ...meaning }
  if (value.startsWith('urn:')) return { URNCodeValue: value, ...meaning }
  return { LongCodeValue: value, ...scheme, ...meaning }
}

/** The key may come from outside: never an inherited property. */
function own(terms: Record<string, Code>, key: string): Code | undefined {
  return Object.hasOwn(terms, key) ? terms[key] : undefined
}
