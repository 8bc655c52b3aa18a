/**
 * Pictures of the verdicts inside OHIF for the documentation, from the demo, and how soon the panel says something.
 * `npm run screenshots -- FOLDER NAME...`: those named in shots.ts (default: all) go into FOLDER (default: a new temporary
 * one); look at each, then copy what the documentation shows to docs/pictures.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { DEMO_CASES } from '../../src/phantom/demo-cases.ts'
import { VIEWER_RELEASE } from '../../src/viewer/release.ts'
import { startBrowser } from '../support/browser.ts'
import { STEP_LIMIT_MS } from '../support/qc-page.ts'
import { freePort, startService, status, type TestService } from '../support/service.ts'
import { viewerFiles } from '../support/viewer-files.ts'
import { bundleBytesGzipped, loadTimes } from './measure.ts'
import { SHOTS } from './shots.ts'
import { withPalette } from './with-palette.ts'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
]
const START_LIMIT_MS = 400_000
/** Viewports draw anew after a change of size. */
const SETTLE_MS = 2500
const LOADS = 3

const [folder = await mkdtemp(join(tmpdir(), 'plumbline-screenshots-')), ...names] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
const work = await mkdtemp(join(tmpdir(), 'plumbline-screenshots-work-'))
await viewerFiles(VIEWER_RELEASE)
const service = await startService({
  folder: work,
  pacsUrl: null,
  port: await freePort(),
  viewer: true,
  demo: true,
})
const browser = await startBrowser()
try {
  await service.waitUntil('the verdicts of the demo', () => allJudged(service), START_LIMIT_MS)
  await service.waitUntil('the viewer', async () => (await status(`${service.url}/app-config.js`)) === 200)
  if (names.length === 0) await measure(browser, service)
  await takePictures(browser, service)
  console.log(`The pictures are in ${folder}.`)
} finally {
  await browser.close()
  await service.stop()
  await rm(work, { recursive: true, force: true })
}

async function allJudged(of: TestService): Promise<boolean> {
  const done = (await of.cases()).filter(({ state }) => state === 'done')
  return done.length === DEMO_CASES.length
}

async function measure(by: Browser, of: TestService): Promise<void> {
  const rejected = (await of.cases()).find(({ verdict }) => verdict === 'reject')
  const study = `${of.url}/plumbline?StudyInstanceUIDs=${rejected?.studyInstanceUid}`
  for (let load = 1; load <= LOADS; load++) {
    const { image, panel, verdict } = await loadTimes(by, study, START_LIMIT_MS)
    console.log(
      `load ${load}: panel in the page after ${panel} ms, first image lit after ${image} ms, first verdict after ${verdict} ms: ` +
        `${verdict - panel} ms after the panel, ${verdict - image} ms after the image`,
    )
  }
  console.log(`The extension and its mode: ${await bundleBytesGzipped()} bytes gzipped.`)
}

async function takePictures(by: Browser, of: TestService): Promise<void> {
  const judged = await of.cases()
  const [first] = SIZES
  const context = await by.newContext({ viewport: first ?? null })
  context.setDefaultTimeout(STEP_LIMIT_MS)
  for (const { name, arrange } of SHOTS) {
    if (names.length > 0 && !names.includes(name)) continue
    const page = await context.newPage()
    await arrange(page, of.url, judged)
    for (const size of SIZES) {
      await page.setViewportSize(size)
      await page.waitForTimeout(SETTLE_MS)
      const file = join(folder, `${name}-${size.width}x${size.height}.png`)
      const png = withPalette(await page.screenshot())
      await writeFile(file, png)
      console.log(`${file}: ${png.length} bytes`)
    }
    await page.close()
  }
}
