/** The answer of a STOW-RS store (PS3.18 10.5.3, annex I): what it says of each instance. DICOM JSON or native XML. */
import { jsonInteger, jsonItems, jsonText } from '../dicom/json.ts'
import type { DicomJson } from '../ports.ts'

export interface StoreAnswer {
  /** SOP Instance UIDs that the answer names as stored. */
  readonly stored: ReadonlySet<string>
  /** Why the others were refused, by SOP Instance UID, in plain words. */
  readonly failed: ReadonlyMap<string, string>
  /** Failures that name no instance (Other Failures Sequence). */
  readonly otherFailures: readonly string[]
}

const FAILED_SOP_SEQUENCE = '00081198'
const REFERENCED_SOP_SEQUENCE = '00081199'
const OTHER_FAILURES_SEQUENCE = '0008119A'
const FAILURE_REASON = '00081197'
const REFERENCED_SOP_INSTANCE_UID = '00081155'

/** PS3.18 table I.2-2 and PS3.3 C.14.1.1, with what DICOMweb servers send beside. Ranges by mask. */
const REASONS: readonly (readonly [value: number, mask: number, meaning: string])[] = [
  [0x0110, 0xffff, 'processing failure'],
  [0x0111, 0xffff, 'an instance with this UID exists already'],
  [0x0112, 0xffff, 'no such instance'],
  [0x0117, 0xffff, 'invalid instance'],
  [0x0119, 0xffff, 'class and instance conflict'],
  [0x0122, 0xffff, 'the SOP class is not supported'],
  [0x0124, 0xffff, 'not authorized'],
  [0x0131, 0xffff, 'the instance does not belong to this study'],
  [0x0213, 0xffff, 'resource limitation'],
  [0xa700, 0xff00, 'out of resources'],
  [0xa900, 0xff00, 'the data set does not match its SOP class'],
  [0xc122, 0xffff, 'the transfer syntax is not supported'],
  [0xc000, 0xf000, 'the data set cannot be understood'],
]

/** Reads an answer; null when it is none that says anything (empty, HTML, another JSON). */
export function parseStoreAnswer(body: Uint8Array): StoreAnswer | null {
  const json = parseBody(Buffer.from(body).toString('utf8'))
  if (json === null) return null
  const stored = new Set(
    jsonItems(json, REFERENCED_SOP_SEQUENCE).map((item) => jsonText(item, REFERENCED_SOP_INSTANCE_UID)),
  )
  const failed = new Map(
    jsonItems(json, FAILED_SOP_SEQUENCE).map((item) => [
      jsonText(item, REFERENCED_SOP_INSTANCE_UID),
      reasonOf(item),
    ]),
  )
  const otherFailures = jsonItems(json, OTHER_FAILURES_SEQUENCE).map(reasonOf)
  return stored.size + failed.size + otherFailures.length === 0 ? null : { stored, failed, otherFailures }
}

function reasonOf(item: DicomJson): string {
  const code = jsonInteger(item, FAILURE_REASON)
  if (code === null) return 'the PACS gives no reason'
  const known = REASONS.find(([value, mask]) => (code & mask) === value)
  return `${known?.[2] ?? 'a reason that DICOM does not define'} (failure reason ${code})`
}

function parseBody(text: string): DicomJson | null {
  const start = text.trimStart()
  if (start.startsWith('<')) return parseNativeXml(start)
  try {
    const json: unknown = JSON.parse(text)
    const first: unknown = Array.isArray(json) ? json[0] : json
    return isDicomJson(first) ? first : null
  } catch {
    return null
  }
}

function isDicomJson(value: unknown): value is DicomJson {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).every((tag) => /^[0-9A-F]{8}$/.test(tag))
  )
}

/** Elements that matter in the Native DICOM Model (PS3.19 A.1); everything else is skipped. */
const XML_TOKEN = /<(\/?)(?:\w+:)?(DicomAttribute|Item|Value)\b([^>]*?)(\/?)>|([^<]+)/g

/** Native DICOM Model to DICOM JSON, as far as a store's answer needs it. */
function parseNativeXml(text: string): DicomJson | null {
  const root: DicomJson = {}
  const datasets: DicomJson[] = [root]
  const values: unknown[][] = []
  let inValue = false
  for (const [, slash, name, attributes = '', selfClosing, characters] of text.matchAll(XML_TOKEN)) {
    if (name === undefined) {
      if (inValue) values.at(-1)?.push((characters ?? '').trim())
    } else if (name === 'Value') {
      inValue = slash === '' && selfClosing === ''
    } else if (name === 'Item') {
      if (slash === '/') datasets.pop()
      else openItem(datasets, values, selfClosing === '/')
    } else if (slash === '/') {
      values.pop()
    } else {
      const attribute = openAttribute(datasets.at(-1) ?? root, attributes)
      if (selfClosing === '') values.push(attribute)
    }
  }
  return Object.keys(root).length === 0 ? null : root
}

function openItem(datasets: DicomJson[], values: readonly unknown[][], empty: boolean): void {
  const item: DicomJson = {}
  values.at(-1)?.push(item)
  if (!empty) datasets.push(item)
}

function openAttribute(dataset: DicomJson, attributes: string): unknown[] {
  const tag = /\btag="([0-9A-Fa-f]{8})"/.exec(attributes)?.[1]?.toUpperCase() ?? ''
  const Value: unknown[] = []
  dataset[tag] = { vr: /\bvr="([A-Z]{2})"/.exec(attributes)?.[1] ?? 'UN', Value }
  return Value
}
