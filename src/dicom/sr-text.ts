/** Text on its way into an SR. It may come from DICOM or from a model: data, cleaned and shortened, never trusted. */

/** Control characters but line feed; halves of characters; overrides of the reading direction. */
const UNWANTED = /(?!\n)\p{Cc}|\p{Cs}|[\u202A-\u202E\u2066-\u2069]/gu
const CUT = '...'
const LINE_BREAKS = /\r\n?|\u2028|\u2029/gu

/**
 * Text for VR UT: CRLF line ends, no control characters, at most `charactersMax` characters, the last
 * three of them dots when something was cut (in ASCII: some validators count bytes). A backslash becomes a slash: readers split UT at it although PS3.5 6.2 says not to.
 */
export function cleanText(text: string, charactersMax: number): string {
  const clean = text
    .slice(0, charactersMax * 4)
    .normalize('NFC')
    .replace(LINE_BREAKS, '\n')
    .replaceAll('\t', ' ')
    .replace(UNWANTED, '')
    .replaceAll('\\', '/')
    .trim()
  return shorten(clean, charactersMax).replaceAll('\n', '\r\n')
}

/** Text for VR LO and SH: one line. */
export function cleanLine(text: string, charactersMax: number): string {
  const oneLine = text.slice(0, charactersMax * 4).replace(/[\s\u2028\u2029]+/gu, ' ')
  return cleanText(oneLine, charactersMax)
}

function shorten(text: string, charactersMax: number): string {
  const characters = Array.from(text)
  if (characters.length <= charactersMax) return text
  return `${characters
    .slice(0, charactersMax - CUT.length)
    .join('')
    .trimEnd()}${CUT}`
}
