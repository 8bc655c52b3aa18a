/** Unique identifiers (PS3.5 section 9) that derive from what they name, so that doing a thing twice names it once. */
import { createHash } from 'node:crypto'

/** Set before the parts are hashed; another product that hashes the same parts gets other UIDs. */
const NAMESPACE = 'plumbline'

/**
 * `2.25.` and a UUID as a decimal number (PS3.5 B.2). The UUID is version 8 (RFC 9562 5.8) over SHA-256 of the parts:
 * same parts, same UID. Parts are kept apart, so `('a', 'b')` and `('ab')` differ.
 */
export function deriveUid(...parts: string[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([NAMESPACE, ...parts]))
    .digest()
  const uuid = hash.subarray(0, 16)
  uuid.writeUInt8((uuid.readUInt8(6) & 0x0f) | 0x80, 6)
  uuid.writeUInt8((uuid.readUInt8(8) & 0x3f) | 0x80, 8)
  return `2.25.${BigInt(`0x${uuid.toString('hex')}`)}`
}

/** A legal UID: numbers without leading zeros, joined by dots, at most 64 characters (PS3.5 9.1). */
export function isUid(s: string): boolean {
  return s.length <= 64 && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(s)
}
