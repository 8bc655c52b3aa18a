/** Gets the viewer's files: once, whole or not at all. */
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { PlumblineError } from '../errors.ts'
import { placePackage } from '../npm-package.ts'
import { releaseFolder, type ViewerRelease } from './release.ts'

/** Text and WebAssembly shrink to a fifth; what is not listed is compressed already. */
const COMPRESSIBLE = /\.(js|mjs|css|html|json|svg|wasm)$/
/** 130 MB of neural network run time, for tools that are not enabled. */
const NOT_NEEDED = ['dist/ort']

const compress = promisify(gzip)

export interface ExtractOptions {
  /** Releases lie side by side in it, each in a folder of its own. */
  readonly folder: string
  readonly release: ViewerRelease
  readonly signal: AbortSignal
  /** Hears, in plain words, that it takes a while. */
  readonly onProgress: (text: string) => void
}

/**
 * The folder with the viewer's files (its `dist`); fetched from the package registry when it is not there yet. The text
 * files in it have their gzip form beside them. Extracted beside its place and then renamed, so a crash leaves no half of it.
 * Throws PlumblineError('viewer-unavailable') when it cannot be fetched or written.
 */
export async function extractViewer(options: ExtractOptions): Promise<string> {
  const { folder, release, signal, onProgress } = options
  const place = join(folder, releaseFolder(release))
  const files = join(place, 'dist')
  if (await exists(join(files, 'index.html'))) return files
  onProgress(`Fetching the OHIF viewer ${release.version} once (about 50 MB) ...`)
  try {
    await placePackage(
      { name: '@ohif/app', ...release },
      {
        place,
        isThere: () => exists(join(files, 'index.html')),
        prepare: (beside) => prepare(beside, signal),
        signal,
      },
    )
  } catch (cause) {
    throw unavailable(release, cause)
  }
  return files
}

async function prepare(folder: string, signal: AbortSignal): Promise<void> {
  for (const path of NOT_NEEDED) await rm(join(folder, path), { recursive: true, force: true })
  await compressFiles(join(folder, 'dist'), signal)
}

async function compressFiles(folder: string, signal: AbortSignal): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue
    signal.throwIfAborted()
    const file = join(entry.parentPath, entry.name)
    await writeFile(`${file}.gz`, await compress(await readFile(file)))
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function unavailable({ version }: ViewerRelease, cause: unknown): PlumblineError {
  return new PlumblineError(
    'viewer-unavailable',
    `The OHIF viewer ${version} could not be fetched from the package registry and written to its folder.`,
    {
      nextStep:
        'Check that this machine reaches the registry (npm_config_registry, https_proxy) and may write there, then start again; ' +
        'or copy the folder from a machine that has it, and name the folder it lies in as viewer.dir; or set viewer.enabled to false.',
      retryable: true,
      cause,
    },
  )
}
