import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import express from 'express'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appConfigScript, PANEL } from '../../src/viewer/app-config.ts'
import { createViewerRouter } from '../../src/viewer/router.ts'
import { DIST, writeDist } from './fake-release.ts'

const EXTENSION = new Map([['index.js', Buffer.from(`export default 'ours'`)]])
const IMMUTABLE = 'public, max-age=31536000, immutable'
let files: string
beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'plumbline-dist-'))
  await writeDist(files)
  const bundle = '12.bundle.b4688cdbdd856b75.js'
  await writeFile(join(files, `${bundle}.gz`), gzipSync(DIST[bundle] ?? ''))
})
afterAll(() => rm(files, { recursive: true }))

async function appAt(pathPrefix: string, extension: typeof EXTENSION | null = EXTENSION) {
  return express().use(
    pathPrefix === '' ? '/' : pathPrefix,
    await createViewerRouter({ files, pathPrefix, extension }),
  )
}

describe.each(['', '/qc'])('below "%s"', (prefix) => {
  it.each([
    ['/', 'no-cache', 'text/html; charset=utf-8'],
    ['/index.html', 'no-cache', 'text/html; charset=utf-8'],
    ['/viewer?StudyInstanceUIDs=1.2.3', 'no-cache', 'text/html; charset=utf-8'],
    ['/some/mode', 'no-cache', 'text/html; charset=utf-8'],
    ['/app-config.js', 'no-cache', 'text/javascript; charset=utf-8'],
    ['/plugins/plumbline/index.js', 'no-cache', 'text/javascript; charset=utf-8'],
    ['/app.bundle.css', 'no-cache', 'text/css; charset=utf-8'],
    ['/assets/a.png', 'no-cache', 'image/png'],
    ['/app.bundle.0f6159c501addfe9.js', IMMUTABLE, 'text/javascript; charset=utf-8'],
    ['/12.bundle.b4688cdbdd856b75.js', IMMUTABLE, 'text/javascript; charset=utf-8'],
    ['/0ddf166f7a343eda.wasm', IMMUTABLE, 'application/wasm'],
  ])('gives %s with "%s" as %s', async (path, cacheControl, type) => {
    const { headers } = await request(await appAt(prefix))
      .get(`${prefix}${path}`)
      .expect(200)
    expect(headers['cache-control']).toBe(cacheControl)
    expect(headers['content-type']?.toLowerCase()).toBe(type)
  })

  it.each(['/nothing.js', '/plugins/plumbline/none.js', '/..%2f..%2fetc/passwd.txt', '/assets/none.png'])(
    'has nothing at %s',
    async (path) => {
      await request(await appAt(prefix))
        .get(`${prefix}${path}`)
        .expect(404)
    },
  )

  it('takes nothing', async () => {
    await request(await appAt(prefix))
      .post(`${prefix}/`)
      .expect(404)
  })

  it.each(['/', '/12.bundle.b4688cdbdd856b75.js', '/plugins/plumbline/index.js'])(
    'compresses %s for who can read that, and not else',
    async (path) => {
      const app = await appAt(prefix)
      const get = (encoding: string) =>
        request(app).get(`${prefix}${path}`).set('Accept-Encoding', encoding).buffer(true)
      const [zipped, plain] = [await get('gzip'), await get('identity')]
      expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(plain.text).not.toBe('')
      expect(zipped.text).toBe(plain.text)
    },
  )

  it('answers 304 while a file is the same', async () => {
    const app = await appAt(prefix)
    for (const path of ['/', '/app-config.js', '/app.bundle.css']) {
      const { headers } = await request(app).get(`${prefix}${path}`)
      await request(app)
        .get(`${prefix}${path}`)
        .set('If-None-Match', headers['etag'] ?? '')
        .expect(304)
    }
  })
})

describe('under a path prefix', () => {
  it('the page, the bundle and the style sheets name it', async () => {
    const app = await appAt('/qc')
    const textOf = async (path: string) => (await request(app).get(path).buffer(true)).text
    const page = await textOf('/qc/')
    expect(page).toContain('PUBLIC_URL="/qc/"')
    expect(page).toContain('src="/qc/app.bundle.0f6159c501addfe9.js"')
    expect(page).not.toMatch(/(href|src)="\/(?!qc\/)/)
    expect(await textOf('/qc/app.bundle.0f6159c501addfe9.js')).toBe('__webpack_require__.p = "/qc/";')
    expect(await textOf('/qc/worker.bundle.ec5f0cf05ce3909c.js')).toContain('.p = "/qc/";')
    expect(await textOf('/qc/app.bundle.css')).toBe('a{background:url(/qc/assets/a.png)}')
  })

  it('a release whose bundle is put together another way is refused', async () => {
    const other = await mkdtemp(join(tmpdir(), 'plumbline-dist-'))
    await writeDist(other)
    await writeFile(join(other, 'app.bundle.0f6159c501addfe9.js'), 'something else')
    await expect(
      createViewerRouter({ files: other, pathPrefix: '/qc', extension: null }),
    ).rejects.toMatchObject({ code: 'viewer-unavailable' })
    await rm(other, { recursive: true })
  })
})

interface OhifConfig {
  readonly extensions: string[]
  readonly plumbline?: unknown
  readonly dataSources: { configuration: Record<string, unknown> }[]
  readonly customizationService?: {
    readonly mode?: { readonly '*': { readonly rightPanels: { $apply: (panels: string[]) => string[] } } }
  }
}

/** Runs the script as a page does. */
function run(options: Parameters<typeof appConfigScript>[0]): {
  config: OhifConfig
  importMap: string | null
} {
  const added: { textContent: string }[] = []
  const window: { config?: OhifConfig } = {}
  const document = {
    createElement: () => ({ textContent: '' }),
    currentScript: { after: (element: { textContent: string }) => void added.push(element) },
  }
  runInNewContext(appConfigScript(options), { window, document })
  if (window.config === undefined) throw new Error('the script sets no config')
  return { config: window.config, importMap: added[0]?.textContent ?? null }
}

describe('app-config.js', () => {
  it('names images, service and extension below the prefix', () => {
    const { config, importMap } = run({ pathPrefix: '/qc', withExtension: true })
    expect(config.plumbline).toEqual({ serviceUrl: '/qc/api/v1', dicomWebUrl: '/qc/dicom-web' })
    expect(config.dataSources[0]?.configuration).toMatchObject({
      qidoRoot: '/qc/dicom-web',
      wadoRoot: '/qc/dicom-web',
    })
    expect(JSON.parse(importMap ?? '')).toEqual({
      imports: {
        '@plumbline/ohif-extension': '/qc/plugins/plumbline/index.js',
        '@plumbline/ohif-mode': '/qc/plugins/plumbline/mode.js',
      },
    })
  })

  it('adds the panel to a mode that does not list it', () => {
    const { config } = run({ pathPrefix: '', withExtension: true })
    const apply = config.customizationService?.mode?.['*'].rightPanels.$apply
    expect(apply?.(['a'])).toEqual(['a', PANEL])
    expect(apply?.([PANEL, 'a'])).toEqual([PANEL, 'a'])
  })

  it('without the extension asks for nothing of ours, and for nothing that old releases cannot do', () => {
    const { config, importMap } = run({ pathPrefix: '', withExtension: false })
    expect(config.extensions).toEqual([])
    expect(config.plumbline).toBeUndefined()
    expect(config.customizationService).toBeUndefined()
    expect(importMap).toBeNull()
  })
})
