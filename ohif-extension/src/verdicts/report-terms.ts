/** The terms that our reports are written in, from the one dictionary that they are written by. */
import type { z } from 'zod'
import codes from '../../../dicom-templates/codes.json' with { type: 'json' }
import { TargetMatch, VerdictKind } from '../../../src/domain/case.ts'
import { Laterality, sameCode, type Code } from '../../../src/domain/code.ts'
import { FailureMode, Severity } from '../../../src/domain/evidence.ts'
import { Category, SubScores } from '../../../src/domain/opinion.ts'

/** What a content item is about. */
export const CONCEPT = {
  ...codes.codes,
  ...codes.stages,
  ...codes.targetValues,
  ...codes.subScores,
  score: codes.score,
} satisfies Readonly<Record<string, Code>>

/** A segment whose object does not say what it is. */
export const UNKNOWN_SEGMENT: Code = codes.segmentOfUnknownType

/** The designator of our own terms. */
export const OWN_SCHEME = codes.score.scheme

export const SUB_SCORES = SubScores.keyof().options

/** What a code stands for; null when it is none of ours. */
export const meaningOf = {
  verdict: reader(codes.verdicts, VerdictKind),
  category: reader(codes.categories, Category),
  failureMode: reader(codes.failureModes, FailureMode),
  severity: reader(codes.severities, Severity),
  target: reader(codes.targetStatus, TargetMatch.shape.status),
  laterality: reader(codes.lateralities, Laterality),
} as const

function reader<Schema extends z.ZodType>(terms: Readonly<Record<string, Code>>, schema: Schema) {
  return (code: Code | null): z.output<Schema> | null => {
    const key = code === null ? undefined : Object.keys(terms).find((each) => isTerm(terms[each], code))
    const parsed = schema.safeParse(key)
    return parsed.success ? parsed.data : null
  }
}

function isTerm(term: Code | undefined, code: Code): boolean {
  return term !== undefined && sameCode(term, code)
}
