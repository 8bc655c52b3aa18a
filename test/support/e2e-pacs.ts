/** A PACS as a third party sees it: plain DICOMweb over fetch, independent of the client under test. */
import type { StoreItem } from '../../src/ports.ts'
import type { ProxiedRequest } from './fault-proxy.ts'

const SR_SOP_CLASS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\./
const DICOM_JSON = { accept: 'application/dicom+json' }
const FILES = { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' }
const BOUNDARY = 'plumbline-test'

/** Stores Part 10 files in one request; throws unless the PACS says that it has all of them. */
export async function stow(root: string, items: readonly Pick<StoreItem, 'bytes'>[]): Promise<void> {
  const { contentType, body } = multipart(items)
  const answer = await fetch(`${root}/studies`, {
    method: 'POST',
    headers: { ...DICOM_JSON, 'content-type': contentType },
    body,
  })
  if (answer.status !== 200)
    throw new Error(`STOW-RS answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`)
}

/** Part 10 files as one message (PS3.18 8.6.1), as they are asked for and delivered. */
export function multipart(items: readonly Pick<StoreItem, 'bytes'>[]): {
  contentType: string
  body: Buffer<ArrayBuffer>
} {
  const parts = items.flatMap(({ bytes }) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ])
  return {
    contentType: `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
    body: Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]),
  }
}

type Row = Readonly<Record<string, { readonly Value?: readonly unknown[] } | undefined>>

interface Listed {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly seriesInstanceUid: string
}

/** Every instance of a study by QIDO-RS; none when the PACS does not know the study. */
export async function instancesOf(root: string, studyInstanceUid: string): Promise<Listed[]> {
  const answer = await fetch(`${root}/studies/${studyInstanceUid}/instances?limit=1000`, {
    headers: DICOM_JSON,
  })
  if (answer.status === 204 || answer.status === 404) return []
  const rows = (await answer.json()) as Row[]
  const first = (row: Row, tag: string) => String(row[tag]?.Value?.[0])
  return rows.map((row) => ({
    sopClassUid: first(row, '00080016'),
    sopInstanceUid: first(row, '00080018'),
    seriesInstanceUid: first(row, '0020000E'),
  }))
}

/** SR instances of the study that refer to this object. More than one would be a verdict told twice. */
export async function reportsOn(
  root: string,
  object: Pick<StoreItem, 'studyInstanceUid' | 'sopInstanceUid'>,
): Promise<string[]> {
  const found: string[] = []
  for (const { sopClassUid, sopInstanceUid, seriesInstanceUid } of await instancesOf(
    root,
    object.studyInstanceUid,
  )) {
    if (!SR_SOP_CLASS.test(sopClassUid)) continue
    const path = `studies/${object.studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`
    const bytes = Buffer.from(await (await fetch(`${root}/${path}`, { headers: FILES })).arrayBuffer())
    if (bytes.includes(object.sopInstanceUid)) found.push(sopInstanceUid)
  }
  return found
}

/** Modality of each series of a study, sorted, by QIDO-RS. */
export async function modalitiesOf(root: string, studyInstanceUid: string): Promise<string[]> {
  const answer = await fetch(`${root}/studies/${studyInstanceUid}/series`, { headers: DICOM_JSON })
  return ((await answer.json()) as Row[]).map((row) => String(row['00080060']?.Value?.[0])).toSorted()
}

/** STOW-RS answer (PS3.18 10.5.3) that names the files of the request as stored. */
export function claimStored(asked: ProxiedRequest): string {
  return JSON.stringify({ '00081199': { vr: 'SQ', Value: [referenced(asked)] } })
}

/** STOW-RS answer that refuses the file of the request with a failure reason (PS3.18 table I.2-2). */
export function refuse(reason: number) {
  return (asked: ProxiedRequest): string =>
    JSON.stringify({
      '00081198': { vr: 'SQ', Value: [{ ...referenced(asked), '00081197': { vr: 'US', Value: [reason] } }] },
    })
}

/** The one file of the request, by its file meta information: (0002,0002) and (0002,0003), both UI in explicit VR. */
function referenced({ body }: ProxiedRequest) {
  const uid = (element: number): string => {
    const at = body.indexOf(Buffer.from([0x02, 0x00, element, 0x00, 0x55, 0x49]))
    return body.toString('latin1', at + 8, at + 8 + body.readUInt16LE(at + 6)).replaceAll('\0', '')
  }
  return { '00081150': { vr: 'UI', Value: [uid(0x02)] }, '00081155': { vr: 'UI', Value: [uid(0x03)] } }
}
