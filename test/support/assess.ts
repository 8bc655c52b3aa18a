/** Both steps of an assessment in this thread: an object alone in its study, at a site that has learned nothing yet. */
import { checkPrepared, prepareAssessment, type AssessOptions } from '../../src/compute/assess.ts'
import { sourcesOf } from '../../src/file-source.ts'
import type { AssessedSegment, AssessInput } from '../../src/ports.ts'

export async function assessAlone(
  input: Omit<AssessInput, 'seconds' | 'norms' | 'pet'>,
  options: AssessOptions,
): Promise<AssessedSegment[]> {
  return checkPrepared(
    await prepareAssessment({ ...input, images: sourcesOf(input.images), seconds: [], norms: [] }, options),
    options,
  )
}
