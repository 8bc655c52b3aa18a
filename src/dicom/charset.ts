/** Text of a data element in the character sets of Specific Character Set (0008,0005), PS3.3 C.12.1.1.2, PS3.5 6.1. */

/** Decodes the text bytes of one data element. */
export type TextDecode = (bytes: Uint8Array) => string

/** Defined terms without and with code extensions, and the decoder of their bytes. */
const DECODER_OF_TERM: Readonly<Record<string, string>> = {
  '': 'windows-1252',
  'IR 6': 'windows-1252',
  'IR 13': 'shift_jis',
  'IR 58': 'gbk',
  'IR 87': 'windows-1252',
  'IR 100': 'windows-1252',
  'IR 101': 'iso-8859-2',
  'IR 109': 'iso-8859-3',
  'IR 110': 'iso-8859-4',
  'IR 126': 'iso-8859-7',
  'IR 127': 'iso-8859-6',
  'IR 138': 'iso-8859-8',
  'IR 144': 'iso-8859-5',
  'IR 148': 'windows-1254',
  'IR 149': 'euc-kr',
  'IR 159': 'windows-1252',
  'IR 166': 'windows-874',
  'IR 192': 'utf-8',
  'IR 203': 'iso-8859-15',
  GB18030: 'gb18030',
  GBK: 'gbk',
}

/** Escape sequences of PS3.3 tables C.12-3 and C.12-4 (after ESC), and the decoder of what follows them. */
const DECODER_OF_ESCAPE: readonly (readonly [escape: string, decoder: string])[] = [
  ['(B', 'windows-1252'],
  ['-A', 'windows-1252'],
  ['-B', 'iso-8859-2'],
  ['-C', 'iso-8859-3'],
  ['-D', 'iso-8859-4'],
  ['-F', 'iso-8859-7'],
  ['-G', 'iso-8859-6'],
  ['-H', 'iso-8859-8'],
  ['-L', 'iso-8859-5'],
  ['-M', 'windows-1254'],
  ['-T', 'windows-874'],
  ['-b', 'iso-8859-15'],
  ['(J', 'shift_jis'],
  [')I', 'shift_jis'],
  ['$B', 'jis-x-0208'],
  ['$(D', 'jis-x-0212'],
  ['$)C', 'euc-kr'],
  ['$)A', 'gbk'],
]
const ESC = 0x1b

/**
 * Decoder for the values of Specific Character Set; none or empty is the default repertoire, read as Latin-1, which is
 * what files in the field hold beyond ASCII. A term that DICOM does not define: bytes above ASCII become U+FFFD.
 */
export function textDecoderFor(terms: readonly string[]): TextDecode {
  const term = (terms[0] ?? '').trim().replace(/^ISO(?:_| 2022 )/, '')
  const initial = decoderNamed(DECODER_OF_TERM[term])
  if (terms.length < 2) return initial
  return (bytes) => (bytes.includes(ESC) ? decodeWithEscapes(bytes, initial) : initial(bytes))
}

/** Code extensions, ISO 2022: every escape sequence changes the decoder until the next one. */
function decodeWithEscapes(bytes: Uint8Array, initial: TextDecode): string {
  let text = ''
  for (let start = 0; start < bytes.length;) {
    const next = bytes.indexOf(ESC, start + 1)
    const end = next < 0 ? bytes.length : next
    text += decodeRun(bytes.subarray(start, end), initial)
    start = end
  }
  return text
}

function decodeRun(run: Uint8Array, initial: TextDecode): string {
  if (run[0] !== ESC) return initial(run)
  const head = String.fromCharCode(...run.subarray(1, 4))
  const found = DECODER_OF_ESCAPE.find(([escape]) => head.startsWith(escape))
  if (found === undefined) return decoderNamed(undefined)(run.subarray(1))
  const [escape, decoder] = found
  const rest = run.subarray(1 + escape.length)
  if (decoder === 'jis-x-0208') return decoderNamed('euc-jp')(rest.map((byte) => byte | 0x80))
  if (decoder === 'jis-x-0212') return decoderNamed('euc-jp')(withSingleShift(rest))
  return decoderNamed(decoder)(rest)
}

/** EUC-JP writes each JIS X 0212 pair after SS3 (0x8F). */
function withSingleShift(pairs: Uint8Array): Uint8Array {
  const shifted: number[] = []
  for (let n = 0; n + 1 < pairs.length; n += 2)
    shifted.push(0x8f, (pairs[n] ?? 0) | 0x80, (pairs[n + 1] ?? 0) | 0x80)
  return Uint8Array.from(shifted)
}

function decoderNamed(name: string | undefined): TextDecode {
  if (name === undefined)
    return (bytes) =>
      Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\uFFFD')).join('')
  const decoder = new TextDecoder(name)
  return (bytes) => decoder.decode(bytes)
}
