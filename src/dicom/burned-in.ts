import type { DicomJson } from '../ports.ts'
import { tagOf } from './dictionary.ts'
import { jsonText } from './json.ts'

/**
 * Why pictures of this series may not leave; null when they may. Burned In Annotation (PS3.3 C.7.6.1.1.5) says that
 * pixels hold text that may name the patient; where it is absent, nothing is known against them.
 */
export function whyPicturesStay(headers: readonly DicomJson[]): string | null {
  const tag = tagOf('BurnedInAnnotation')
  const count = headers.filter((header) => jsonText(header, tag).trim().toUpperCase() === 'YES').length
  if (count === 0) return null
  return `Nothing was sent to a language model: ${count} of the ${headers.length} images say that text is burned into their pixels.`
}
