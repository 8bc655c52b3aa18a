import { expect, test } from 'vitest'
import { frameOf } from '../../src/syslog/message.ts'

const MESSAGE = {
  at: '2026-03-01T10:00:00.123Z',
  host: 'qc.example.org',
  app: 'Plumbline',
  processId: 7,
  id: 'DICOM+RFC3881',
  text: '<AuditMessage name="é"/>',
}

test('a frame is its length in bytes and an RFC 5424 message with UTF-8 text', () => {
  const frame = frameOf(MESSAGE).toString()
  const message =
    '<109>1 2026-03-01T10:00:00.123Z qc.example.org Plumbline 7 DICOM+RFC3881 - \uFEFF<AuditMessage name="é"/>'
  expect(frame).toBe(`${Buffer.byteLength(message)} ${message}`)
})

test.each([
  ['a host\nname', 'ahostname'],
  ['', '-'],
  ['x'.repeat(300), 'x'.repeat(255)],
])('a host name %j cannot break the header', (host, written) => {
  expect(
    frameOf({ ...MESSAGE, host })
      .toString()
      .split(' ')[3],
  ).toBe(written)
})
