import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildExtension } from '../../ohif-extension/build.ts'

const GZIPPED_BYTES_MAX = 300_000

let files: ReadonlyMap<string, Uint8Array>
beforeAll(async () => {
  files = await buildExtension()
})

function text(name: string): string {
  return new TextDecoder().decode(files.get(name))
}

describe('what a viewer loads', () => {
  it.each(['index.js', 'mode.js', 'index.umd.cjs'])(
    '%s is small enough to be fetched at every start',
    (name) => {
      const bytes = gzipSync(files.get(name) ?? '').byteLength
      console.log(`${name}: ${bytes} bytes gzipped`)
      expect(bytes).toBeGreaterThan(500)
      expect(bytes).toBeLessThan(GZIPPED_BYTES_MAX)
    },
  )

  it.each(['index.js', 'mode.js'])('%s is whole: it imports nothing', (name) => {
    expect(text(name)).not.toMatch(/(^|[;}\n])import[\s{*"']/)
    expect(text(name)).not.toContain('process.env')
  })

  it('carries the production form of React', () => {
    expect(text('index.js')).not.toContain('react-dom.development')
  })
})

describe('the mode', () => {
  it('is reached as the default export of its module', async () => {
    const url = `data:text/javascript;base64,${Buffer.from(files.get('mode.js') ?? '').toString('base64')}`
    const module: unknown = await import(url)
    expect(module).toMatchObject({ default: { id: '@plumbline/ohif-mode' } })
  })
})

describe('the UMD form', () => {
  const extension = { default: { id: '@plumbline/ohif-extension' } }
  /** As a script of a page that offers these names. */
  const run = (offered: object) =>
    runInNewContext(text('index.umd.cjs'), { HTMLElement: function HTMLElement() {}, ...offered })

  it('gives the extension to a CommonJS module', () => {
    const module: { exports: unknown } = { exports: {} }
    run({ module })
    expect(module.exports).toMatchObject(extension)
  })

  it('gives it to an AMD loader', () => {
    let given: unknown
    const define = Object.assign((_needs: unknown, factory: () => unknown) => (given = factory()), {
      amd: {},
    })
    run({ define })
    expect(given).toMatchObject(extension)
  })

  it('is a global of a page without either', () => {
    const self: Record<string, unknown> = {}
    run({ self })
    expect(self['plumblineOhifExtension']).toMatchObject(extension)
  })
})
