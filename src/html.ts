/** HTML that is escaped by construction: the only way to text is through `html`, and it escapes what it is given. */

export interface Html {
  readonly markup: string
}

type Part = Html | string | number | null | readonly Part[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
/** Controls, and the marks that reorder text (bidirectional overrides and isolates) or hide in it (zero width). */
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu

/** Template tag. Strings and numbers are escaped, Html is taken as it is, lists are joined, null is nothing. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = literals.map(
    (literal, index) => literal + (index < parts.length ? markupOf(parts[index] ?? null) : ''),
  )
  return { markup: texts.join('') }
}

/** Text of a source file of ours (a style sheet), never of data. */
export function trusted(markup: string): Html {
  return { markup }
}

function markupOf(part: Part): string {
  if (part === null) return ''
  if (typeof part === 'number') return String(part)
  if (typeof part === 'string') return part.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '')
  return 'markup' in part ? part.markup : part.map(markupOf).join('')
}

/** Text that came from DICOM, for display: without invisible characters, shortened, in quotation marks. */
export function quoted(text: string, lengthMax = 64): string {
  const plain = text.replaceAll(INVISIBLE, ' ').trim()
  const characters = Array.from(plain)
  return `“${characters.length > lengthMax ? `${characters.slice(0, lengthMax - 1).join('')}…` : plain}”`
}
