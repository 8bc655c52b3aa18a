import { tagOf } from './dictionary.ts'

/** A header as DICOM JSON or as read from a file. */
type Header = Readonly<Record<string, { readonly Value?: readonly unknown[] } | undefined>>

/**
 * Why pictures of this series may not leave; null when they may. Burned In Annotation (PS3.3 C.7.6.1.1.5) says that
 * pixels hold text that may name the patient; where it is absent, nothing is known against them.
 */
export function whyPicturesStay(headers: readonly Header[]): string | null {
  const tag = tagOf('BurnedInAnnotation')
  const isMarked = (header: Header): boolean => {
    const value = header[tag]?.Value?.[0]
    return typeof value === 'string' && value.trim().toUpperCase() === 'YES'
  }
  const count = headers.filter(isMarked).length
  if (count === 0) return null
  return `Nothing was sent to a language model: ${count} of the ${headers.length} images say that text is burned into their pixels.`
}
