/** Bundles the extension for a browser, in memory: what the service serves, and what `npm run build` writes to dist/. */
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions } from 'esbuild'

const UMD_NAME = 'plumblineOhifExtension'
/** esbuild writes no UMD: its function-scoped form, handed to whichever module system asks. */
const UMD_HEAD = `(function(root,factory){if(typeof module==='object'&&module.exports)module.exports=factory();else if(typeof define==='function'&&define.amd)define([],factory);else root.${UMD_NAME}=factory()})(typeof self!=='undefined'?self:globalThis,function(){`
const UMD_TAIL = `return ${UMD_NAME}});`

interface Bundle {
  /** Relative to dist/. */
  readonly name: string
  /** Relative to this folder. */
  readonly entry: string
  readonly options: BuildOptions
}

/** `index` and `mode` are loaded by a running viewer; `index.umd.cjs` is for bundlers and scripts that know no ESM. */
const BUNDLES: readonly Bundle[] = [
  { name: 'index.js', entry: 'src/index.ts', options: { format: 'esm' } },
  { name: 'mode.js', entry: 'src/mode.ts', options: { format: 'esm' } },
  {
    name: 'index.umd.cjs',
    entry: 'src/index.ts',
    options: {
      format: 'iife',
      globalName: UMD_NAME,
      banner: { js: UMD_HEAD },
      footer: { js: UMD_TAIL },
    },
  },
]

/** The bundles by file name, minified, React within: a running viewer shares none with its plugins. */
export async function buildExtension(): Promise<ReadonlyMap<string, Uint8Array>> {
  const built = await Promise.all(BUNDLES.map(bundle))
  return new Map(built)
}

async function bundle({ name, entry, options }: Bundle): Promise<[string, Uint8Array]> {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const { outputFiles } = await build({
    ...options,
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  })
  const [output] = outputFiles
  if (output === undefined) throw new Error(`${entry}: nothing was built`)
  return [name, output.contents]
}
