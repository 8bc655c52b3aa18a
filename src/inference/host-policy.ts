/** Which servers may be spoken to. Decided on the addresses that the connection then uses, not on the name. */
import { BlockList, isIPv6 } from 'node:net'
import { ModelError } from './model-error.ts'

/**
 * Loopback (RFC 1122, RFC 4291), private use (RFC 1918) and unique local addresses (RFC 4193). Link-local addresses are
 * left out: cloud machines find their own credentials there.
 */
const PRIVATE_RANGES = [
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
] as const

const privateAddresses = new BlockList()
for (const [net, prefix, family] of PRIVATE_RANGES) privateAddresses.addSubnet(net, prefix, family)

/** An IPv4 address in IPv6 form counts as what it is. */
export function isPrivateAddress(address: string): boolean {
  return privateAddresses.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/**
 * Throws ModelError('host-not-allowed') unless every address is private, or the host is listed and the connection
 * encrypted. A name that has a private address today may have another one tomorrow: callers connect to these addresses.
 */
export function requireAllowedHost(
  url: URL,
  addresses: readonly string[],
  allowedHosts: readonly string[],
): void {
  if (addresses.length > 0 && addresses.every(isPrivateAddress)) return
  const listed = allowedHosts.includes(hostOf(url))
  if (listed && url.protocol === 'https:') return
  const why = listed
    ? 'it lies outside this network and the connection is not encrypted'
    : 'it lies outside this network and is not listed'
  throw new ModelError('host-not-allowed', `The language model's host may not be used: ${why}.`)
}

/** Without the brackets that an IPv6 address has in a URL. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
}
