/** Just enough XML to write: elements, attributes, text. What goes in is escaped; what XML has no form for is left out. */

export interface Xml {
  readonly xml: string
}

/** `content`: elements, or text. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: readonly Xml[] | string = [],
): Xml {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`)
  const start = `<${name}${written.join('')}`
  const inner = typeof content === 'string' ? escaped(content) : content.map(({ xml }) => xml).join('')
  return { xml: inner === '' ? `${start}/>` : `${start}>${inner}</${name}>` }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escaped(text: string): string {
  // XML 1.0 section 2.2: no other control characters, no surrogates alone, no U+FFFE and U+FFFF.
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign)
}
