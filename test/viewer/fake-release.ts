/** A package registry on loopback that offers a tiny stand-in for OHIF. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { ViewerRelease } from '../../src/viewer/release.ts'

/** What `dist` holds, shaped as OHIF's is. */
export const DIST: Readonly<Record<string, string>> = {
  'index.html':
    '<!doctype html><script>window.PUBLIC_URL="/"</script><script src="/app-config.js"></script>' +
    '<script defer src="/app.bundle.0f6159c501addfe9.js"></script><link href="/app.bundle.css" rel="stylesheet">',
  'app.bundle.0f6159c501addfe9.js': '__webpack_require__.p = "/";',
  '12.bundle.b4688cdbdd856b75.js': 'let part',
  'worker.bundle.ec5f0cf05ce3909c.js': 'var a;__webpack_require__.p = "/";',
  'app.bundle.css': 'a{background:url(/assets/a.png)}',
  'app-config.js': 'window.config = "the one that OHIF ships"',
  '0ddf166f7a343eda.wasm': 'wasm',
  'assets/a.png': 'png',
  'ort/large.wasm': 'not needed',
}

export async function writeDist(folder: string): Promise<void> {
  for (const [name, text] of Object.entries(DIST)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

export interface FakeRegistry {
  readonly url: string
  readonly release: ViewerRelease
  requests(): number
  close(): void
}

export async function startRegistry(folder: string): Promise<FakeRegistry> {
  await writeDist(join(folder, 'package', 'dist'))
  await writeFile(join(folder, 'package', 'package.json'), '{"name":"@ohif/app","version":"9.9.9"}')
  await writeFile(join(folder, 'package', 'LICENSE'), 'The MIT License')
  execFileSync('tar', ['-czf', join(folder, 'app.tgz'), '-C', folder, 'package'])
  const tarball = await readFile(join(folder, 'app.tgz'))
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  let requests = 0
  let url = ''
  const server = createServer((request, response) => {
    requests++
    if (request.url?.endsWith('.tgz') === true) {
      response.end(tarball)
      return
    }
    const version = { name: '@ohif/app', version: '9.9.9', dist: { tarball: `${url}/app.tgz`, integrity } }
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ name: '@ohif/app', 'dist-tags': {}, versions: { '9.9.9': version } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the registry does not listen')
  url = `http://127.0.0.1:${address.port}`
  return {
    url,
    release: { version: '9.9.9', integrity },
    requests: () => requests,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
