/** The panel alone in a real browser. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { StudyVerdicts } from '../../ohif-extension/src/verdict-source.ts'

const CHROMIUM = process.env['PLUMBLINE_TEST_CHROMIUM'] ?? '/usr/bin/chromium'
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: ARGUMENTS })
}

/** The panel and what drives it, as one script. */
export async function bundlePanel(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./panel-harness.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
  })
  const [script] = outputFiles
  if (script === undefined) throw new Error('the panel was not bundled')
  return script.text
}

/** A page with the panel on one study, so wide. Faults of the page are collected: a test ends by looking at them. */
export async function openPanel(
  browser: Browser,
  script: string,
  widthPx: number,
): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ viewport: { width: widthPx, height: 900 } })
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  await page.setContent(
    '<!doctype html><html lang="en"><title>panel</title><body style="margin:0;background:#0a0e26"><main id="panel"></main></body></html>',
  )
  await page.addScriptTag({ content: script })
  await page.evaluate(() => window.plumblineStart(['1.2.3']))
  return { page, faults }
}

export async function publish(page: Page, verdicts: StudyVerdicts): Promise<void> {
  await page.evaluate((given) => window.plumblineHarness.publish(given), verdicts)
}
