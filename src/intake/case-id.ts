import { createHash } from 'node:crypto'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
const LENGTH = 26

/**
 * The id of the case that checks one segmentation object under one policy: 130 bits of SHA-256 over both,
 * base32 (RFC 4648, lower case). The same object under the same policy is the same case, on every machine.
 */
export function caseIdOf(sopInstanceUid: string, policyDigest: string): string {
  const digest = createHash('sha256').update(`${sopInstanceUid}\n${policyDigest}`).digest()
  let id = ''
  let bits = 0
  let held = 0
  for (const byte of digest) {
    held = (held << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) id += BASE32.charAt((held >>> (bits - 5)) & 31)
    held &= (1 << bits) - 1
    if (id.length >= LENGTH) break
  }
  return id.slice(0, LENGTH)
}
