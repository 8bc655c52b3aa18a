/** A real Chromium (Debian package chromium) without a window: one page, what it complains of, what it shows. */
import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page, type Request } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Renders WebGL in software: no GPU is needed.
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
]
/** OHIF's own noise: no service worker over plain http, and what it says of every viewport that it tears down. */
const HARMLESS = /service worker|ResizeObserver loop|Third-party cookie/i

/** Our stream of events stays open for as long as the page does. */
const ENDLESS = /\/events(\?|$)/
const QUIET_MS = 500

export function chromiumInstalled(): boolean {
  return existsSync(CHROMIUM)
}

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: ARGUMENTS })
}

export interface WatchedPage {
  readonly page: Page
  /** Errors on the console, uncaught exceptions, requests that failed or were refused, in order. */
  readonly complaints: readonly string[]
  /** Waits until nothing has been on its way for a while, workers and prefetched images included; throws with what still is. */
  readonly quiet: (limitMs?: number) => Promise<void>
  readonly close: () => Promise<void>
}

/** A page with a profile of its own: no cookie, no cache, no memory of tours. */
export async function openPage(
  browser: Browser,
  viewport: { width: number; height: number } = { width: 1440, height: 900 },
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport })
  const page = await context.newPage()
  const complaints: string[] = []
  const complain = (text: string) => {
    if (!HARMLESS.test(text)) complaints.push(text)
  }
  page.on('console', (message) => {
    if (message.type() === 'error') complain(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => complain(`uncaught: ${error.stack ?? error.message}`))
  page.on('requestfailed', (request) => {
    // What the page itself gave up, e.g. by leaving.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED')
      complain(`failed: ${request.url()} ${request.failure()?.errorText ?? ''}`)
  })
  const underWay = new Set<Request>()
  page.on('request', (request) => {
    if (!ENDLESS.test(request.url())) underWay.add(request)
  })
  page.on('requestfinished', (request) => underWay.delete(request))
  page.on('requestfailed', (request) => underWay.delete(request))
  page.on('response', (response) => {
    if (response.status() >= 400) complain(`${response.status()}: ${response.url()}`)
  })
  async function quiet(limitMs = 90_000): Promise<void> {
    const end = Date.now() + limitMs
    let since = Date.now()
    while (Date.now() - since < QUIET_MS) {
      if (underWay.size > 0) since = Date.now()
      if (since > end) {
        const what = [...underWay].map((request) => request.url()).join(', ')
        throw new Error(`Still on its way after ${limitMs} ms: ${what}`)
      }
      await page.waitForTimeout(50)
    }
  }
  return { page, complaints, quiet, close: () => context.close() }
}

export interface PixelCount {
  /** Brighter than the background. */
  readonly lit: number
  /** Not grey: a segmentation laid over the image. */
  readonly coloured: number
}

/** Runs in the page; text, because this program knows no DOM. */
const COUNT_PIXELS = `[...document.querySelectorAll('canvas.cornerstone-canvas')].map((canvas) => {
    let lit = 0
    let coloured = 0
    const { width, height } = canvas
    if (width === 0 || height === 0) return { lit, coloured }
    const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d')
    context.drawImage(canvas, 0, 0)
    const { data } = context.getImageData(0, 0, width, height)
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue] = [data[at], data[at + 1], data[at + 2]]
      if (red > 20) lit++
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > 25) coloured++
    }
    return { lit, coloured }
})`

/** What each viewport shows at this moment, in the order of the page. */
export function pixelsOfViewports(page: Page): Promise<PixelCount[]> {
  return page.evaluate<PixelCount[]>(COUNT_PIXELS)
}

/** All of them together. */
export async function litPixels(page: Page): Promise<PixelCount> {
  const counts = await pixelsOfViewports(page)
  return counts.reduce(
    (sum, { lit, coloured }) => ({ lit: sum.lit + lit, coloured: sum.coloured + coloured }),
    { lit: 0, coloured: 0 },
  )
}

/** Waits until the viewports show so much; throws with what they showed last. */
export async function waitForPixels(
  page: Page,
  enough: (count: PixelCount) => boolean,
  limitMs = 60_000,
): Promise<PixelCount> {
  const end = Date.now() + limitMs
  for (;;) {
    const count = await litPixels(page)
    if (enough(count)) return count
    if (Date.now() > end) throw new Error(`The viewports show ${JSON.stringify(count)} after ${limitMs} ms.`)
    await page.waitForTimeout(200)
  }
}
