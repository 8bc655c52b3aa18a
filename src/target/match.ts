import type { TargetMatch } from '../domain/case.ts'

/**
 * Whether the claimed target is there needs a response map over the image, from a source other than the mask.
 * None is available yet, and one made from the mask would only confirm it: the honest answer is `unsure`.
 */
export function matchTarget(): TargetMatch {
  return {
    status: 'unsure',
    strength: null,
    compactness: null,
    purity: null,
    source: 'not-available: no response map',
  }
}
