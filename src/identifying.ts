/** Which values of a DICOM header must not leave this machine, for the guard that looks at outgoing requests. */
import type { DicomJson } from './ports.ts'

/** Value representations that hold names, identifiers, dates and free text (PS3.5 6.2). */
const TEXT_VRS = ['PN', 'LO', 'SH', 'LT', 'ST', 'UT', 'UC', 'DA', 'DT', 'UI']
/** Of these, what names nobody: code sequences (PS3.3 8.8), makers and classes. They may stand in our own texts. */
const HARMLESS_TAGS = [
  '00080016',
  '00080070',
  '00080100',
  '00080102',
  '00080103',
  '00080104',
  '00081090',
  '00081150',
  '00181020',
]

/** Every such value, of nested items too, each once. */
export function identifyingValues(header: DicomJson): string[] {
  const found = new Set<string>()
  const collect = (dataset: object): void => {
    for (const [tag, element] of Object.entries(dataset)) {
      if (!isElement(element) || HARMLESS_TAGS.includes(tag)) continue
      for (const value of element.Value) {
        if (element.vr === 'SQ' && isObject(value)) collect(value)
        else if (TEXT_VRS.includes(element.vr)) for (const text of textsOf(value)) found.add(text)
      }
    }
  }
  collect(header)
  return [...found]
}

/** A name is an object of up to three written forms in DICOM JSON (PS3.18 F.2.2). */
function textsOf(value: unknown): string[] {
  const texts = isObject(value) ? Object.values(value) : [value]
  return texts.flatMap((text) => (typeof text === 'string' && text.trim() !== '' ? [text] : []))
}

function isElement(element: unknown): element is { vr: string; Value: unknown[] } {
  return (
    isObject(element) &&
    'vr' in element &&
    typeof element.vr === 'string' &&
    'Value' in element &&
    Array.isArray(element.Value)
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
