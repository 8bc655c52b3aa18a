/**
 * `plumbline calibrate LABELLED --out FILE`: labelled cases to a fusion calibration. One JSON object per line: `case` (as
 * the API and `check --json` give it), `segment` (its number) and `accept` (what a person decided).
 */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { fitFusion, type LabelledSegment } from './calibrate/fusion-fit.ts'
import { Case } from './domain/case.ts'
import { PlumblineError } from './errors.ts'
import { parseJsonLines } from './json-lines.ts'
import { featuresOf, FUSION_FEATURES, groupOf, type FusionCalibration } from './reasoner/fusion.ts'
import { VERSION } from './version.ts'

export interface CalibrateOptions {
  readonly out: string
  readonly risk: number
  readonly confidence: number
}

const Line = z
  .object({ case: Case, segment: z.number().int(), accept: z.boolean() })
  .refine((line) => line.case.segments.some(({ number }) => number === line.segment))
type Line = z.infer<typeof Line>

/** Writes the calibration and returns what to tell the reader. Throws PlumblineError('bad-request'). */
export async function calibrate(path: string, { out, risk, confidence }: CalibrateOptions): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new PlumblineError('bad-request', 'The file of labelled cases cannot be read.', { cause })
  })
  const lines = parseJsonLines(bytes.toString('utf8'), Line, wrongLine)
  if (lines.length === 0) throw new PlumblineError('bad-request', 'The file holds no labelled cases.')
  const calibration: FusionCalibration = {
    version: 1,
    features: FUSION_FEATURES.map(({ name }) => name),
    risk,
    confidence,
    provenance: {
      madeBy: `plumbline ${VERSION}, calibrate --risk ${risk} --confidence ${confidence}`,
      inputDigest: digestOf(bytes),
      policies: [...new Set(lines.map((line) => line.case.provenance.policy))].toSorted(),
      studies: new Set(lines.map((line) => line.case.studyInstanceUid)).size,
    },
    groups: fitFusion(lines.map(labelledOf), { risk, confidence, placeOf }),
  }
  await writeFile(out, `${JSON.stringify(calibration, null, 1)}\n`)
  return summaryOf(calibration)
}

function wrongLine(line: number): PlumblineError {
  return new PlumblineError(
    'bad-request',
    `Line ${line} of the labelled cases is not a case with one of its segments and a label.`,
    { nextStep: 'Each line is {"case": ..., "segment": 1, "accept": true}.' },
  )
}

function labelledOf({ case: of, segment, accept }: Line): LabelledSegment {
  const result = of.segments.find((one) => one.number === segment)
  if (result === undefined) throw new Error('The line was checked to hold its segment.')
  const group = groupOf(of.sourceSeries?.modality ?? null, result.structure)
  return { study: of.studyInstanceUid, group, features: featuresOf(result), label: accept ? 1 : 0 }
}

/** The same place for a study in every run. */
function placeOf(study: string): number {
  return Number.parseInt(digestOf(Buffer.from(study)).slice(0, 12), 16) / 16 ** 12
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function summaryOf({ groups, risk }: FusionCalibration): string {
  return groups
    .map(({ group, cases, acceptFrom, coverage, casesNeeded }) => {
      const name = group ?? 'all'
      return acceptFrom === null
        ? `${name}: ${cases} segments do not bound the risk by ${risk}; about ${casesNeeded} more are needed. Nothing is accepted without a look.`
        : `${name}: ${cases} segments; accepted without a look from p = ${acceptFrom.toFixed(3)}, ${(100 * coverage).toFixed(0)} % of them.`
    })
    .join('\n')
}
