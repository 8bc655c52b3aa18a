/** Packages that are too large to be installed with the program: fetched once, by their digest, whole or not at all. */
import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pacote from 'pacote'

const FETCH_TIMEOUT_MS = 60_000
const RETRY = { retries: 1, minTimeout: 1000, maxTimeout: 5000 }

export interface NpmPackage {
  readonly name: string
  readonly version: string
  /** Subresource integrity: another package of this name and version is not taken. */
  readonly integrity: string
}

export interface PlaceOptions {
  /** Where its files shall be; nothing is there yet. */
  readonly place: string
  /** Is the package in its place? Another process may have been faster: then its files are as good as ours. */
  readonly isThere: () => Promise<boolean>
  /** Changes the extracted files before they go to their place. */
  readonly prepare?: (folder: string) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * Extracted beside its place and then renamed, so a crash leaves no half of it. Registry and cache are npm's own settings,
 * as for every other package of this program. Throws what the registry or the disk throws.
 */
export async function placePackage(
  { name, version, integrity }: NpmPackage,
  { place, isThere, prepare, signal }: PlaceOptions,
): Promise<void> {
  const beside = `${place}.${randomUUID()}`
  const { npm_config_registry: registry, npm_config_cache: cache } = process.env
  try {
    await mkdir(dirname(place), { recursive: true })
    await pacote.extract(`${name}@${version}`, beside, {
      integrity,
      preferOffline: true,
      timeout: FETCH_TIMEOUT_MS,
      retry: RETRY,
      signal,
      ...(registry === undefined ? {} : { registry }),
      ...(cache === undefined ? {} : { cache: join(cache, '_cacache') }),
    })
    await prepare?.(beside)
    await rename(beside, place).catch(async (error: unknown) => {
      if (!(await isThere())) throw error
    })
  } finally {
    // The first error is the one to tell.
    await rm(beside, { recursive: true, force: true }).catch(() => {})
  }
}
