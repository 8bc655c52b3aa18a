/** What the index keeps of an instance. */
import { isUidLike, jsonInteger, jsonText, toDicomJson } from '../dicom/json.ts'
import { readPart10 } from '../dicom/part10.ts'
import { PlumblineError } from '../errors.ts'
import type { DicomJson, InstanceRef } from '../ports.ts'
import { SEARCH_ATTRIBUTES } from './attributes.ts'

/** One row of archive_instances before it is stored, by column. */
type IndexRow = Record<string, string | number | null>

export interface Indexed {
  readonly ref: InstanceRef
  readonly row: IndexRow
}

/**
 * Characters of a column: more than 64, the most that a value or name group of a searched VR has, and few enough for
 * PostgreSQL, whose indexes take 2,700 bytes.
 */
const COLUMN_CHARACTERS_MAX = 256
/** Of an instance's header as JSON; the embedded database runs out of memory somewhere above. */
const HEADER_CHARACTERS_MAX = 2 ** 26

const UIDS = [
  ['SOP Class UID', '00080016'],
  ['SOP Instance UID', '00080018'],
  ['Study Instance UID', '0020000D'],
  ['Series Instance UID', '0020000E'],
] as const

/** Reads a whole file. Throws PlumblineError('bad-dicom' | 'unsupported-dicom' | 'limit-exceeded'). */
export function indexInstance(bytes: Uint8Array, options: { bytesMax: number }): Indexed {
  const { dataset, transferSyntaxUid } = readPart10(bytes, { maxBytes: options.bytesMax })
  const metadata = toDicomJson(dataset, { bulkDataUri: (path) => path })
  const ref = instanceRefOf(metadata)
  // It becomes part of the headers of answers.
  if (!isUidLike(transferSyntaxUid)) {
    throw new PlumblineError('bad-dicom', 'The DICOM file has no valid Transfer Syntax UID.')
  }
  const attributes = Object.fromEntries(
    SEARCH_ATTRIBUTES.flatMap(({ tag, computed }) => {
      const attribute = metadata[tag]
      return attribute === undefined || computed ? [] : [[tag, attribute]]
    }),
  )
  const columns = SEARCH_ATTRIBUTES.flatMap(({ tag, column, matching }) => {
    if (column === undefined) return []
    return [[column, matching === 'number' ? smallInteger(metadata, tag) : columnText(metadata, tag)]]
  })
  return {
    ref,
    row: {
      ...Object.fromEntries(columns),
      transfer_syntax_uid: transferSyntaxUid,
      attributes: JSON.stringify(attributes, withoutNul),
      metadata: headerText(metadata),
    },
  }
}

/** Who the instance is. Throws PlumblineError('bad-dicom') that names the UIDs which are missing or no UIDs. */
export function instanceRefOf(metadata: DicomJson): InstanceRef {
  const wrong = UIDS.filter(([, tag]) => !isUidLike(jsonText(metadata, tag))).map(([name]) => name)
  if (wrong.length > 0) {
    throw new PlumblineError('bad-dicom', `The DICOM file has no valid ${wrong.join(', ')}.`)
  }
  return {
    sopClassUid: jsonText(metadata, '00080016'),
    sopInstanceUid: jsonText(metadata, '00080018'),
    studyInstanceUid: jsonText(metadata, '0020000D'),
    seriesInstanceUid: jsonText(metadata, '0020000E'),
  }
}

function columnText(metadata: DicomJson, tag: string): string {
  return jsonText(metadata, tag).replaceAll('\0', '').slice(0, COLUMN_CHARACTERS_MAX)
}

function headerText(metadata: DicomJson): string {
  const text = JSON.stringify(metadata, withoutNul)
  if (text.length <= HEADER_CHARACTERS_MAX) return text
  throw new PlumblineError(
    'limit-exceeded',
    `The header of the DICOM file is longer than ${HEADER_CHARACTERS_MAX} characters.`,
  )
}

/** PostgreSQL's text and jsonb cannot hold U+0000; DICOM has no use for it beyond padding. */
function withoutNul(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '') : value
}

/** IS and US beyond the integer column say nothing that can be searched by. */
function smallInteger(metadata: DicomJson, tag: string): number | null {
  const value = jsonInteger(metadata, tag)
  return value !== null && Math.abs(value) < 2 ** 31 ? value : null
}
