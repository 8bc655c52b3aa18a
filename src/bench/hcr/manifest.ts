/** The cases of `bench hcr`, one JSON object a line: what is judged, and what it is worth. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { PlumblineError } from '../../errors.ts'
import { parseJsonLines } from '../../json-lines.ts'
import { Degradation } from './degrade.ts'

export const ManifestRow = z.strictObject({
  caseId: z.string(),
  /** Rows of one patient belong together in every split. */
  patientId: z.string(),
  /** As in arXiv 2506.01841, table 1, or another name. */
  group: z.string(),
  modality: z.enum(['CT', 'MR', 'PT']),
  /** NIfTI or NRRD. */
  image: z.string(),
  mask: z.string(),
  /** Values of the mask file that belong to the segment. */
  labels: z.array(z.number()).min(1),
  /** What the segment says it is. */
  target: z.string(),
  degradation: Degradation,
  likert: z.number().int().min(1).max(5),
  /** Who or what gave it: `proxy_geometric_v1` is computed, not rated. */
  labelledBy: z.string(),
  split: z.string(),
})
export type ManifestRow = z.infer<typeof ManifestRow>

/** Throws PlumblineError('bad-request') naming the line. */
export function readManifest(path: string): ManifestRow[] {
  return parseJsonLines(readFileSync(path, 'utf8'), ManifestRow, (line, { issues: [issue] }) => {
    return new PlumblineError(
      'bad-request',
      `Line ${line} of the manifest is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
      { nextStep: 'plumbline bench hcr-manifest writes one in the form that is expected.' },
    )
  })
}
