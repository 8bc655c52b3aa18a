/** How soon the panel says something, and how much has to be loaded for it. */
import type { Browser } from 'playwright-core'
import { gzipSync } from 'node:zlib'
import { buildExtension } from '../../ohif-extension/build.ts'

/** Milliseconds since the page began to load. */
export interface LoadTimes {
  /** An image is lit: the viewer is up. */
  readonly image: number
  /** The panel's element is in the page. */
  readonly panel: number
  /** The first object has its verdict in the panel. */
  readonly verdict: number
}

/** Looks every few milliseconds, in the page itself; text, because this program knows no DOM. */
const WATCH = `(() => {
  const times = (window.plumblineTimes = {})
  const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 32 })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const isLit = (image) => {
    if (image === null || image.width === 0 || image.height === 0) return false
    context.drawImage(image, 0, 0, 32, 32)
    return context.getImageData(0, 0, 32, 32).data.some((value, at) => at % 4 === 0 && value > 20)
  }
  const seen = {
    image: () => isLit(document.querySelector('canvas.cornerstone-canvas')),
    panel: () => document.querySelector('plumbline-mount[view=panel], .plumbline-panel') !== null,
    verdict: () => document.querySelector('.plumbline-panel .plumbline-object .plumbline-badge') !== null,
  }
  const timer = setInterval(() => {
    for (const [name, holds] of Object.entries(seen))
      if (times[name] === undefined && holds()) times[name] = Math.round(performance.now())
    if (Object.keys(times).length === 3) clearInterval(timer)
  }, 10)
})()`

/** One load of the address by a browser that knows nothing of it yet. */
export async function loadTimes(browser: Browser, url: string, limitMs: number): Promise<LoadTimes> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  try {
    const page = await context.newPage()
    await page.addInitScript(WATCH)
    await page.goto(url)
    const all = 'Object.keys(window.plumblineTimes).length === 3 && window.plumblineTimes'
    const times = await page.waitForFunction<LoadTimes, undefined>(all, undefined, { timeout: limitMs })
    return await times.jsonValue()
  } finally {
    await context.close()
  }
}

/** Bytes over the network of what a viewer loads of ours. */
export async function bundleBytesGzipped(): Promise<number> {
  const bundles = await buildExtension()
  const loaded = ['index.js', 'mode.js'].map((name) => bundles.get(name) ?? new Uint8Array())
  return loaded.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0)
}
