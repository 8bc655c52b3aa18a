/** Calibration files: read once at the start, checked as a whole, part of the policy by their digests. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { PlumblineError } from './errors.ts'
import { FusionCalibration } from './reasoner/fusion.ts'
import { TargetCalibration } from './target/calibration.ts'

export interface CalibrationFile<Content> {
  readonly content: Content
  /** sha256 of its bytes, hex. */
  readonly digest: string
}

/** Throws PlumblineError('bad-config') that says what is wrong with it. */
export function loadTargetCalibration(path: string): CalibrationFile<TargetCalibration> {
  return load(path, TargetCalibration)
}

/** As `plumbline calibrate` writes it. Throws PlumblineError('bad-config'). */
export function loadFusionCalibration(path: string): CalibrationFile<FusionCalibration> {
  return load(path, FusionCalibration)
}

function load<Content>(path: string, schema: z.ZodType<Content>): CalibrationFile<Content> {
  const bytes = bytesOf(path)
  const checked = schema.safeParse(jsonOf(bytes, path))
  if (checked.success)
    return { content: checked.data, digest: createHash('sha256').update(bytes).digest('hex') }
  const faults = checked.error.issues.map(({ path: where, message }) => `${where.join('.')}: ${message}`)
  throw new PlumblineError(
    'bad-config',
    `The calibration ${path} is not valid. ${faults.slice(0, 5).join('; ')}.`,
    {
      nextStep: 'Make it again with the version that is to use it.',
    },
  )
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new PlumblineError('bad-config', `The calibration ${path} cannot be read.`, {
      nextStep: 'Check the path in the config.',
      cause,
    })
  }
}

function jsonOf(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new PlumblineError('bad-config', `The calibration ${path} is not JSON.`, { cause })
  }
}
