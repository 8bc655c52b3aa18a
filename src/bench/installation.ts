/** The program as it is shipped, compiled from the sources of now: TypeScript is not compiled in measured time. */
import { execFile } from 'node:child_process'
import { cp, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url))

/** Makes it anew below `cache`; returns its folder `dist`. */
export async function compiledProgram(cache: string): Promise<string> {
  const root = join(cache, 'program')
  await rm(root, { recursive: true, force: true })
  await mkdir(root, { recursive: true })
  for (const name of ['node_modules', 'config', 'dicom-templates', 'package.json'])
    await symlink(join(REPOSITORY, name), join(root, name))
  const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
  const project = ['-p', join(REPOSITORY, 'tsconfig.build.json'), '--outDir', join(root, 'dist'), '--noCheck']
  await promisify(execFile)(process.execPath, [compiler, ...project])
  const migrations = join('store', 'migrations')
  await cp(join(REPOSITORY, 'src', migrations), join(root, 'dist', migrations), { recursive: true })
  return join(root, 'dist')
}
