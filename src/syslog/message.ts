/** Syslog messages (RFC 5424) and how they are framed over TLS (RFC 5425 section 4.3). */

/** PRI: facility 13 (log audit), severity 5 (notice): as IHE ITI-20 has its audit messages. */
const PRIORITY = 13 * 8 + 5
/** RFC 5424 6.2.4, 6.2.5: visible ASCII, of limited length. */
const [HOST_LENGTH_MAX, APP_LENGTH_MAX] = [255, 48]

export interface SyslogMessage {
  readonly at: string
  readonly host: string
  readonly app: string
  readonly processId: number
  /** MSGID; `IHE+RFC-3881` and `DICOM+RFC3881` are those of audit messages (IHE ITI TF-2 3.20.7). */
  readonly id: string
  /** UTF-8. */
  readonly text: string
}

/** Octet counting: the length of the message in bytes, a blank, the message. Text begins with a BOM, which says UTF-8. */
export function frameOf({ at, host, app, processId, id, text }: SyslogMessage): Buffer {
  const header = `<${PRIORITY}>1 ${at} ${visible(host, HOST_LENGTH_MAX)} ${visible(app, APP_LENGTH_MAX)} ${processId} ${id} -`
  const message = Buffer.from(`${header} \uFEFF${text}`)
  return Buffer.concat([Buffer.from(`${message.length} `), message])
}

/** `-` is the nil value. */
function visible(text: string, lengthMax: number): string {
  const kept = text.replaceAll(/[^!-~]/g, '').slice(0, lengthMax)
  return kept === '' ? '-' : kept
}
