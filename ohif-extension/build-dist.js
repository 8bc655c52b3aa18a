// npm run build: writes the bundles to dist/.
import { mkdir, writeFile } from 'node:fs/promises'
import { register } from 'tsx/esm/api'

register()
const { buildExtension } = await import('./build.ts')
const dist = new URL('./dist/', import.meta.url)
await mkdir(dist, { recursive: true })
for (const [name, bytes] of await buildExtension()) await writeFile(new URL(name, dist), bytes)
