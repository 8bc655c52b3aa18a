/**
 * Pictures of the verdicts inside OHIF for the documentation, from the demo, and how soon the panel says something.
 * `npm run screenshots -- FOLDER NAME...`: those named in shots.ts (default: all) go into FOLDER (default: a new temporary
 * one); look at each, then copy what the documentation shows to docs/pictures. `npm run screenshots -- --times`: no picture,
 * how soon the panel says something, as a table.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { tableHead, tableRow } from '../../src/bench/markdown.ts'
import { DEMO_CASES } from '../../src/phantom/demo-cases.ts'
import { VIEWER_RELEASE } from '../../src/viewer/release.ts'
import { startBrowser } from '../support/browser.ts'
import { STEP_LIMIT_MS } from '../support/qc-page.ts'
import { freePort, startService, status, type TestService } from '../support/service.ts'
import { viewerFiles } from '../support/viewer-files.ts'
import { bundleBytesGzipped, loadTimes, type LoadTimes } from './measure.ts'
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

const wanted = process.argv.slice(2)
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
  if (wanted[0] === '--times') console.log(await timesTable(browser, service))
  else await takePictures(browser, service, wanted)
} finally {
  await browser.close()
  await service.stop()
  await rm(work, { recursive: true, force: true })
}

async function allJudged(of: TestService): Promise<boolean> {
  const done = (await of.cases()).filter(({ state }) => state === 'done')
  return done.length === DEMO_CASES.length
}

/** Each time in a browser that has loaded nothing yet. */
async function timesTable(by: Browser, of: TestService): Promise<string> {
  const rejected = (await of.cases()).find(({ verdict }) => verdict === 'reject')
  const study = `${of.url}/plumbline?StudyInstanceUIDs=${rejected?.studyInstanceUid}`
  const loads: LoadTimes[] = []
  while (loads.length < LOADS) loads.push(await loadTimes(by, study, START_LIMIT_MS))
  const row = (name: string, timeMs: (load: LoadTimes) => number) =>
    tableRow([name, ...loads.map((load) => `${(timeMs(load) / 1000).toFixed(1)} s`)])
  return [
    ...tableHead(['', ...loads.map((_, n) => String(n + 1))]),
    row('first image lit in the viewer after', ({ image }) => image),
    row('first verdict in the panel after', ({ verdict }) => verdict),
    row('verdict, after the first image', ({ image, verdict }) => verdict - image),
    row(
      'verdict, after the empty panel is mounted (the viewer still loads)',
      ({ panel, verdict }) => verdict - panel,
    ),
    '',
    `The extension and its mode: ${Math.round((await bundleBytesGzipped()) / 1000)} kB gzipped.`,
  ].join('\n')
}

async function takePictures(by: Browser, of: TestService, given: readonly string[]): Promise<void> {
  const [folder = await mkdtemp(join(tmpdir(), 'plumbline-screenshots-')), ...names] = given
  await mkdir(folder, { recursive: true })
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
  console.log(`The pictures are in ${folder}.`)
}
