/** Error masks of judged cases: what they are of as JSON, their runs as compressed bytes. */
import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'
import { z } from 'zod'
import { ErrorKind, ErrorPlane, type SegmentError, type SegmentErrors } from '../domain/error-mask.ts'
import { PlumblineError } from '../errors.ts'
import type { Sql } from '../ports.ts'

/** The column `errors`. */
const KeptErrors = z.array(
  z.object({
    finding: z.string(),
    kind: ErrorKind,
    planes: z.array(ErrorPlane.omit({ runs: true }).extend({ length: z.number().int().nonnegative() })),
  }),
)
type KeptErrors = z.infer<typeof KeptErrors>

/** A row of the table, made outside of the transaction that writes it. */
export interface PackedErrors {
  readonly segmentNumber: number
  readonly errors: string
  readonly runs: Uint8Array
}

const BYTES = 4

export function packErrorMasks(masks: readonly SegmentErrors[]): Promise<PackedErrors[]> {
  return Promise.all(
    masks.map(async ({ segmentNumber, errors }) => {
      const kept: KeptErrors = errors.map(({ planes, ...error }) => ({
        ...error,
        planes: planes.map(({ runs, ...plane }) => ({ ...plane, length: runs.length })),
      }))
      return { segmentNumber, errors: JSON.stringify(kept), runs: await promisify(deflate)(bytesOf(errors)) }
    }),
  )
}

function bytesOf(errors: readonly SegmentError[]): Uint8Array {
  const all = errors.flatMap(({ planes }) => planes.map(({ runs }) => runs))
  const bytes = new DataView(new ArrayBuffer(BYTES * all.reduce((sum, { length }) => sum + length, 0)))
  let at = 0
  for (const runs of all) {
    for (let n = 0; n < runs.length; n++, at += BYTES) bytes.setUint32(at, runs[n] ?? 0, true)
  }
  return new Uint8Array(bytes.buffer)
}

/** In place of those that the case had. */
export async function replaceErrorMasks(
  tx: Sql,
  caseId: string,
  packed: readonly PackedErrors[],
): Promise<void> {
  await tx.query('delete from error_masks where case_id = $1', [caseId])
  for (const { segmentNumber, errors, runs } of packed) {
    await tx.query(
      'insert into error_masks (case_id, segment_number, errors, runs) values ($1, $2, $3, $4)',
      [caseId, segmentNumber, errors, runs],
    )
  }
}

/** Null when the segment has none. Throws PlumblineError('conflict') for a record that this version does not understand. */
export async function readErrorMask(
  sql: Sql,
  caseId: string,
  segmentNumber: number,
): Promise<SegmentErrors | null> {
  const [row] = await sql.query<{ errors: unknown; runs: Uint8Array }>(
    'select errors, runs from error_masks where case_id = $1 and segment_number = $2',
    [caseId, segmentNumber],
  )
  if (row === undefined) return null
  try {
    return { segmentNumber, errors: await unpack(KeptErrors.parse(row.errors), row.runs) }
  } catch (cause) {
    throw new PlumblineError(
      'conflict',
      `The error mask of segment ${segmentNumber} of case ${caseId} does not fit this version.`,
      { nextStep: 'Run the version that wrote it or a newer one.', cause },
    )
  }
}

async function unpack(kept: KeptErrors, deflated: Uint8Array): Promise<SegmentError[]> {
  const total = kept.flatMap(({ planes }) => planes).reduce((sum, { length }) => sum + length, 0)
  const inflated = await promisify(inflate)(deflated, { maxOutputLength: Math.max(1, BYTES * total) })
  if (inflated.length !== BYTES * total) throw new RangeError('There are fewer runs than the planes have.')
  const all = Uint32Array.from({ length: total }, (_, n) => inflated.readUInt32LE(BYTES * n))
  let at = 0
  return kept.map(({ planes, ...error }) => ({
    ...error,
    planes: planes.map(({ length, ...plane }) => ({ ...plane, runs: all.subarray(at, (at += length)) })),
  }))
}
