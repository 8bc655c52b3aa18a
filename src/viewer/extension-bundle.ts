/** Our extension for OHIF, as files: built ahead (`ohif-extension/dist`), or built now, as a checkout does. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { PlumblineError } from '../errors.ts'

type Files = ReadonlyMap<string, Uint8Array>

/** What ohif-extension/build.ts offers. */
const Builder = z.object({
  buildExtension: z.custom<() => Promise<Files>>((value) => typeof value === 'function'),
})

/**
 * Script files by name (`index.js`, `mode.js`, ...). `folder`: of the extension's package.
 * Throws PlumblineError('viewer-unavailable') when there are none and they cannot be built.
 */
export async function extensionFiles(folder: string): Promise<Files> {
  try {
    return (await builtFiles(join(folder, 'dist'))) ?? (await buildNow(folder))
  } catch (cause) {
    throw new PlumblineError(
      'viewer-unavailable',
      'The extension that shows verdicts in OHIF cannot be built.',
      {
        nextStep: 'Run npm ci with the development packages, or build it once in ohif-extension.',
        cause,
      },
    )
  }
}

async function builtFiles(folder: string): Promise<Files | null> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.js'))
  if (!names.includes('index.js')) return null
  const read = async (name: string) => [name, await readFile(join(folder, name))] as const
  return new Map(await Promise.all(names.map(read)))
}

/** By its address, because the compiled program has neither the sources nor what builds them. */
async function buildNow(folder: string): Promise<Files> {
  const builder: unknown = await import(pathToFileURL(join(folder, 'build.ts')).href)
  return Builder.parse(builder).buildExtension()
}
